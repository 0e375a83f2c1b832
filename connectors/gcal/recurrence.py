"""Google's `recurrence` lines and exceptions as a series that the engine expands (RFC 5545 section 3.8.5)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from engine.errors import InputError
from engine.localtime import zone_info
from engine.model.recurrence import Extra, Rule, Series, Wall, wall_seconds
from engine.rrule import parse_rule
from engine.timespan import DAY

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?\Z", re.ASCII)


def zone_of(name: object, default: str) -> tzinfo:
    """Give a zone by name; one that nobody knows is the calendar's own."""
    for each in (str(name or ""), default):
        try:
            return zone_info(each)
        except InputError:
            continue
    return UTC


def wall_of(value: Mapping[str, Any], zone: tzinfo) -> Wall:
    """Give the wall-clock time of an EventDateTime in a series' zone.

    Raises:
        ValueError: it is neither a date nor a time.
    """
    if value.get("date"):
        return date.fromisoformat(value["date"]).toordinal() * DAY
    at = datetime.fromisoformat(str(value.get("dateTime", "")))
    return wall_seconds(at.astimezone(zone).replace(tzinfo=None) if at.tzinfo else at)


def series_of(master: Mapping[str, Any], exceptions: Iterable[Mapping[str, Any]], zone: str) -> Series:
    """Read a series without the instances that its exceptions stand for.

    Raises:
        InputError, ValueError: it cannot be followed.
    """
    start, end = master["start"], master["end"]
    all_day = bool(start.get("date"))
    own = zone_of(start.get("timeZone"), zone)
    first = wall_of(start, own)
    lines = [_split(line) for line in master["recurrence"]]
    strange = next((name for name, _, _ in lines if name not in ("RRULE", "RDATE", "EXDATE")), None)
    if strange is not None:
        raise InputError(f"recurrence holds {strange[:40]}, which gatherly cannot follow")
    removed = {_moved_from(one, own) for one in exceptions}
    dates = set(_days(lines)) if not all_day else set()
    return Series(
        start=first,
        length=max(0, wall_of(end, own) - first),
        zone=own,
        all_day=all_day,
        rules=tuple(_rules(lines, own, all_day)),
        extras=tuple(Extra(at) for at in _walls(lines, "RDATE", own)),
        removed=frozenset(removed | set(_walls(lines, "EXDATE", own))),
        removed_days=frozenset(dates),
    )


def original_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the start of the instance that an exception stands for; a bare one tells it by its id alone (GG8).

    Raises:
        ValueError: neither tells.
    """
    given: Mapping[str, Any] | None = event.get("originalStartTime")
    if given:
        return given
    found = _TIME.match(str(event.get("id", "")).rpartition("_")[2])
    if found is None:
        raise ValueError("an exception does not tell which instance it stands for")
    day = f"{found[1]}-{found[2]}-{found[3]}"
    return {"dateTime": f"{day}T{found[4]}:{found[5]}:{found[6]}+00:00"} if found[4] else {"date": day}


def _moved_from(event: Mapping[str, Any], zone: tzinfo) -> Wall:
    return wall_of(original_of(event), zone)


def _split(line: object) -> tuple[str, str, str]:
    head, _, value = str(line).partition(":")
    name, _, parameters = head.partition(";")
    return name.strip().upper(), parameters, value.strip()


def _rules(lines: Iterable[tuple[str, str, str]], zone: tzinfo, all_day: bool) -> Iterator[Rule]:
    for name, _, value in lines:
        if name == "RRULE":
            yield parse_rule(value, zone, all_day=all_day)


def _walls(lines: Iterable[tuple[str, str, str]], wanted: str, zone: tzinfo) -> Iterator[Wall]:
    for name, parameters, value in lines:
        if name != wanted or not value:
            continue
        named = re.search(r"TZID=([^;:]+)", parameters)
        for text in value.split(","):
            yield _wall(text.partition("/")[0], zone_of(named[1].strip('"'), "") if named else zone, zone)


def _wall(text: str, written_in: tzinfo, zone: tzinfo) -> Wall:
    found = _TIME.match(text.strip())
    if found is None:
        raise InputError(f"recurrence holds the time {text[:40]!r}, which cannot be read")
    parts = (int(part or 0) for part in found.groups()[:6])
    wall = datetime(*parts)  # type: ignore[arg-type] # noqa: DTZ001 - six numbers make a wall time
    if found[4] is None:
        return wall_seconds(wall)
    source = UTC if found[7] else written_in
    return wall_seconds(wall.replace(tzinfo=source).astimezone(zone).replace(tzinfo=None))


def _days(lines: Iterable[tuple[str, str, str]]) -> Iterator[int]:
    """Give the days on which a timed series takes place nowhere: EXDATEs written as dates."""
    for name, _, value in lines:
        if name == "EXDATE":
            for text in value.split(","):
                if len(text.strip()) == 8 and text.strip().isdigit():
                    yield date.fromisoformat(text.strip()).toordinal()
