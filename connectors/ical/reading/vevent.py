"""One VEVENT, read: when it is, what it does to its owner's time, and how it recurs."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import time, timedelta, tzinfo
from typing import TypeAlias

from connectors.ical.text.attendees import declined
from connectors.ical.text.ical_values import (
    Period,
    Stamp,
    instant_of,
    later,
    parse_duration,
    parse_wall,
)
from connectors.ical.text.lines import Line
from engine.errors import InputError
from engine.model.calendar import BusyStatus
from engine.model.recurrence import Rule
from engine.recurrence.rrule import parse_rule
from engine.time.span import DAY, Span

MOST_DATES = 5000
MOST_RULES = 5
LONGEST_TRAVEL = DAY
CANCELLED = frozenset({"CANCELLED", "CANCELED"})
"""How STATUS says that an event does not take place; the second is what American programs write."""

Zones: TypeAlias = Callable[[str | None], tzinfo]
"""Gives the zone that a TZID means in this file; None asks for the calendar's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vevent:
    """A VEVENT's meaning. `span` is the event itself, or a series' first instance.

    `length` is wall-clock time in the zone of `start`; `free` names the rule by which it leaves its owner
    free, "" where it takes their time; `travel` is how many seconds before it they are on their way;
    `revokes` says that it calls an earlier version off; `troubles` what of it could not be read.
    """

    start: Stamp
    span: Span
    length: timedelta
    rules: tuple[Rule, ...] = ()
    added: tuple[Stamp | Period, ...] = ()
    removed: tuple[Stamp, ...] = ()
    replaces: Stamp | None = None
    from_then_on: bool = False
    sequence: int | None = None
    free: str = ""
    travel: int = 0
    revokes: bool = False
    troubles: tuple[str, ...] = ()
    status: BusyStatus = BusyStatus.BUSY
    title: str = field(default="", repr=False)
    ours: bool = False

    @property
    def takes_time(self) -> bool:
        """Whether it takes its owner's time."""
        return not self.free

    @property
    def recurs(self) -> bool:
        """Whether it has more than the one instance."""
        return bool(self.rules or self.added)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose calendar it is, by their addresses, and whether what is marked free takes their time."""

    addresses: Collection[str] = ()
    transparent_is_busy: bool = False


NOBODY = Owner()


def read_vevent(lines: Iterable[Line], zones: Zones, owner: Owner = NOBODY) -> Vevent:
    """Read an event's properties; those of components inside it lend it nothing.

    Args:
        lines: from BEGIN:VEVENT to END:VEVENT.
        zones: what zone names mean here.
        owner: whom it takes time from: what they declined leaves them free.

    Raises:
        InputError: it cannot be read; the message says why, for the quarantine list.
    """
    properties: dict[str, list[Line]] = {}
    for line in _own_lines(lines):
        properties.setdefault(line.name, []).append(line)
    troubles: list[str] = []
    start = _start(properties, zones)
    written = start
    start, span, length = _extent(start, properties, zones)
    recurrence_id = _first(properties, "RECURRENCE-ID")
    removed = _times(properties, "EXDATE", zones, written, troubles)
    return Vevent(
        start=start,
        span=span,
        length=length,
        rules=() if recurrence_id else _rules(properties, start),
        added=() if recurrence_id else _times(properties, "RDATE", zones, written, troubles),
        removed=tuple(stamp for stamp in removed if isinstance(stamp, Stamp)),
        replaces=None if recurrence_id is None else _stamp(recurrence_id, zones, beside=written),
        from_then_on=recurrence_id is not None
        and recurrence_id.params.get("RANGE", "").upper() == "THISANDFUTURE",
        sequence=_sequence(properties),
        free=_free(properties, owner),
        travel=0 if start.is_date else _travel(properties, troubles),
        revokes=_revokes(properties),
        troubles=tuple(troubles),
        status=busy_status(
            _value(properties, "STATUS").upper(), _value(properties, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
        ),
        title=unescaped(_value(properties, "SUMMARY")),
        ours=any(name.startswith("X-GATHERLY-") for name in properties),
    )


def _own_lines(lines: Iterable[Line]) -> Iterator[Line]:
    depth = 0
    for line in lines:
        if line.name == "BEGIN":
            depth += 1
        elif line.name == "END":
            depth -= 1
        elif depth <= 1:
            yield line


def _first(properties: dict[str, list[Line]], name: str) -> Line | None:
    """Give a property that has a value; an empty one is absent."""
    return next((line for line in properties.get(name, ()) if line.value.strip()), None)


def _value(properties: dict[str, list[Line]], name: str) -> str:
    line = _first(properties, name)
    return "" if line is None else line.value.strip()


def _stamp(line: Line, zones: Zones, text: str | None = None, beside: Stamp | None = None) -> Stamp:
    """Read a time; one that names no zone beside a start that does is that zone's local time."""
    try:
        wall, is_date, is_utc = parse_wall(line.value if text is None else text)
    except InputError as error:
        raise InputError(f"{line.name} cannot be read: {error}") from error
    is_date = is_date or (line.params.get("VALUE", "").upper() == "DATE" and wall.time() == time.min)
    if is_utc and not is_date:
        return Stamp(wall, zones("UTC"))
    if is_date:
        return Stamp(wall, zones(None), is_date=True)
    name = line.params.get("TZID")
    if not name and beside is not None and not (beside.is_date or beside.floating):
        return Stamp(wall, beside.zone, floating=True)
    return Stamp(wall, zones(name), floating=not name)


