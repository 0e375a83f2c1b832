"""The careful reading of one UID's events: every line, every oddity, one event at a time.

What cannot be read is quarantined alone; its neighbours count.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TypeAlias

from connectors.ical.reading.fallback_expander import Instance, expand_by_fallback
from connectors.ical.reading.series_group import SeriesGroup, settle
from connectors.ical.reading.vevent import NOBODY, Owner, Vevent, read_vevent
from connectors.ical.text.lines import TIMES, Line, content_lines
from connectors.ical.text.objects import unstamped
from connectors.ical.zones.file_zones import FileZones
from engine.errors import InputError
from engine.ids import EventUid
from engine.model.calendar import BusyStatus, Quarantined
from engine.model.calendar_object import Judgement, Occurrence, Verdict
from engine.recurrence.instances import instances
from engine.recurrence.vetting import vet
from engine.time.span import Instant, Span
from engine.time.wall_clock import WallClock

Expander: TypeAlias = Callable[[SeriesGroup, Span], Sequence[Instance]]
"""Gives a family's instances near a window; raises `InputError` where it cannot."""

FAULTS = (InputError, ValueError, OverflowError)
"""How an event that cannot be read shows itself."""


def expand(
    group: SeriesGroup, window: Span, clock_of: Callable[[tzinfo], WallClock] = WallClock
) -> Sequence[Instance]:
    """Expand a family by arithmetic; what a series cannot say goes to the libraries.

    `clock_of` gives a zone's clock, with what it has worked out for others where the caller keeps one.

    Raises:
        InputError: a rule is refused or cannot be followed.
    """
    master, series = group.master, group.series
    if any(override.from_then_on for override in group.overrides):
        return expand_by_fallback(group, window)
    found = [Instance(one, one.span) for one in group.overrides]
    if master is None or series is None:
        return found
    if not master.recurs and not series.removed and not series.removed_days:
        return [Instance(master, master.span), *found]
    vet(series, window)
    return [*(Instance(master, span) for span in instances(series, window, clock_of(series.zone))), *found]


@dataclass(slots=True)
class Reading:
    """What one UID's events take of a window, what of them could not be read, and why each counts or not."""

    occurrences: list[Occurrence] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def hold(self, uid: EventUid, reason: str, start: Instant | None = None, *, counts: bool = False) -> None:
        """Quarantine an event; `counts` where another version of it counts in its place."""
        self.quarantined.append(Quarantined(uid, reason, counts=counts))
        self.verdicts.append(Verdict(uid, start, Judgement.QUARANTINED, reason))


def read_in_full(
    uid: EventUid,
    texts: Sequence[bytes],
    zones: FileZones | Sequence[FileZones],
    window: Span,
    owner: Owner = NOBODY,
    expander: Expander = expand,
) -> Reading:
    """Read a UID's VEVENTs and give what they take of the window, what could not be read, and why.

    Args:
        uid: what all of them are known by.
        texts: the VEVENTs.
        zones: what zone names mean in them: one for all, or each one's own.
        window: what is asked for.
        owner: whose calendar it is.
        expander: how series are expanded.
    """
    reading = Reading()
    readable: list[Vevent] = []
    each = [zones] * len(texts) if isinstance(zones, FileZones) else zones
    for text, own in {unstamped(text): (text, own) for text, own in zip(texts, each, strict=True)}.values():
        try:
            lines = list(content_lines(text))
            event = read_vevent(lines, own, owner)
        except FAULTS as error:
            reading.hold(uid, str(error))
            continue
        readable.append(event)
        told = dict.fromkeys((*event.troubles, *_guesses(lines, own)))
        reading.quarantined += [Quarantined(uid, trouble, counts=True) for trouble in told]
    settled = settle(readable)
    for event, reason in settled.lost:
        reading.hold(uid, reason, event.span.start, counts=True)
    for event in settled.excluded:
        reading.verdicts.append(Verdict(uid, event.span.start, Judgement.FREE, "EXDATE removes it"))
    for group in settled.families:
        _count(uid, group, window, expander, reading)
    return reading


def _guesses(lines: Sequence[Line], zones: FileZones) -> Iterator[str]:
    """Tell what of the zones that an event names had to be guessed."""
    names = (line.params.get("TZID", "") for line in lines if line.name in TIMES)
    guesses = (zones.named(name).guess for name in names if name)
    return (guess for guess in guesses if guess)


def _count(uid: EventUid, group: SeriesGroup, window: Span, expander: Expander, reading: Reading) -> None:
    """Expand a family, and judge each of its events."""
    events = [*([group.master] if group.master else []), *group.overrides]
    travel = max((event.travel for event in events), default=0)
    try:
        found = expander(group, Span(window.start, window.end + travel))
    except FAULTS as error:
        first = events[0].span.start if events else None
        reading.hold(uid, str(error), first)
        return
    counted = set[int]()
    for instance in found:
        span = Span(instance.span.start - instance.event.travel, instance.span.end)
        if instance.event.takes_time and instance.span.start < instance.span.end and span.overlaps(window):
            counted.add(id(instance.event))
            reading.occurrences.append(_occurrence(uid, instance.event, span))
    for event in events:
        reading.verdicts.append(_verdict(uid, event, id(event) in counted))


def _verdict(uid: EventUid, event: Vevent, counts: bool) -> Verdict:
    if event.free:
        return Verdict(uid, event.span.start, Judgement.FREE, event.free)
    if counts:
        return Verdict(uid, event.span.start, Judgement.COUNTED, _why_counted(event))
    empty = not event.recurs and event.span.start == event.span.end
    rule = "it takes no time: it ends when it starts" if empty else "it is not in the window"
    return Verdict(uid, event.span.start, Judgement.FREE, rule)


def _why_counted(event: Vevent) -> str:
    kind = "a whole day that is not marked free" if event.start.is_date else "an event that takes time"
    if event.status is BusyStatus.TENTATIVE:
        kind = f"{kind}; tentative is busy"
    if event.travel:
        kind = f"{kind}, and the way to it"
    return f"{kind}; {event.troubles[0]}" if event.troubles else kind


def _occurrence(uid: EventUid, event: Vevent, span: Span) -> Occurrence:
    return Occurrence(
        span=span,
        uid=uid,
        status=event.status,
        title=event.title,
        all_day=event.start.is_date,
        ours=event.ours,
    )
