"""A calendar's body, cut into objects: everything with one UID, and each VTIMEZONE as an object of its own.

An event names the zones that it needs by their hashes, so that a zone is kept once however many events name
it, and no body grows by being cut. Works on bytes and looks at no more than it has to: where components begin
and end, UIDs, and which zones are named. Nothing is interpreted, so nothing here can fail on an event's
content.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from connectors.ical.text.body import BEGIN
from connectors.ical.text.lines import decode
from engine.errors import InputError
from engine.ids import EventUid, Href
from engine.model.calendar_object import SHARED, RawObject

_FLAGS = re.MULTILINE | re.IGNORECASE
_END_ANY = re.compile(rb"^[ \t]*(?:END:VCALENDAR|BEGIN:V(?!ALARM)[A-Z-]*)", _FLAGS)
_UID = re.compile(rb"UID(?:;(?:\"[^\"]*\"|[^:])*+)?:(.*)", re.IGNORECASE | re.DOTALL)
_TZID = re.compile(rb"^TZID(?:;(?:\"[^\"\r\n]*\"|[^:\r\n])*+)?:([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", _FLAGS)
_FOLD = re.compile(rb"\r?\n[ \t]")
_HEADER = re.compile(rb"^X-WR-TIMEZONE[;:][^\n]*\n(?:[ \t][^\n]*\n)*", _FLAGS)
_NAMED = re.compile(rb"TZID=\"?([^\r\n]*)", re.IGNORECASE)
_NAME_END = re.compile(rb"[\":;,]|\Z")
_REFERENCE = re.compile(rb"^X-GATHERLY-ZONE:([0-9a-f]{32})\r\n", re.MULTILINE)
_ODD_LINE = re.compile(rb"\n(?:[a-z]|(?:BEGIN|END):[A-Z-]*+[a-z]|[A-Z-]++[a-z\r\n])")

NAMELESS = b"content:"
"""Begins the UID that stands in for one that an event lacks: a hash of its content."""
LONGEST_UID = 1000
"""Bytes; of a longer one its hash is the UID."""
LONGEST_HEADER = 200
"""Bytes of what is kept of a calendar's own properties: one name of a zone."""
LIKELY_ENDS = 4
"""Places at which a zone's name may end: one without quotes may hold colons and commas."""
GROWTH, SMALL = 4, 1024 * 1024
"""What a body may grow to: so many times its own size, and what matters to nobody."""
MOST_NAMESAKES = 2
"""Zones of one name that are kept, the last ones: of those that can be read the last one counts."""
ALONE = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
CLOSING = b"END:VCALENDAR\r\n"


@dataclass(frozen=True, slots=True)
class ZoneText:
    """A VTIMEZONE as it stands in the file, and its TZID."""

    tzid: bytes
    text: bytes
    name: str = field(init=False)
    """As an object that others share: the hash of its text."""

    def __post_init__(self) -> None:
        """Hash it once."""
        object.__setattr__(self, "name", hashlib.blake2b(self.text, digest_size=16).hexdigest())


class ZoneIndex:
    """A file's zones by their TZIDs; each event's names are looked up in one pass over the event."""

    def __init__(self, zones: Sequence[ZoneText]) -> None:
        self._by_name: dict[bytes, list[ZoneText]] = {}
        for zone in zones:
            if zone.tzid:
                self._by_name.setdefault(zone.tzid, []).append(zone)
        for name, found in self._by_name.items():
            self._by_name[name] = found[-MOST_NAMESAKES:]

    def named_in(self, events: bytes) -> Sequence[ZoneText]:
        """Give the zones that events name, each once, also where a fold runs through a name."""
        if not self._by_name:
            return ()
        if b"\n " in events or b"\n\t" in events:
            events = _FOLD.sub(b"", events)
        found: dict[bytes, list[ZoneText]] = {}
        for name in dict.fromkeys(_NAMED.findall(events)):
            self._look_up(name, found)
        return [zone for zones in found.values() for zone in zones]

    def _look_up(self, rest: bytes, found: dict[bytes, list[ZoneText]]) -> None:
        """Find every zone that a parameter may mean: where its name ends is the reader's to say."""
        for end in islice(_NAME_END.finditer(rest), LIKELY_ENDS):
            name = rest[: end.start()].strip()
            if name in self._by_name:
                found[name] = self._by_name[name]


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
    """Cut a whole calendar (`body.whole_calendar`): the zones that are named, then one object a UID.

    Raises:
        InputError: it would grow beyond all measure.
    """
    left = GROWTH * len(body) + SMALL
    raws: dict[bytes, list[bytes]] = {}
    shared: dict[str, ZoneText] = {}
    segments = cut(body, tidy=True)
    index = ZoneIndex(segments[0].zones if segments else ())
    for segment in segments:
        for uid, texts in segment.events.items():
            events = b"".join(distinct(texts))
            called: list[bytes] = []
            for zone in index.named_in(events):
                shared[zone.name] = zone
                called.append(b"X-GATHERLY-ZONE:%b\r\n" % zone.name.encode())
            raw = b"".join((ALONE, segment.header, *called, events, CLOSING))
            left -= len(raw)
            if left < 0:
                raise InputError("it grows beyond the limit when it is read", "Publish a plainer calendar")
            raws.setdefault(uid, []).append(raw)
    zones = (_shared(name, zone) for name, zone in shared.items())
    return (*zones, *(_object(uid, b"".join(raw)) for uid, raw in raws.items()))