def _start(properties: dict[str, list[Line]], zones: Zones) -> Stamp:
    """Read when it starts; a cancellation need not say that (RFC 5546 section 3.2.5)."""
    line = _first(properties, "DTSTART")
    if line is None and _is_cancelled(properties):
        line = _first(properties, "RECURRENCE-ID") or _first(properties, "DTSTAMP")
    if line is None:
        raise InputError("DTSTART is missing")
    return _stamp(line, zones)


def _extent(start: Stamp, properties: dict[str, list[Line]], zones: Zones) -> tuple[Stamp, Span, timedelta]:
    """Give the start, what it takes of the owner's time, and how long each instance lasts by its wall clock.

    A first instance over a change of the clock does not make the others longer or shorter than it was told.
    """
    end_line, duration = _first(properties, "DTEND"), _value(properties, "DURATION")
    if end_line is not None:
        end = _stamp(end_line, zones, beside=start)
        return _until_end(start, end)
    if duration:
        return _lasting(start, duration)
    return _days(start, 1) if start.is_date else (start, Span(start.instant, start.instant), timedelta(0))


def _until_end(start: Stamp, end: Stamp) -> tuple[Stamp, Span, timedelta]:
    if start.is_date and end.is_date:
        if end.wall < start.wall:
            raise InputError("DTEND is before DTSTART")
        return _days(start, max(1, (end.wall - start.wall).days))
    timed = Stamp(start.wall, start.zone)
    end_instant = instant_of(end.wall, start.zone) if end.is_date else end.instant
    same_clock = end.is_date or end.zone is start.zone
    length = end.wall - start.wall if same_clock else timedelta(seconds=end_instant - timed.instant)
    if length < timedelta(0):
        raise InputError("DTEND is before DTSTART")
    return timed, Span(timed.instant, max(end_instant, timed.instant)), length


def _lasting(start: Stamp, text: str) -> tuple[Stamp, Span, timedelta]:
    duration = parse_duration(text)
    if duration.days < 0 or duration.seconds < 0:
        raise InputError(f"DURATION is negative: {text[:40]!r}")
    if start.is_date and duration.seconds == 0:
        return _days(start, max(1, duration.days))
    timed = Stamp(start.wall, start.zone)
    length = timedelta(days=duration.days, seconds=duration.seconds)
    return timed, Span(timed.instant, later(timed, duration)), length


def _days(start: Stamp, days: int) -> tuple[Stamp, Span, timedelta]:
    length = timedelta(days=days)
    return start, Span(start.instant, instant_of(start.wall + length, start.zone)), length


def _rules(properties: dict[str, list[Line]], start: Stamp) -> tuple[Rule, ...]:
    if _first(properties, "EXRULE"):
        raise InputError("EXRULE is not followed: it went out of use with RFC 5545")
    texts = dict.fromkeys(line.value.strip() for line in properties.get("RRULE", ()) if line.value.strip())
    if len(texts) > MOST_RULES:
        raise InputError(f"more than {MOST_RULES} RRULEs")
    return tuple(parse_rule(text, start.zone, all_day=start.is_date) for text in texts)


