"""A calendar's body, cut into objects: everything with one UID, with all it needs to be read alone.

Works on bytes and looks at no more than it has to: where components begin and end, UIDs, and which zones are
named. Nothing is interpreted, so nothing here can fail on an event's content.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from connectors.ical.body import BEGIN
from connectors.ical.lines import decode
from engine.ids import EventUid, Href
from engine.model.calendar import RawObject

_FLAGS = re.MULTILINE | re.IGNORECASE
_END_ANY = re.compile(rb"^[ \t]*(?:END:VCALENDAR|BEGIN:V(?!ALARM)[A-Z-]*)", _FLAGS)
_UID = re.compile(rb"UID(?:;[^:]*)?:(.*)", re.IGNORECASE | re.DOTALL)
_TZID = re.compile(rb"^TZID(?:;[^:\r\n]*)?:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", _FLAGS)
_FOLD = re.compile(rb"\r?\n[ \t]")
_HEADER = re.compile(rb"^X-WR-TIMEZONE[;:][^\n]*\n(?:[ \t][^\n]*\n)*", _FLAGS)
_ODD_LINE = re.compile(rb"\n(?:[a-z]|(?:BEGIN|END):[A-Z-]*+[a-z]|[A-Z-]++[a-z\r\n])")

NAMELESS = b"content:"
"""Begins the UID that stands in for one that an event lacks: a hash of its content."""
ALONE = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"


@dataclass(frozen=True, slots=True)
class ZoneText:
    """A VTIMEZONE as it stands in the file, and its TZID."""

    tzid: bytes
    text: bytes


@dataclass(slots=True)
class Segment:
    """One VCALENDAR: its header lines that matter, the file's zones, and its VEVENTs by UID.

    `odd` says that names may be written in lower case or broken by a fold (`has_odd_lines`).
    """

    header: bytes
    zones: Sequence[ZoneText]
    odd: bool = False
    events: dict[bytes, list[bytes]] = field(default_factory=dict)


def content_hash(text: bytes) -> str:
    """Hash a text without its DTSTAMPs, which exporters renew at each fetch."""
    return hashlib.blake2b(unstamped(text), digest_size=16).hexdigest()


def unstamped(text: bytes) -> bytes:
    """Leave the DTSTAMP lines out."""
    parts: list[bytes] = []
    kept = 0
    at = text.find(b"\nDTSTAMP")
    while at >= 0:
        parts.append(text[kept:at])
        kept = text.find(b"\n", at + 1)
        while kept >= 0 and text[kept + 1 : kept + 2] in (b" ", b"\t"):
            kept = text.find(b"\n", kept + 1)
        kept = len(text) if kept < 0 else kept
        at = text.find(b"\nDTSTAMP", kept)
    return b"".join([*parts, text[kept:]]) if parts else text


def distinct(texts: Sequence[bytes]) -> Sequence[bytes]:
    """Give each text once, whatever its DTSTAMP: copies merge."""
    if len(texts) < 2:
        return texts
    return list({unstamped(text): text for text in texts}.values())


def has_odd_lines(text: bytes) -> bool:
    """Whether a property's name may be written in lower case, or broken by a fold."""
    return _ODD_LINE.search(text) is not None


def split(body: bytes) -> tuple[RawObject, ...]:
    """Cut a whole calendar (`body.whole_calendar`) into one object a UID, in the order of appearance."""
    raws: dict[bytes, list[bytes]] = {}
    for segment in cut(body):
        for uid, texts in segment.events.items():
            raws.setdefault(uid, []).append(_alone(segment, distinct(texts)))
    return tuple(_object(uid, raw[0] if len(raw) == 1 else b"".join(raw)) for uid, raw in raws.items())


def cut(body: bytes) -> list[Segment]:
    """Gather the VEVENTs of each VCALENDAR by UID."""
    odd = has_odd_lines(body)
    zones = _zones(body, odd)
    segments = []
    for text in _calendars(body):
        events = list(_places(text, odd))
        segment = Segment(_header(text, events), zones, odd)
        for start, end in events:
            event = text[start:end]
            segment.events.setdefault(uid_of(event), []).append(event)
        segments.append(segment)
    return segments


def zones_of(body: bytes) -> list[ZoneText]:
    """Give the VTIMEZONEs as they stand in a body."""
    return _zones(body, has_odd_lines(body))


def _zones(body: bytes, odd: bool) -> list[ZoneText]:
    found = []
    names = body.upper() if odd else body
    at = names.find(b"\nBEGIN:VTIMEZONE")
    while at >= 0:
        end = names.find(b"\nEND:VTIMEZONE", at)
        if end < 0:
            break
        after = body.find(b"\n", end + 1) + 1 or len(body)
        found.append(_zone_text(body[at + 1 : after]))
        at = names.find(b"\nBEGIN:VTIMEZONE", end)
    return found


