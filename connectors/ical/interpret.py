"""What calendar objects mean for their owner's time: the one function that every kind of this family uses.

Two readings stand behind it. The quick one knows the usual shapes and answers for nearly everything; a UID
with anything unusual in it goes to the careful one, alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import NamedTuple

from connectors.ical.careful import read_carefully
from connectors.ical.filezone import FileZone
from connectors.ical.filezones import FileZones, file_zones
from connectors.ical.lines import decode
from connectors.ical.quick import QuickReader
from connectors.ical.shapes import Shapes
from connectors.ical.split import (
    ALONE,
    CLOSING,
    Segment,
    ZoneText,
    cut,
    has_odd_lines,
    references,
    shared_zones,
)
from connectors.ical.zones import iana_zone
from engine.ids import EventUid
from engine.model.calendar import Interpretation, Occurrence, Quarantined, RawObject
from engine.timespan import Span
from engine.wallclock import WallClock

LOST_ZONE = "the zone that it shares with others is missing"
_BEGIN = b"\nBEGIN:VEVENT"
_END = b"\nEND:VEVENT\r\n" + CLOSING


def interpret(objects: Iterable[RawObject], window: Span, zone: str, *, owner: str = "") -> Interpretation:
    """Give what the objects take of their owner's time inside the window, and what could not be read.

    Args:
        objects: as they came, with what they share; nothing is remembered between calls.
        window: what is asked for; occurrences are those that overlap it, unclipped.
        zone: an IANA name, read where a calendar names none.
        owner: whose calendar it is, by address: what they declined leaves them free.
    """
    known = list(objects)
    reader = _Reader(window, zone, owner, shared_zones(known))
    for one in known:
        if not one.shared:
            reader.read_object(one)
    return reader.result()


def interpret_body(body: bytes, window: Span, zone: str, *, owner: str = "") -> Interpretation:
    """Do the same for a calendar's text (`body.whole_calendar`), without cutting it into objects."""
    reader = _Reader(window, zone, owner)
    for segment in cut(body):
        file = reader.file(segment)
        for uid, texts in segment.events.items():
            reader.read_group(EventUid(decode(uid)), texts, file)
    return reader.result()


class _File(NamedTuple):
    """One file's zones, and the quick reader that knows them; None where names may be written oddly."""

    zones: FileZones
    quick: QuickReader | None


class _Reader:
    """Gathers one call's answer; shares clocks between files, and zones between objects of one file."""

    def __init__(
        self, window: Span, zone: str, owner: str, shared: Mapping[bytes, ZoneText] = MappingProxyType({})
    ) -> None:
        self._shared = shared
        self._window = window
        self._owner = owner
        self._default: tzinfo = iana_zone(zone) or UTC
        self._clocks: dict[tzinfo, WallClock] = {}
        self._zones: dict[bytes, FileZone | None] = {}
        self._files: dict[tuple[object, ...], _File] = {}
        self._heads: dict[bytes, _File] = {}
        self._occurrences: list[Occurrence] = []
        self._quarantined: list[Quarantined] = []

    def result(self) -> Interpretation:
        """Give everything that was read, by start."""
        self._occurrences.sort(key=lambda found: (found.span.start, found.span.end, found.uid))
        return Interpretation(tuple(self._occurrences), tuple(self._quarantined))

    def read_object(self, one: RawObject) -> None:
        """Read an object: most hold one VEVENT between a head that many share and the calendar's end."""
        raw = one.raw
        at = raw.find(_BEGIN)
        if at >= 0 and _is_plain(raw, at):
            head = raw[: at + 1]
            try:
                file = self._heads.get(head) or self._file_of(head)
            except KeyError:
                self._quarantined.append(Quarantined(one.uid, LOST_ZONE))
                return
            self.read_group(one.uid, (raw[at + 1 : -len(CLOSING)],), file)
            return
        try:
            shared = [self._shared[name] for name in references(raw)]
        except KeyError:
            self._quarantined.append(Quarantined(one.uid, LOST_ZONE))
            return
        for segment in cut(raw):
            segment.zones = [*segment.zones, *shared]
            file = self.file(segment)
            for texts in segment.events.values():
                self.read_group(one.uid, texts, file)

    def read_group(self, uid: EventUid, texts: Sequence[bytes], file: _File) -> None:
        """Read one UID's VEVENTs, quickly where they allow it."""
        found = file.quick.read(uid, texts) if file.quick else None
        if found is None:
            found, held = read_carefully(uid, texts, file.zones, self._window, self._owner)
            self._quarantined += held
        self._occurrences += found

    def file(self, segment: Segment) -> _File:
        """Make the surroundings in which a segment's events are read."""
        key = (segment.odd, segment.header, *(zone.text for zone in segment.zones))
        known = self._files.get(key)
        if known is None:
            zones = file_zones(segment.header, segment.zones, self._default, self._zones)
            quick = QuickReader(Shapes(zones, self._clock), self._window, self._owner)
            known = self._files[key] = _File(zones, None if segment.odd else quick)
        return known

    def _file_of(self, head: bytes) -> _File:
        (segment,) = cut(head + CLOSING)
        segment.zones = [*segment.zones, *(self._shared[name] for name in references(head))]
        file = self._heads[head] = self.file(segment)
        return file

    def _clock(self, zone: tzinfo) -> WallClock:
        clock = self._clocks.get(zone)
        if clock is None:
            clock = self._clocks[zone] = WallClock(zone)
        return clock


def _is_plain(raw: bytes, at: int) -> bool:
    """Whether an object is one calendar with one event, written as `split` writes them, with no odd lines."""
    return (
        raw.startswith(ALONE)
        and raw.endswith(_END)
        and raw.find(_BEGIN, at + 1) < 0
        and raw.find(b"BEGIN:VCALENDAR", 1) < 0
        and not has_odd_lines(raw[at:])
    )
