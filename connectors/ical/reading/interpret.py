"""What calendar objects mean for their owner's time: the one function that every kind of this family uses.

Two readings stand behind it. The quick one knows the usual shapes and answers for nearly everything; a UID
with anything unusual in it goes to the careful one, alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from connectors.ical.reading.fast_reader import FastReader
from connectors.ical.reading.full_reader import expand, read_in_full
from connectors.ical.reading.vevent import NOBODY, Owner
from connectors.ical.text.fast_times import FastTimes
from connectors.ical.text.lines import decode
from connectors.ical.text.objects import (
    ALONE,
    CLOSING,
    Segment,
    ZoneText,
    cut,
    has_odd_lines,
    references,
    shared_zones,
)
from connectors.ical.zones.file_zones import FileZones, file_zones
from connectors.ical.zones.names import Named, iana_zone
from engine.ids import EventUid
from engine.model.calendar import Quarantined
from engine.model.calendar_object import Interpretation, Judgement, Occurrence, RawObject, Verdict
from engine.time.span import Span
from engine.time.wall_clock import WallClock

LOST_ZONE = "the zone that it shares with others is missing"
_BEGIN = b"\nBEGIN:VEVENT"
_END = b"\nEND:VEVENT\r\n" + CLOSING


def interpret(
    objects: Iterable[RawObject], window: Span, zone: str, *, owner: Owner = NOBODY, why: bool = False
) -> Interpretation:
    """Give what the objects take of their owner's time inside the window, and what could not be read.

    Args:
        objects: as they came, with what they share; nothing is remembered between calls.
        window: what is asked for; occurrences are those that overlap it, unclipped.
        zone: an IANA name, read where a calendar names none.
        owner: whose calendar it is: what they declined leaves them free.
        why: whether to say of each event what became of it; everything is then read carefully.
    """
    known = list(objects)
    reader = _Reader(window, zone, owner, shared_zones(known), why=why)
    for one in known:
        if not one.shared:
            reader.read_object(one)
    return reader.result()


def interpret_each(
    objects: Iterable[RawObject], window: Span, zone: str, *, owner: Owner = NOBODY
) -> Iterator[Sequence[Occurrence]]:
    """Give what each object takes, one after the other, as `interpret` does of each with what it shares."""
    known = list(objects)
    reader = _Reader(window, zone, owner, shared_zones(known))
    for one in known:
        if not one.shared:
            reader.read_object(one)
            yield reader.taken().occurrences


def interpret_body(
    body: bytes, window: Span, zone: str, *, owner: Owner = NOBODY, why: bool = False
) -> Interpretation:
    """Do the same for a calendar's text (`body.whole_calendar`), without cutting it into objects."""
    reader = _Reader(window, zone, owner, why=why)
    reader.read_segments(cut(body, tidy=True))
    return reader.result()


class _File(NamedTuple):
    """One file's zones, and the quick reader that knows them; None where names may be written oddly."""

    zones: FileZones
    quick: FastReader | None


class _Reader:
    """Gathers one call's answer; shares clocks between files, and zones between objects of one file."""

    def __init__(
        self,
        window: Span,
        zone: str,
        owner: Owner,
        shared: Mapping[bytes, ZoneText] = MappingProxyType({}),
        *,
        why: bool = False,
    ) -> None:
        self._why = why
        self._shared = shared
        self._window = window
        self._owner = owner
        self._default: tzinfo = iana_zone(zone) or UTC
        self._clocks: dict[tzinfo, WallClock] = {}
        self._zones: dict[bytes, Named | None] = {}
        self._files: dict[tuple[object, ...], _File] = {}
        self._heads: dict[bytes, _File] = {}
        self._occurrences: list[Occurrence] = []
        self._quarantined: list[Quarantined] = []
        self._verdicts: list[Verdict] = []

    def result(self) -> Interpretation:
        """Give everything that was read, by start."""
        self._occurrences.sort(key=lambda found: (found.span.start, found.span.end, found.uid))
        why = tuple(self._verdicts) if self._why else ()
        return Interpretation(tuple(self._occurrences), tuple(self._quarantined), why)

    def taken(self) -> Interpretation:
        """Give what was read since the last time, by start."""
        found = self.result()
        self._occurrences.clear()
        self._quarantined.clear()
        self._verdicts.clear()
        return found

    def read_object(self, one: RawObject) -> None:
        """Read an object: most hold one VEVENT between a head that many share and the calendar's end."""
        raw = one.raw
        at = raw.find(_BEGIN)
        if at >= 0 and _is_plain(raw, at):
            head = raw[: at + 1]
            try:
                file = self._heads.get(head) or self._file_of(head)
            except KeyError:
                self._hold(one.uid, LOST_ZONE)
                return
            self._read_group(one.uid, (raw[at + 1 : -len(CLOSING)],), file)
            return
        try:
            shared = [self._shared[name] for name in references(raw)]
        except KeyError:
            self._hold(one.uid, LOST_ZONE)
            return
        segments = cut(raw)
        for segment in segments:
            segment.zones = [*segment.zones, *shared]
        self.read_segments(segments, one.uid)

    def read_segments(self, segments: Sequence[Segment], known_by: EventUid | None = None) -> None:
        """Read a file's events; those of one UID together, in whichever of its VCALENDARs they stand.

        `known_by` is the UID by which all of them go, None where each goes by its own.
        """
        groups: dict[bytes, list[tuple[Sequence[bytes], _File]]] = {}
        for segment in segments:
            file = self.file(segment)
            for uid, texts in segment.events.items():
                groups.setdefault(uid, []).append((texts, file))
        for uid, parts in groups.items():
            name = EventUid(decode(uid)) if known_by is None else known_by
            if len(parts) == 1:
                self._read_group(name, *parts[0])
            else:
                texts = [text for part, _file in parts for text in part]
                self._read_in_full(name, texts, [file.zones for part, file in parts for _text in part])

    def _read_group(self, uid: EventUid, texts: Sequence[bytes], file: _File) -> None:
        """Read one UID's VEVENTs, quickly where they allow it."""
        found = file.quick.read(uid, texts) if file.quick and not self._why else None
        if found is None:
            self._read_in_full(uid, texts, file.zones)
        else:
            self._occurrences += found

    def _read_in_full(
        self, uid: EventUid, texts: Sequence[bytes], zones: FileZones | Sequence[FileZones]
    ) -> None:
        expander = partial(expand, clock_of=self._clock)
        read = read_in_full(uid, texts, zones, self._window, self._owner, expander)
        self._occurrences += read.occurrences
        self._quarantined += read.quarantined
        self._verdicts += read.verdicts

    def _hold(self, uid: EventUid, reason: str) -> None:
        self._quarantined.append(Quarantined(uid, reason))
        self._verdicts.append(Verdict(uid, None, Judgement.QUARANTINED, reason))

    def file(self, segment: Segment) -> _File:
        """Make the surroundings in which a segment's events are read."""
        key = (segment.odd, segment.header, *(zone.text for zone in segment.zones))
        known = self._files.get(key)
        if known is None:
            zones = file_zones(segment.header, segment.zones, self._default, self._zones)
            quick = FastReader(FastTimes(zones, self._clock), self._window, self._owner)
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