def events_of(body: bytes) -> Iterator[bytes]:
    """Give the VEVENTs as they stand in a body; one that was never ended ends where the next begins."""
    return (body[start:end] for start, end in _places(body, has_odd_lines(body)))


def uid_of(event: bytes) -> bytes:
    """Read an event's own UID (never an alarm's), or make one of its content."""
    at = event.find(b"\nUID:")
    if at < 0 or event.find(b"\nBEGIN:", 1, at) >= 0:
        return _searched_uid(event)
    end = event.find(b"\n", at + 5)
    if event[end + 1 : end + 2] in (b" ", b"\t"):
        return _searched_uid(event)
    return event[at + 5 : end].strip() or _made_uid(event)


def _searched_uid(event: bytes) -> bytes:
    """Look at every line outside the components that an event holds."""
    depth = 0
    for line in _FOLD.sub(b"", event).splitlines():
        start = line[:6].upper()
        if start == b"BEGIN:":
            depth += 1
        elif start.startswith(b"END:"):
            depth -= 1
        elif depth == 1 and (found := _UID.match(line)) and found[1].strip():
            return bytes(found[1].strip())
    return _made_uid(event)


def _made_uid(event: bytes) -> bytes:
    return NAMELESS + content_hash(event).encode()


def _calendars(body: bytes) -> Iterator[bytes]:
    if body.count(b"BEGIN:VCALENDAR") == 1 and body.startswith(b"BEGIN:VCALENDAR"):
        yield body
        return
    starts = [found.start() for found in BEGIN.finditer(body)]
    for start, end in zip(starts, [*starts[1:], len(body)], strict=True):
        yield body[start:end]


def _header(text: bytes, events: Sequence[tuple[int, int]]) -> bytes:
    """Find the calendar's own X-WR-TIMEZONE, which may stand after its events as well."""
    if text.find(b"X-WR-TIMEZONE") < 0 and text.find(b"x-wr-timezone") < 0:
        return b""
    ends = [0, *(end for _start, end in events)]
    starts = [*(start for start, _end in events), len(text)]
    outside = b"".join(text[end:start] for end, start in zip(ends, starts, strict=True))
    return b"".join(found[0] for found in _HEADER.finditer(outside))


def _places(text: bytes, odd: bool) -> Iterator[tuple[int, int]]:
    """Tell where the VEVENTs begin and end."""
    names = text.upper() if odd else text
    start = _next_event(names, 0)
    while start >= 0:
        limit = _next_event(names, start)
        end = names.find(b"\nEND:VEVENT", start, limit if limit >= 0 else len(text))
        if end >= 0:
            yield start, text.find(b"\n", end + 1) + 1 or len(text)
        else:
            yield start, _unclosed_end(text, start, limit if limit >= 0 else len(text))
        start = limit


def _next_event(names: bytes, after: int) -> int:
    at = names.find(b"\nBEGIN:VEVENT", after)
    while at >= 0 and names[at + 13 : at + 14] not in (b"\r", b"\n", b" ", b"\t"):
        at = names.find(b"\nBEGIN:VEVENT", at + 1)
    return at + 1 if at >= 0 else -1


def _unclosed_end(text: bytes, start: int, limit: int) -> int:
    found = _END_ANY.search(text, start + 12, limit)
    return found.start() if found else limit


def _zone_text(text: bytes) -> ZoneText:
    found = _TZID.search(text)
    return ZoneText(_FOLD.sub(b"", found[1]).strip() if found else b"", text)


def _alone(segment: Segment, texts: Sequence[bytes]) -> bytes:
    """Write events as a calendar of their own, with the zones that they name."""
    events = texts[0] if len(texts) == 1 else b"".join(texts)
    zones = b"".join(_named(segment.zones, events)) if segment.zones else b""
    return b"".join((ALONE, segment.header, zones, events, b"END:VCALENDAR\r\n"))


def _named(zones: Iterable[ZoneText], events: bytes) -> Iterator[bytes]:
    """Find the zones that events name, also where a fold runs through the name."""
    named = events.count(b"TZID=")
    found = [(zone, events.count(b"TZID=" + zone.tzid)) for zone in zones if zone.tzid]
    if sum(count for _zone, count in found) == named:
        return (zone.text for zone, count in found if count)
    unfolded = _FOLD.sub(b"", events)
    return (zone.text for zone, _count in found if zone.tzid in unfolded)


def _object(uid: bytes, raw: bytes) -> RawObject:
    name = decode(uid)
    return RawObject(href=Href(name), uid=EventUid(name), etag=None, content_hash=content_hash(raw), raw=raw)
