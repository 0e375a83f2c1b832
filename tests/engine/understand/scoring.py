"""Scores readings of messages against what was expected, by the rules of `tests/data/language/README.md`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from engine.documents.reading import Fields
from engine.time.instant import parse_instant, to_datetime
from engine.time.local_time import zone_info
from engine.time.weekday import Weekday
from engine.understand.document import CONTEXT_FIELDS, parse_context, reading_document
from engine.understand.grammar import understand
from engine.understand.reading import SURE, Context

DATA = Path(__file__).parents[2] / "data" / "language"
DAY_FIELDS = ("dates", "daysOfWeek", "excludeDays", "excludeDates")
_NOTHING: dict[str, Any] = {"dates": None, "daysOfWeek": [], "excludeDays": [], "excludeDates": []}
_LIMITS = ("timeRange", "at", "zone", "preferred", "duration")

Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    """Read a file of messages."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def read(case: Mapping[str, Any]) -> dict[str, Any]:
    """Read one message, as `gatherly understand` does."""
    context = case["context"]
    known = Context() if context is None else parse_context(Fields.of(context, "context", CONTEXT_FIELDS))
    return reading_document(understand(case["text"], parse_instant(case["now"]), case["tz"], known))


@dataclass(frozen=True, slots=True)
class Wrong:
    """One message that was read otherwise: what differs, and whether it was said with confidence."""

    case: Case
    got: dict[str, Any]
    fields: tuple[str, ...]

    @property
    def confidently(self) -> bool:
        """Whether it would have been acted on."""
        return self.got["confidence"] >= SURE and self.got["question"] is None


def score(rows: Sequence[Case], reader: Callable[[Mapping[str, Any]], dict[str, Any]] = read) -> list[Wrong]:
    """Read all, and give those that are wrong."""
    out = []
    for case in rows:
        got = reader(case)
        fields = differences(case, got)
        if fields:
            out.append(Wrong(case, got, fields))
    return out


def differences(case: Case, got: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the fields of a reading that are wrong."""
    expect, free = case["expect"], set(case.get("open", ()))
    if expect.get("unsure"):
        return () if got["question"] or got["intent"] == "unknown" else ("unsure",)
    if got["question"] and expect["intent"] != "unknown":
        return ("question",)
    right = {
        "intent": got["intent"] == expect["intent"],
        "days": not free.isdisjoint(DAY_FIELDS) or same_days(_NOTHING | expect, got, _today(case)),
        "attendees": "attendees" in free or _right_people(expect, got),
        "choice": got["choice"] == expect.get("choice") or "choice" in free,
        "title": "title" not in expect or _title(expect["title"]) == _title(got["title"]),
    }
    right |= {key: key in free or _right(key, expect, got[key]) for key in _LIMITS}
    return tuple(key for key, fine in right.items() if not fine)


def _right(key: str, expect: Mapping[str, Any], got: Any) -> bool:
    """Whether a field is as expected; one that is not named adds nothing."""
    wanted = expect.get(key)
    if key == "preferred" and wanted and got:
        return all(got.get(each) == value for each, value in wanted.items())
    return bool(wanted == got)


def _right_people(expect: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    if "attendees" not in expect and expect["intent"] != "request":
        return True
    return _names(expect.get("attendees", ())) == _names(got["attendees"])


def _today(case: Case) -> date:
    return to_datetime(parse_instant(case["now"])).astimezone(zone_info(case["tz"])).date()


def same_days(one: Mapping[str, Any], other: Mapping[str, Any], today: date) -> bool:
    """Whether two readings allow the same of the next 90 days."""
    return _allowed(one, today) == _allowed(other, today)


def _allowed(said: Mapping[str, Any], today: date) -> list[date]:
    days = [today + timedelta(days=n) for n in range(91)]
    dates = said["dates"]
    first = date.fromisoformat(dates["from"]) if dates else today
    last = date.fromisoformat(dates["to"]) if dates and dates["to"] else date.max
    return [
        day
        for day in days
        if first <= day <= last
        and (not said["daysOfWeek"] or _word(day) in said["daysOfWeek"])
        and _word(day) not in said["excludeDays"]
        and day.isoformat() not in said["excludeDates"]
    ]


def _word(day: date) -> str:
    return Weekday(day.weekday()).word


def _title(text: str | None) -> str | None:
    if text is None:
        return None
    low = text.casefold().strip()
    for article in ("the ", "a ", "an "):
        low = low.removeprefix(article)
    return low


def _names(names: Sequence[str]) -> list[str]:
    return sorted(name.casefold() for name in names)
