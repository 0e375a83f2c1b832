"""A calendar's body, cut into objects: everything with one UID, with all it needs to be read alone.

Works on bytes and looks at no more than it has to: where components begin and end, UIDs, and which zones are
named. Nothing is interpreted, so nothing here can fail on an event's content.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors.ical.body import BEGIN
from connectors.ical.lines import decode
from engine.ids import EventUid, Href
from engine.model.calendar import RawObject

_FLAGS = re.MULTILINE | re.IGNORECASE
_EVENT = re.compile(rb"^BEGIN:VEVENT[ \t]*\r?\n.*?^END:VEVENT[ \t]*(?:\r?\n|\Z)", _FLAGS | re.DOTALL)
_ZONE = re.compile(rb"^BEGIN:VTIMEZONE[ \t]*\r?\n.*?^END:VTIMEZONE[ \t]*(?:\r?\n|\Z)", _FLAGS | re.DOTALL)
_NEXT_EVENT = re.compile(rb"(?<=\n)BEGIN:VEVENT[ \t]*\r?\n", re.IGNORECASE)
_INNER = re.compile(rb"^BEGIN:(?!VEVENT)([A-Z-]+)[ \t]*\r?\n.*?^END:\1[ \t]*\r?\n", _FLAGS | re.DOTALL)
_UID = re.compile(rb"^UID(?:;[^:\r\n]*)?:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", _FLAGS)
_TZID = re.compile(rb"^TZID(?:;[^:\r\n]*)?:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", _FLAGS)
_FOLD = re.compile(rb"\r?\n[ \t]")
_STAMPED = re.compile(rb"^DTSTAMP[;:][^\n]*\n(?:[ \t][^\n]*\n)*", _FLAGS)
_HEADER = re.compile(rb"^X-WR-TIMEZONE[;:][^\n]*\n(?:[ \t][^\n]*\n)*", _FLAGS)

NAMELESS = "content:"
"""Begins the UID that stands in for one that an event lacks: a hash of its content."""


@dataclass(slots=True)
class Group:
    """The VEVENTs of one UID in one VCALENDAR, as they stand there, each text once."""

    header: bytes
    zones: Sequence["ZoneText"]
    events: dict[bytes, bytes] = field(default_factory=dict)
    """By their text without DTSTAMP: copies merge."""


@dataclass(frozen=True, slots=True)
class ZoneText:
    """A VTIMEZONE as it stands in the file, and its TZID."""

    tzid: bytes
    text: bytes


def content_hash(text: bytes) -> str:
    """Hash a text without its DTSTAMPs, which exporters renew at each fetch."""
    return hashlib.blake2b(_STAMPED.sub(b"", text), digest_size=16).hexdigest()


def split(body: bytes) -> tuple[RawObject, ...]:
    """Cut a whole calendar (`body.whole_calendar`) into one object a UID, in the order of appearance."""
    texts: dict[str, list[bytes]] = {}
    for uid, group in groups(body).items():
        texts[uid] = [_alone(part) for part in group]
    return tuple(_object(uid, b"".join(parts)) for uid, parts in texts.items())


def groups(body: bytes) -> dict[str, list[Group]]:
    """Gather the VEVENTs of each UID, by VCALENDAR."""
    zones = zones_of(body)
    found: dict[str, list[Group]] = {}
    for segment in _segments(body):
        header = b"".join(match[0] for match in _HEADER.finditer(_before_components(segment)))
        own: dict[str, Group] = {}
        for text in events_of(segment):
            plain = _STAMPED.sub(b"", text)
            uid = uid_of(text, plain)
            own.setdefault(uid, Group(header, zones)).events[plain] = text
        for uid, group in own.items():
            found.setdefault(uid, []).append(group)
    return found


def uid_of(text: bytes, plain: bytes) -> str:
    """Read an event's own UID (never an alarm's), or make one of its content."""
    outer = _INNER.sub(b"", text) if text.count(b"BEGIN:") > 1 else text
    found = _UID.search(outer)
    uid = decode(_FOLD.sub(b"", found[1])).strip() if found else ""
    return uid or NAMELESS + hashlib.blake2b(plain, digest_size=16).hexdigest()


def _segments(body: bytes) -> Iterator[bytes]:
    starts = [found.start() for found in BEGIN.finditer(body)]
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        yield body[start:end]


def _before_components(segment: bytes) -> bytes:
    """Give the calendar's own properties, which may stand after its components as well."""
    return _INNER.sub(b"", _EVENT.sub(b"", segment)[15:])


def zones_of(body: bytes) -> list[ZoneText]:
    """Give the VTIMEZONEs as they stand in a body."""
    return [_zone_text(found[0]) for found in _ZONE.finditer(body)]


def events_of(segment: bytes) -> Iterator[bytes]:
    """Give the VEVENTs as they stand in a calendar; one that was never ended ends where the next begins."""
    for found in _EVENT.finditer(segment):
        text = found[0]
        starts = [0, *(inner.start() for inner in _NEXT_EVENT.finditer(text))]
        for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
            yield text[start:end]


def _zone_text(text: bytes) -> ZoneText:
    found = _TZID.search(text)
    return ZoneText(_FOLD.sub(b"", found[1]).strip() if found else b"", text)


def _alone(group: Group) -> bytes:
    """Write the group as a calendar of its own, with the zones that it names."""
    events = b"".join(group.events.values())
    unfolded = _FOLD.sub(b"", events)
    zones = b"".join(zone.text for zone in group.zones if zone.tzid and zone.tzid in unfolded)
    return b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + group.header + zones + events + b"END:VCALENDAR\r\n"


def _object(uid: str, raw: bytes) -> RawObject:
    return RawObject(href=Href(uid), uid=EventUid(uid), etag=None, content_hash=content_hash(raw), raw=raw)
