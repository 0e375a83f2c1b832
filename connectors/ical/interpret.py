"""What calendar objects mean for their owner's time: the one function that every kind of this family uses."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from connectors.ical.family import Family, settle
from connectors.ical.filezone import FileZone, read_zone
from connectors.ical.library import Instance, expand_by_library
from connectors.ical.lines import Line, content_lines, decode
from connectors.ical.split import Group, groups
from connectors.ical.values import instant_of, wall_of
from connectors.ical.vetting import is_solid, solid_end, vet
from connectors.ical.vevent import Vevent, read_vevent
from connectors.ical.zones import iana_zone, named_zone
from engine.errors import InputError
from engine.ids import EventUid
from engine.model.calendar import Interpretation, Occurrence, Quarantined, RawObject
from engine.timespan import Span


@dataclass(slots=True)
class FileZones:
    """What zone names mean in one file: its own VTIMEZONEs first, then the names the world knows."""

    own: dict[str, FileZone]
    default: tzinfo

    def __call__(self, name: str | None) -> tzinfo:
        """Give the zone of a TZID; one that nobody knows is the calendar's own."""
        if not name:
            return self.default
        return self.own.get(name) or named_zone(name) or self.default


def interpret(objects: Iterable[RawObject], window: Span, zone: str, *, owner: str = "") -> Interpretation:
    """Give what the objects take of their owner's time inside the window, and what could not be read.

    Args:
        objects: as they came; nothing is remembered between calls.
        window: what is asked for; occurrences are those that overlap it, unclipped.
        zone: an IANA name, read where a calendar names none.
        owner: whose calendar it is, by address: what they declined leaves them free.
    """
    occurrences: list[Occurrence] = []
    quarantined: list[Quarantined] = []
    calendar_zone = iana_zone(zone) or UTC
    for one in objects:
        for parts in groups(one.raw).values():
            for group in parts:
                _group(one.uid, group, window, calendar_zone, owner, occurrences, quarantined)
    occurrences.sort(key=lambda one: (one.span, one.uid))
    return Interpretation(tuple(occurrences), tuple(quarantined))


def _group(
    uid: str,
    group: Group,
    window: Span,
    zone: tzinfo,
    owner: str,
    occurrences: list[Occurrence],
    quarantined: list[Quarantined],
) -> None:
    zones = file_zones(group, zone)
    readable: list[Vevent] = []
    for text in group.events.values():
        try:
            readable.append(read_vevent(content_lines(text), zones, owner))
        except (InputError, ValueError, OverflowError) as error:
            quarantined.append(Quarantined(uid, str(error)))
    for family in settle(readable):
        try:
            instances = expand(family, window)
        except (InputError, ValueError, OverflowError) as error:
            quarantined.append(Quarantined(uid, str(error)))
            instances = [Instance(one, one.span) for one in family.overrides]
        occurrences.extend(_occurrences(uid, instances, window))


def _occurrences(uid: str, instances: Iterable[Instance], window: Span) -> Iterator[Occurrence]:
    for one in instances:
        if one.event.takes_time and one.span.seconds and one.span.overlaps(window):
            yield Occurrence(
                span=one.span,
                uid=EventUid(uid),
                status=one.event.status,
                title=one.event.title,
                all_day=one.event.start.is_date,
                ours=one.event.ours,
            )


def expand(family: Family, window: Span) -> Sequence[Instance]:
    """Give a family's instances near the window.

    Raises:
        InputError: a rule is refused or cannot be followed.
    """
    master, series = family.master, family.series
    if master is None or series is None:
        return [Instance(one, one.span) for one in family.overrides]
    until = wall_of(window.end, series.zone)
    vet(series, until)
    solid = [rule for rule in series.rules if is_solid(rule, series.length)]
    if solid:
        end = max(solid_end(rule, series, until) for rule in solid)
        block = Span(master.span.start, max(instant_of(end, series.zone), master.span.end))
        return [Instance(master, block), *(Instance(one, one.span) for one in family.overrides)]
    return expand_by_library(family, window)


def file_zones(group: Group, zone: tzinfo) -> FileZones:
    """Read what a file says of zones: its VTIMEZONEs, and X-WR-TIMEZONE where it names an IANA zone."""
    own: dict[str, FileZone] = {}
    for text in group.zones:
        name = decode(text.tzid)
        try:
            own[name] = read_zone(name, list(_observances(content_lines(text.text))))
        except (InputError, ValueError, OverflowError):
            continue
    named = next((line.value.strip() for line in content_lines(group.header)), "")
    return FileZones(own, iana_zone(named) or zone)


def _observances(lines: Iterable[Line]) -> Iterator[list[Line]]:
    part: list[Line] | None = None
    for line in lines:
        kind = line.value.strip().upper()
        if line.name == "BEGIN" and kind in ("STANDARD", "DAYLIGHT"):
            part = []
        elif line.name == "END" and part is not None:
            yield part
            part = None
        elif part is not None:
            part.append(line)
