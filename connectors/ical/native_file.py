"""Calendars of gatherly's own as iCalendar files: read for an import, written for an export (RFC 5545).

What is read is plain values; a file that is not whole, or holds one event that cannot be read, is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vRecur

from connectors.ical.text.compose import local_time
from connectors.ical.zones.names import iana_zone
from engine.bounds import TIME
from engine.errors import InputError
from engine.model.event import CalendarEvent, EventStatus
from engine.text.plain_text import plain_text
from engine.time.instant import from_datetime, to_datetime
from engine.time.local_time import zone_info
from engine.time.span import DAY, Instant, Span

PRODUCT = "-//gatherly//calendar sync//EN"
LARGEST = 20 * 1024 * 1024
MOST_EVENTS = 20_000
_LONGEST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEvent:
    """An event of a file; `original` is the start of the instance that it stands for."""

    uid: str
    span: Span
    all_day: bool
    zone: str
    title: str = field(default="", repr=False)
    description: str | None = field(default=None, repr=False)
    location: str | None = field(default=None, repr=False)
    rule: str | None = None
    original: Instant | None = None
    removed: tuple[Instant, ...] = ()
    added: tuple[Span, ...] = ()
    cancelled: bool = False


def read_file(raw: bytes, zone: str) -> list[FileEvent]:
    """Read a file's events; `zone` is for times that name none.

    Raises:
        InputError: it is no calendar, not whole, or too much.
    """
    if len(raw) > LARGEST:
        raise InputError("The file is too large", f"Import at most {LARGEST // 1024 // 1024} MB at once")
    if not raw.rstrip().upper().endswith(b"END:VCALENDAR"):
        raise InputError("The file is no whole calendar: it does not end with END:VCALENDAR", "Fetch it anew")
    try:
        calendars = Calendar.from_ical(raw, multiple=True)
        events = [one for each in calendars for one in each.walk("VEVENT")]
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"The file cannot be read as a calendar: {error}", "Nothing was imported") from error
    if len(events) > MOST_EVENTS:
        raise InputError(f"The file has {len(events)} events", f"Import at most {MOST_EVENTS} at once")
    return [_read(one, zone) for one in events]


def _read(event: Any, zone: str) -> FileEvent:
    uid = str(event.get("UID") or "")
    try:
        if not uid or event.errors:
            raise ValueError(str(event.errors[0]) if event.errors else "it has no UID")
        start = event["DTSTART"].dt
        all_day = not isinstance(start, datetime)
        for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
            _must_know_zone(event, name)
        named = _zone_of(start, zone)
        span = Span(_instant(start, named), _instant(_end(event, start), named))
        if not TIME.start <= span.start <= span.end <= TIME.end:
            raise ValueError("it is not between 1970 and 2199")
        original = event.get("RECURRENCE-ID")
        rules = _listed(event.get("RRULE"))
        if len(rules) > 1:
            raise ValueError("it repeats by several rules")
        return FileEvent(
            uid=uid,
            span=span,
            all_day=all_day,
            zone=named,
            title=_text(event, "SUMMARY") or "Untitled",
            description=_text(event, "DESCRIPTION"),
            location=_text(event, "LOCATION"),
            rule=rules[0].to_ical().decode() if rules else None,
            original=None if original is None else _instant(original.dt, named),
            removed=tuple(_instant(at, named) for at in _dates(event.get("EXDATE"))),
            added=tuple(_added(at, span, named) for at in _dates(event.get("RDATE"))),
            cancelled=str(event.get("STATUS", "")).upper() in ("CANCELLED", "CANCELED"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, InputError) as error:
        raise InputError(
            f"The event {uid or 'without a UID'} cannot be read: {error}", "Nothing was imported"
        ) from error


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _dates(value: Any) -> Iterator[Any]:
    for each in _listed(value):
        yield from (one.dt for one in each.dts)


def _added(at: Any, span: Span, zone: str) -> Span:
    if isinstance(at, tuple):
        start = _instant(at[0], zone)
        lasts = isinstance(at[1], timedelta)
        return Span(start, start + int(at[1].total_seconds()) if lasts else _instant(at[1], zone))
    start = _instant(at, zone)
    return Span(start, start + span.seconds)


def _text(event: Any, name: str) -> str | None:
    value = event.get(name)
    text = "" if value is None else plain_text(str(value), _LONGEST)
    return text or None


def _end(event: Any, start: Any) -> Any:
    if "DTEND" in event:
        return event["DTEND"].dt
    if "DURATION" in event:
        return start + event["DURATION"].dt
    return start + timedelta(days=1) if not isinstance(start, datetime) else start + timedelta(minutes=1)


def _must_know_zone(event: Any, name: str) -> None:
    """Refuse a time of a told, unknown zone: it would be read as an hour of the calendar's own."""
    told = event.get(name)
    if told is not None and isinstance(told.dt, datetime) and told.dt.tzinfo is None:
        zone = told.params.get("TZID")
        if zone is not None:
            raise ValueError(f"its zone {str(zone)!r} is not known")


