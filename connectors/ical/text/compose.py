"""Events written by gatherly: every text filtered, the whole parsed back before it leaves (RFC 5545, 6638).

Copies are personal: SCHEDULE-AGENT=NONE keeps servers from delivering or answering them, unless the operator
wants them to, and the X-GATHERLY properties are how gatherly knows its own events again.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from connectors.ical.marks import EPOCH, INSTALL, SESSION
from connectors.ical.scheduleagent import ScheduleAgent
from connectors.ical.text.ical_values import wall_of
from connectors.ical.text.instances import Part, parts, recur
from connectors.ical.text.read_back import check_reads_back
from connectors.ical.zones.names import iana_zone
from connectors.ical.zones.repeated_hour import refuse_repeated_hour
from engine.errors import WriteRefusedError
from engine.model.booking import EventDraft, Person
from engine.text.mail_address import ADDRESS
from engine.text.plain_text import one_line, plain_text
from engine.time.instant import to_datetime
from engine.time.local_time import local_time as time_in
from engine.time.span import DAY, Instant, Span

PRODUCT = "-//gatherly//calendar sync//EN"
LONGEST_TITLE = 1000
LONGEST_TEXT = 8000


def compose(
    draft: EventDraft, *, in_utc: bool = False, delivers: ScheduleAgent = ScheduleAgent.NONE
) -> bytes:
    """Write a calendar with this one event and its zone.

    Args:
        draft: what to write.
        in_utc: write the times in UTC and no zone, for a file in which a zone would change other events.
        delivers: who is to deliver the event to its attendees.

    Raises:
        WriteRefusedError: what was written does not read back as it was meant.
    """
    if in_utc and draft.recurrence is not None and draft.zone != "UTC":
        raise WriteRefusedError(
            "a file of several events takes no series that keeps a local clock",
            "Let the connector write into a folder of files",
            code="series",
        )
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    zone = None if in_utc else iana_zone(draft.zone)
    refuse_repeated_hour(draft, zone)
    text: bytes = calendar.to_ical().removesuffix(b"END:VCALENDAR\r\n")
    if zone is not None:
        text += zone_text(zone, draft).encode()
    events = [_event(part, zone, delivers) for part in parts(draft)]
    text += b"".join(event.to_ical() for event in events) + b"END:VCALENDAR\r\n"
    check_reads_back(text, events, list(texts(draft)), draft.event_id)
    return text


def _event(part: Part, zone: ZoneInfo | None, delivers: ScheduleAgent) -> Event:
    event, draft = Event(), part.draft
    event.add("UID", plain_text(draft.event_id, LONGEST_TITLE))
    event.add("DTSTAMP", to_datetime(draft.stamp))
    event.add("LAST-MODIFIED", to_datetime(draft.stamp))
    event.add("DTSTART", _stamp(draft.span.start, draft, zone))
    event.add("DTEND", _stamp(draft.span.end, draft, zone))
    recur(event, part, lambda at: _stamp(at, draft, zone))
    event.add("SEQUENCE", draft.sequence)
    event.add("STATUS", "CONFIRMED")
    event.add("TRANSP", "OPAQUE")
    for name, value in texts(draft):
        event.add(name, vText(value))
    event["ORGANIZER"] = _address(draft.organizer, delivers)
    for person in draft.attendees:
        attendee = _address(person, delivers)
        if person.optional:
            attendee.params["ROLE"] = "OPT-PARTICIPANT"
        attendee.params["PARTSTAT"] = "ACCEPTED" if person.comes else "NEEDS-ACTION"
        event.add("ATTENDEE", attendee)
    return event


def _stamp(at: Instant, draft: EventDraft, zone: ZoneInfo | None) -> date | datetime:
    """Give a time of an event; one of whole days names days, on the clock of its zone."""
    if draft.all_day:
        return to_datetime(at).astimezone(iana_zone(draft.zone)).date()
    return local_time(at, zone)


def local_time(at: Instant, zone: ZoneInfo | None) -> datetime:
    """Give an instant as it is written: in the zone, or in UTC where there is none.

    In the hour that a clock repeats a local time means its first occurrence (RFC 5545 section 3.3.5): the
    second is told in UTC.
    """
    local = to_datetime(at) if zone is None else to_datetime(at).astimezone(zone)
    return to_datetime(at) if local.fold else local


def texts(draft: EventDraft) -> Iterator[tuple[str, str]]:
    """Give the texts as they are written; empty ones are left out."""
    named = {
        "SUMMARY": plain_text(draft.title, LONGEST_TITLE).replace("\n", " "),
        "DESCRIPTION": plain_text(draft.description, LONGEST_TEXT),
        "LOCATION": plain_text(draft.location, LONGEST_TITLE),
        "COMMENT": plain_text(draft.comment, LONGEST_TEXT) if draft.cancelled else "",
        "URL": plain_text(draft.url or "", LONGEST_TITLE).replace("\n", ""),
        INSTALL: plain_text(draft.mark.install, LONGEST_TITLE),
        SESSION: plain_text(draft.mark.session, LONGEST_TITLE),
        EPOCH: str(draft.mark.epoch),
    }
    return ((name, value) for name, value in named.items() if value)


def _address(person: Person, delivers: ScheduleAgent) -> vCalAddress:
    if not ADDRESS.match(person.email):
        raise WriteRefusedError(
            f"{person.email!r} is not an address", "Correct the user's e-mail address", code="address"
        )
    address = vCalAddress(f"mailto:{person.email}")
    name = one_line(plain_text(person.name, 200)).replace('"', "'")
    if name:
        address.params["CN"] = name
    address.params["SCHEDULE-AGENT"] = delivers.upper()
    return address


def zone_text(zone: ZoneInfo, draft: EventDraft) -> str:
    """Write a VTIMEZONE for the year around an event: its offset before, and each change.

    Of a series it reaches to its last instance; of an endless one so far that nobody looks there.
    """
    first = draft.span.start - 366 * DAY
    endless = draft.recurrence is not None and draft.lasts is None
    last = draft.span.end + 20 * 365 * DAY if endless else max(draft.span.end, draft.lasts or 0)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone.key}"]
    lines += _observance(zone, first, wall_of(first, zone).replace(hour=0, minute=0, second=0), first)
    for change in _changes(zone, first, last + 366 * DAY):
        lines += _observance(zone, change, wall_of(change - 1, zone) + timedelta(seconds=1), change - 1)
    return "\r\n".join([*lines, "END:VTIMEZONE", ""])


def _observance(zone: ZoneInfo, at: Instant, onset: datetime, before: Instant) -> list[str]:
    moment = to_datetime(at).astimezone(zone)
    kind = "DAYLIGHT" if moment.dst() else "STANDARD"
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{onset:%Y%m%dT%H%M%S}",
        f"TZOFFSETFROM:{_offset_text(_offset(zone, before))}",
        f"TZOFFSETTO:{_offset_text(_offset(zone, at))}",
        f"TZNAME:{moment.tzname()}",
        f"END:{kind}",
    ]


def _offset(zone: ZoneInfo, at: Instant) -> timedelta:
    return to_datetime(at).astimezone(zone).utcoffset() or timedelta(0)


def _offset_text(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes, odd = divmod(rest, 60)
    text = f"{'-' if seconds < 0 else '+'}{hours:02d}{minutes:02d}"
    return f"{text}{odd:02d}" if odd else text


def _changes(zone: ZoneInfo, first: Instant, last: Instant) -> Iterator[Instant]:
    """Give the instants at which the offset changes, to the end of the last day."""
    _, *later = time_in(zone.key, Span(first, last)).eras
    end = last + (first - last) % DAY
    yield from (era.start for era in later if first < era.start <= end)