def together(body: bytes) -> RawObject | None:
    """Make one object of a whole calendar, whatever UIDs it holds; None where it holds no event.

    It goes by its first UID, and its zones stand in it once.
    """
    segments = [segment for segment in cut(body) if segment.events]
    if not segments:
        return None
    parts: list[bytes] = []
    for number, segment in enumerate(segments):
        events = b"".join(b"".join(distinct(texts)) for texts in segment.events.values())
        zones = [zone.text for zone in segment.zones] if number == 0 else []
        parts += [ALONE, segment.header, *zones, events, CLOSING]
    return _object(next(iter(segments[0].events)), b"".join(parts))


def shared_zones(objects: Iterable[RawObject]) -> dict[bytes, ZoneText]:
    """Take the zones out of a calendar's objects, by the names that events call them by."""
    return {
        one.content_hash.encode(): _zone_text(one.raw[len(ALONE) : -len(CLOSING)])
        for one in objects
        if one.shared
    }


def references(head: bytes) -> list[bytes]:
    """Tell which shared zones an object's head calls for."""
    return _REFERENCE.findall(head) if b"X-GATHERLY-ZONE:" in head else []


def cut(body: bytes, *, tidy: bool = False) -> list[Segment]:
    """Gather the VEVENTs of each VCALENDAR by UID; a `tidy` body (`tidy.tidied`) has no odd lines."""
    odd = not tidy and has_odd_lines(body)
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


def _zones(body: bytes, odd: bool) -> list[ZoneText]:
    found: list[bytes] = []
    names = body.upper() if odd else body
    at = names.find(b"\nBEGIN:VTIMEZONE")
    while at >= 0:
        end = names.find(b"\nEND:VTIMEZONE", at)
        if end < 0:
            break
        after = body.find(b"\n", end + 1) + 1 or len(body)
        found.append(body[at + 1 : after])
        at = names.find(b"\nBEGIN:VTIMEZONE", end)
    latest = dict.fromkeys(reversed(found))
    return [_zone_text(text) for text in reversed(latest)]


def events_of(body: bytes) -> Iterator[bytes]:
    """Give the VEVENTs as they stand in a body; one that was never ended ends where the next begins."""
    return (body[start:end] for start, end in places_of(body))


def places_of(body: bytes) -> Iterator[tuple[int, int]]:
    """Tell where the VEVENTs of a body begin and end."""
    return _places(body, has_odd_lines(body))


def uid_of(event: bytes) -> bytes:
    """Read an event's own UID (never an alarm's), or make one of its content."""
    at = event.find(b"\nUID:")
    if at < 0 or event.find(b"\nBEGIN:", 1, at) >= 0:
        return _searched_uid(event)
    end = event.find(b"\n", at + 5)
    if event[end + 1 : end + 2] in (b" ", b"\t"):
        return _searched_uid(event)
    return _bounded(event[at + 5 : end].strip()) or _made_uid(event)


def _bounded(uid: bytes) -> bytes:
    if len(uid) <= LONGEST_UID:
        return uid
    return NAMELESS + hashlib.blake2b(uid, digest_size=16).hexdigest().encode()


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
            return _bounded(bytes(found[1].strip()))
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
    """Find the calendar's own X-WR-TIMEZONE, the first one, which may stand after its events as well."""
    if text.find(b"X-WR-TIMEZONE") < 0 and text.find(b"x-wr-timezone") < 0:
        return b""
    ends = [0, *(end for _start, end in events)]
    starts = [*(start for start, _end in events), len(text)]
    outside = b"".join(text[end:start] for end, start in zip(ends, starts, strict=True))
    found = _HEADER.search(outside)
    return found[0] if found and len(found[0]) <= LONGEST_HEADER else b""


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
    return ZoneText(_FOLD.sub(b"", found[1]).strip(b' \t\r"') if found else b"", text)


def _shared(name: str, zone: ZoneText) -> RawObject:
    """Write a zone as an object that events of its calendar share."""
    raw = b"".join((ALONE, zone.text, b"" if zone.text.endswith(b"\n") else b"\r\n", CLOSING))
    href = f"{SHARED}{name}"
    return RawObject(href=Href(href), uid=EventUid(href), etag=None, content_hash=name, raw=raw)


def _object(uid: bytes, raw: bytes) -> RawObject:
    name = decode(uid)
    return RawObject(href=Href(name), uid=EventUid(name), etag=None, content_hash=content_hash(raw), raw=raw)
