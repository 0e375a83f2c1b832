"""A second reading, by a language model, of a message that the grammar is unsure of.

Nothing that comes back is believed: it has to be a reading as the grammar makes them, of people and words
that stand in the message, of times that can be. What is left is only ever shown to whoever wrote, and done
by their yes.
"""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NoReturn

from engine.bounds import LONGEST_SESSION, LONGEST_TITLE, LONGEST_ZONE
from engine.documents.clocktimes import parse_clock, parse_date, parse_days
from engine.documents.reading import Fields
from engine.errors import InputError
from engine.model.session import SessionStatus, TimeRange
from engine.time.instant import to_datetime
from engine.time.local_time import MINUTES_A_DAY, zone_info
from engine.time.span import Instant
from engine.time.weekday import Weekday
from engine.understand.offers import offers_of
from engine.understand.reading import SURE, Context, Dates, Intent, Reading, Wish

LONGEST_ANSWER = 8_000
"""Characters of an answer that are looked at."""
_FARTHEST = timedelta(days=366)
_MOST_NAMES = 20
_MOST_DATES = 62
_FIELDS = frozenset(
    {"intent", "attendees", "title", "duration", "dates", "daysOfWeek", "excludeDays", "excludeDates"}
    | {"timeRange", "at", "zone", "choice", "preferred", "confidence", "question", "echo"}
)
_WISH = frozenset({"timeRange", "daysOfWeek", "dates", "at"})
_FENCE = "```"
_DATED = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)\Z", re.ASCII)


def read_answer(answer: str, text: str, now: Instant, zone: str, context: Context) -> Reading:
    """Read what a model says of a message.

    Raises:
        InputError: it is no reading, is unsure, or says what the message cannot mean; its words tell which.
    """
    return read_document(_object(answer), text, now, zone, context)


def read_document(document: object, text: str, now: Instant, zone: str, context: Context) -> Reading:
    """Read a reading's document strictly, in the light of its message and of the session as it is.

    Raises:
        InputError: as `read_answer`.
    """
    fields = Fields.of(document, "", _FIELDS)
    if fields.has("question"):
        _no("it is unsure, too")
    if fields.number("confidence", 1.0, 0, 1) < SURE:
        _no("it is unsure, too")
    intent = fields.word("intent", Intent)
    _fits(intent, context)
    today = to_datetime(now).astimezone(zone_info(zone)).date()
    if intent is Intent.ACCEPT:
        return _accepted(fields, zone, context)
    if intent in _BARE:
        _says_nothing_else(fields)
        return Reading(intent=intent, confidence=SURE)
    made = _conditions(fields, intent, text, today)
    if made == Reading(intent=intent, confidence=SURE) and intent is not Intent.RESCHEDULE:
        _no("it names nothing")
    return _not_past(made, now, zone)


_BARE = (Intent.REFUSE, Intent.CANCEL, Intent.DECLINE)


def _fits(intent: Intent, context: Context) -> None:
    """Refuse what cannot be meant where the session stands."""
    session = context.session
    if intent is Intent.UNKNOWN:
        _no("it did not understand the message either")
    if intent is Intent.REQUEST:
        return
    booked = session is not None and session.status is SessionStatus.SCHEDULED
    if session is None:
        _no(f"there is no session to {intent.value}")
    if intent in (Intent.ACCEPT, Intent.REFUSE) and not context.offered:
        _no("nothing is offered")
    if (intent is Intent.RESCHEDULE) is not booked and intent in (Intent.RESCHEDULE, Intent.REFINE):
        _no("the session is booked" if booked else "the session is not booked")


def _accepted(fields: Fields, zone: str, context: Context) -> Reading:
    offers = offers_of(context.offered, zone)
    choice = fields.whole("choice", least=1, most=len(offers))
    taken = offers[choice - 1].start
    said = fields.maybe_text("at")
    if said is not None and said not in (f"{taken:%H:%M}", f"{taken:%Y-%m-%dT%H:%M}"):
        _no("the time that it names is not the one that it takes")
    if any(fields.items(key) for key in ("attendees", "daysOfWeek", "excludeDays", "excludeDates")):
        _no("it takes a time and changes the session at once")
    at = taken.hour * 60 + taken.minute
    return Reading(intent=Intent.ACCEPT, choice=choice, at=at, at_day=taken.date(), confidence=SURE)


def _says_nothing_else(fields: Fields) -> None:
    lists = ("attendees", "daysOfWeek", "excludeDays", "excludeDates")
    if any(fields.items(key) for key in lists) or fields.has("choice"):
        _no("it wants two things at once")