def _zone_of(start: Any, zone: str) -> str:
    if not isinstance(start, datetime) or start.tzinfo is None:
        return zone
    if start.tzinfo is UTC or start.tzname() == "UTC":
        return "UTC"
    key = getattr(start.tzinfo, "key", None) or str(start.tzinfo)
    found = iana_zone(key)
    if found is None:
        raise ValueError(f"its zone {key!r} is not known")
    return found.key


def _instant(at: Any, zone: str) -> Instant:
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day)  # noqa: DTZ001 # its zone comes next
    return from_datetime(at.replace(tzinfo=zone_info(zone)) if at.tzinfo is None else at)


def write_file(name: str, events: Sequence[CalendarEvent], now: Instant) -> bytes:
    """Write a calendar with its series whole: exceptions under their UID, what was called off left out."""
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("X-WR-CALNAME", name)
    known = {one.id: one for one in events}
    for event in events:
        series = known.get(event.recurrence_parent_id or "")
        if EventStatus.CANCELLED in (event.status, event.status if series is None else series.status):
            continue
        made = _event(event, events, now) if series is None else _exception(event, series, now)
        calendar.add_component(made)
    calendar.add_missing_timezones()
    text: bytes = calendar.to_ical()
    return text


def uid_of(event: CalendarEvent) -> str:
    """Give the UID that a file knows an event by: the one it came with, else its id."""
    return event.external_ids.get("ical", f"{event.id}@gatherly")


def _event(event: CalendarEvent, others: Iterable[CalendarEvent], now: Instant) -> Event:
    made = _plain(event, uid_of(event), event, now)
    if event.recurrence_rule is not None:
        made.add("RRULE", vRecur.from_ical(event.recurrence_rule.removeprefix("RRULE:")))
        removed = [
            _stamp(one.original_start_time, event)
            for one in others
            if one.recurrence_parent_id == event.id
            and one.status is EventStatus.CANCELLED
            and one.original_start_time is not None
        ]
        if removed:
            made.add("EXDATE", removed)
    return made


def _exception(event: CalendarEvent, series: CalendarEvent, now: Instant) -> Event:
    if event.external_ids.get("added"):
        return _plain(event, f"{uid_of(series)}-{event.start_time}", series, now)
    made = _plain(event, uid_of(series), series, now)
    if event.original_start_time is not None:
        made.add("RECURRENCE-ID", _stamp(event.original_start_time, series))
    return made


def _plain(event: CalendarEvent, uid: str, series: CalendarEvent, now: Instant) -> Event:
    made = Event()
    made.add("UID", uid)
    made.add("DTSTAMP", to_datetime(now))
    made.add("DTSTART", _stamp(event.start_time, series))
    made.add("DTEND", _stamp(event.end_time, series))
    made.add("SUMMARY", plain_text(event.title, _LONGEST).replace("\n", " "))
    for name, text in (("DESCRIPTION", event.description), ("LOCATION", event.location)):
        if text:
            made.add(name, plain_text(text, _LONGEST))
    made.add("STATUS", "CONFIRMED" if event.status is EventStatus.CONFIRMED else "TENTATIVE")
    return made


def _stamp(at: Instant, event: CalendarEvent) -> date | datetime:
    """Give a time as the event is written: a day, UTC, or the clock of its zone.

    A series begins on its zone's clock, whichever of two equal hours that is.
    """
    zone: ZoneInfo = zone_info(event.zone or "UTC")
    local = to_datetime(at).astimezone(zone)
    if event.all_day:
        return (local + timedelta(seconds=DAY // 2)).date() if local.hour >= 12 else local.date()
    begins = event.recurrence_rule is not None and at == event.start_time
    return local if begins and zone.key != "UTC" else local_time(at, None if zone.key == "UTC" else zone)