def _times(
    properties: dict[str, list[Line]], name: str, zones: Zones, start: Stamp, troubles: list[str]
) -> tuple[Stamp | Period, ...]:
    """Read every time of a list; one that cannot be read is told, and the others count."""
    pieces = [
        (line, text)
        for line in properties.get(name, ())
        for text in line.value.split(",", MOST_DATES + 1)
        if text.strip()
    ]
    if len(pieces) > MOST_DATES:
        raise InputError(f"more than {MOST_DATES} {name}s")
    found: list[Stamp | Period] = []
    for line, text in pieces:
        try:
            found.append(_time(line, text, zones, start))
        except (InputError, ValueError, OverflowError) as error:
            nothing = "removes" if name == "EXDATE" else "adds"
            troubles.append(f"{error}; it {nothing} nothing")
    return tuple(found)


def _time(line: Line, text: str, zones: Zones, beside: Stamp) -> Stamp | Period:
    first, slash, last = text.partition("/")
    start = _stamp(line, zones, first, beside)
    if not slash:
        return start
    if last.strip()[:1] in "Pp+-":
        duration = parse_duration(last)
        end, length = later(start, duration), timedelta(days=duration.days, seconds=duration.seconds)
    else:
        until = _stamp(line, zones, last, beside)
        end, same_clock = until.instant, until.zone is start.zone
        length = until.wall - start.wall if same_clock else timedelta(seconds=end - start.instant)
    if end < start.instant:
        raise InputError(f"{line.name} holds a period that ends before it starts")
    return Period(start, length)


def _sequence(properties: dict[str, list[Line]]) -> int | None:
    text = _value(properties, "SEQUENCE")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _free(properties: dict[str, list[Line]], owner: Owner) -> str:
    """Name the rule by which an event leaves its owner free; "" where it does not."""
    if _value(properties, "STATUS").upper() in CANCELLED:
        return "STATUS says that it is cancelled"
    if _revokes(properties):
        return "METHOD says that it is cancelled"
    if _value(properties, "TRANSP").upper() == "TRANSPARENT" and not owner.transparent_is_busy:
        return "TRANSP says that it is transparent"
    if owner.addresses and declined(properties.get("ATTENDEE", ()), owner.addresses):
        return "the calendar's owner declined it"
    return ""


def _is_cancelled(properties: dict[str, list[Line]]) -> bool:
    return _value(properties, "STATUS").upper() in CANCELLED or _revokes(properties)


def _revokes(properties: dict[str, list[Line]]) -> bool:
    """Whether it came in a calendar with METHOD:CANCEL (`tidy` writes that into its events)."""
    return _value(properties, "METHOD").upper() == "CANCEL"


def _travel(properties: dict[str, list[Line]], troubles: list[str]) -> int:
    """Read the way to an event, in seconds, as Apple's programs write it."""
    text = _value(properties, "X-APPLE-TRAVEL-DURATION")
    if not text:
        return 0
    try:
        duration = parse_duration(text)
    except InputError as error:
        troubles.append(f"X-APPLE-TRAVEL-DURATION cannot be read: {error}; nothing is busy before it")
        return 0
    seconds = duration.days * DAY + duration.seconds
    if 0 <= seconds <= LONGEST_TRAVEL:
        return seconds
    troubles.append(
        f"X-APPLE-TRAVEL-DURATION is no way to an event: {text[:40]!r}; nothing is busy before it"
    )
    return 0


def busy_status(status: str, outlook: str) -> BusyStatus:
    """Say how an event that takes time does, by STATUS and Outlook's own property, both in upper case."""
    if outlook == "OOF":
        return BusyStatus.OUT_OF_OFFICE
    return BusyStatus.TENTATIVE if status == "TENTATIVE" else BusyStatus.BUSY


def title_of(lines: Iterable[Line]) -> str:
    """Read an event's own SUMMARY."""
    titles = (line.value.strip() for line in _own_lines(lines) if line.name == "SUMMARY")
    return unescaped(next((title for title in titles if title), ""))


def unescaped(text: str) -> str:
    """Read a TEXT value (RFC 5545 section 3.3.11)."""
    if "\\" not in text:
        return text
    for escaped, plain in (("\\n", "\n"), ("\\N", "\n"), ("\\,", ","), ("\\;", ";"), ("\\\\", "\\")):
        text = text.replace(escaped, plain)
    return text