def _conditions(fields: Fields, intent: Intent, text: str, today: date) -> Reading:
    at, time_range = _at(fields), _range(fields)
    if at is not None and time_range is not None:
        _no("it names a start and a range")
    if fields.has("choice"):
        _no("it takes an offered time and changes the session at once")
    names = _names(fields, text)
    title = fields.maybe_text("title", most=LONGEST_TITLE)
    if title is not None and (intent is not Intent.REQUEST or not _stands(title, text)):
        _no("its title does not stand in the message")
    return Reading(
        intent=intent,
        attendees=names if intent in (Intent.REQUEST, Intent.REFINE) else _none(names),
        title=title,
        duration=fields.whole("duration", least=1, most=LONGEST_SESSION) if fields.has("duration") else None,
        dates=_dates(fields, today),
        days_of_week=_days(fields, "daysOfWeek"),
        exclude_days=_days(fields, "excludeDays"),
        exclude_dates=fields.each("excludeDates", _near(today), _MOST_DATES),
        time_range=time_range,
        at=at,
        zone=_zone(fields, text),
        preferred=_wish(fields, today),
        confidence=SURE,
    )


def _none(names: tuple[str, ...]) -> tuple[str, ...]:
    return _no("it adds people to a booked session") if names else ()


def _names(fields: Fields, text: str) -> tuple[str, ...]:
    names = fields.each("attendees", _name, _MOST_NAMES)
    for name in names:
        if not _stands(name, text):
            _no("it names somebody who does not stand in the message")
    return tuple(dict.fromkeys(names))


def _name(value: object, path: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{path} is no name", "Write it as the message does")
    return value.strip()


def _stands(words: str, text: str) -> bool:
    """Say whether words stand in a text, from one word's beginning to another's end."""
    wanted = r"\s+".join(map(re.escape, words.casefold().split()))
    return bool(wanted) and re.search(rf"(?<!\w){wanted}(?!\w)", text.casefold()) is not None


def _at(fields: Fields) -> int | None:
    return fields.maybe("at", parse_clock)


def _range(fields: Fields) -> TimeRange | None:
    if not fields.has("timeRange"):
        return None
    both = fields.child("timeRange", frozenset({"start", "end"}))
    start = parse_clock(both.values.get("start"), both.at("start"))
    end = parse_clock(both.values.get("end"), both.at("end"), end=True)
    if end <= start:
        _no("its range of times ends before it begins")
    return TimeRange(start, end)


def _dates(fields: Fields, today: date) -> Dates | None:
    if not fields.has("dates"):
        return None
    both = fields.child("dates", frozenset({"from", "to"}))
    near = _near(today)
    first = near(both.values.get("from"), both.at("from"))
    last = both.maybe("to", near)
    if last is not None and last < first:
        _no("its dates end before they begin")
    return Dates(first, last)


def _near(today: date) -> Callable[[object, str], date]:
    def read(value: object, path: str) -> date:
        day = parse_date(value, path)
        if not today <= day <= today + _FARTHEST:
            _no(f"{path} is past, or too far away")
        return day

    return read


def _days(fields: Fields, key: str) -> tuple[Weekday, ...]:
    return parse_days(fields, key) if fields.items(key) else ()


def _zone(fields: Fields, text: str) -> str | None:
    """Read a zone whose place stands in the message."""
    zone = fields.maybe_text("zone", most=LONGEST_ZONE)
    if zone is None:
        return None
    zone_info(zone)
    place = zone.rpartition("/")[2].replace("_", " ")
    if not _stands(place, text):
        _no("its zone does not stand in the message")
    return zone


def _wish(fields: Fields, today: date) -> Wish | None:
    if not fields.has("preferred"):
        return None
    wish = fields.child("preferred", _WISH)
    made = Wish(
        time_range=_range(wish),
        days_of_week=_days(wish, "daysOfWeek"),
        dates=_dates(wish, today),
        at=_at(wish),
    )
    return None if made == Wish() else made


def _not_past(made: Reading, now: Instant, zone: str) -> Reading:
    local = to_datetime(now).astimezone(zone_info(made.zone or zone))
    today = made.dates is not None and made.dates.first == made.dates.last == local.date()
    minute = local.hour * 60 + local.minute
    over = made.at is not None and made.at <= minute
    over = over or (made.time_range is not None and (made.time_range.end or MINUTES_A_DAY) <= minute)
    return _no("that time is past") if today and over else made


def _object(answer: str) -> Any:
    """Read the one JSON object that an answer is, with or without a fence around it."""
    text = answer.strip()
    if len(text) > LONGEST_ANSWER:
        _no("its answer is too long")
    if text.startswith(_FENCE) and text.endswith(_FENCE):
        text = text.removesuffix(_FENCE).partition("\n")[2]
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise InputError("The language model's answer is not the JSON that was asked for") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _no(why: str) -> NoReturn:
    raise InputError(f"The language model's reading is not taken: {why}")
