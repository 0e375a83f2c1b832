"""Who is at the events of a calendar's objects, as a task for a child process."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from connectors.ical.reading.interpret import interpret, interpret_each
from connectors.ical.reading.vevent import CANCELLED, Owner, title_of
from connectors.ical.text.attendees import addresses_of
from connectors.ical.text.lines import Line, content_lines, lines_named
from connectors.ical.text.objects import CLOSING, events_of
from connectors.sandbox.frames import LONGEST_TITLE, objects_of, taken
from engine.model.calendar_object import Occurrence, RawObject
from engine.text.plain_text import without_control
from engine.time.span import Span

_REPLACES = re.compile(rb"\nRECURRENCE-ID[;:][^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE)
_REPEATS = re.compile(rb"\n(?:RRULE|RDATE)[;:]", re.IGNORECASE)
_YEARLY = re.compile(rb"\nRRULE[;:][^\r\n]*FREQ=YEARLY", re.IGNORECASE)
_WHO = re.compile(rb"(?:BEGIN|END|STATUS|ORGANIZER|ATTENDEE)[;:]", re.IGNORECASE)
_DAY = re.compile(r"\d{4}(\d\d)(\d\d)\Z")
BIRTHDAYS = frozenset({"birthday", "birthdays"})
_EVERYTHING = Owner(transparent_is_busy=True)
MOST_PEOPLE = 500
"""Attendees that are read of one event."""

Row = list[Any]


def gatherings_task(payload: bytes) -> bytes:
    """Tell of each object when it takes place, who is there each time, and whether it goes on repeating."""
    (start, end, zone), frames = taken(payload)
    known = objects_of(frames)
    shared = [one for one in known if one.shared]
    window = Span(start, end)
    each = interpret_each(known, window, zone, owner=_EVERYTHING)
    rows = [
        [bool(_REPEATS.search(one.raw)), list(_of_object(one, takes, shared, window, zone)), _birthday(one)]
        for one, takes in zip((one for one in known if not one.shared), each, strict=True)
    ]
    return json.dumps(rows).encode()


def _birthday(one: RawObject) -> Row | None:
    """Give name and day of a yearly whole day, and whether the event itself says that it is a birthday."""
    if not _YEARLY.search(one.raw):
        return None
    event = next(events_of(one.raw), b"")
    lines = list(_own(content_lines(event)))
    days = [_DAY.match(line.value.strip()) for line in lines if line.name == "DTSTART"]
    if not days or days[0] is None:
        return None
    marked = any(line.name in ("X-BIRTHDAY", "BDAY") for line in lines)
    words = [line.value.casefold() for line in lines if line.name == "CATEGORIES"]
    marked = marked or any(word.strip() in BIRTHDAYS for text in words for word in text.split(","))
    return [title_of(content_lines(event))[:LONGEST_TITLE], f"--{days[0][1]}-{days[0][2]}", marked]


def _of_object(
    one: RawObject, takes: Sequence[Occurrence], shared: Sequence[RawObject], window: Span, zone: str
) -> Iterator[Row]:
    events = list(events_of(one.raw))
    people = [_people(list(_own(lines_named(event, _WHO)))) for event in events]
    if not any(people):
        return
    overrides: dict[Span, list[Row]] = {}
    masters: list[Row] = []
    head = one.raw[: one.raw.find(b"BEGIN:VEVENT")]
    for event, there in zip(events, people, strict=True):
        alone, replaced = _REPLACES.subn(b"", event)
        if not replaced:
            masters = masters or there
            continue
        text = RawObject(
            href=one.href,
            uid=one.uid,
            etag=None,
            content_hash="",
            raw=head + alone.rstrip() + b"\r\n" + CLOSING,
        )
        for found in interpret([*shared, text], window, zone, owner=_EVERYTHING).occurrences:
            overrides[found.span] = there
    for found in takes:
        there = overrides.get(found.span, masters)
        if there:
            yield [found.span.start, found.span.end, found.title[:LONGEST_TITLE], there]


def _own(lines: Iterable[Line]) -> Iterator[Line]:
    """Give an event's own lines: an alarm's attendees are not there."""
    depth = 0
    for line in lines:
        if line.name in ("BEGIN", "END"):
            depth += 1 if line.name == "BEGIN" else -1
        elif depth <= 1:
            yield line


def _people(lines: Sequence[Line]) -> list[Row]:
    if any(line.name == "STATUS" and line.value.strip().upper() in CANCELLED for line in lines):
        return []
    found: dict[str, Row] = {}
    for line in lines:
        if line.name in ("ORGANIZER", "ATTENDEE") and len(found) < MOST_PEOPLE:
            found |= {row[0]: row for row in _rows(line) if row[0] not in found or line.name == "ATTENDEE"}
    return list(found.values()) if any(line.name == "ATTENDEE" for line in lines) else []


def _rows(line: Line) -> Iterator[Row]:
    kind = line.params.get("CUTYPE", "").strip().upper()
    declined = line.params.get("PARTSTAT", "").strip().upper() == "DECLINED"
    what = "group" if kind == "GROUP" else "room" if kind in ("ROOM", "RESOURCE") else "individual"
    name = without_control(line.params.get("CN", "")).strip()
    addresses = sorted(addresses_of(line))
    if addresses:
        yield [addresses[0], name[:LONGEST_TITLE], what, declined, False]
