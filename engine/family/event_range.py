"""Which events take place in a window (F2's get_events_for_range), and whom they keep busy.

Series are computed instance by instance; an exception replaces exactly the instance whose start it names,
a cancelled one removes it, and one that matches none stands as an event of its own. Nothing appears twice.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from engine.errors import InputError
from engine.model.event import CalendarEvent, EventStatus
from engine.model.recurrence import Series
from engine.recurrence.instances import instances, is_solid
from engine.recurrence.rrule import parse_rule
from engine.recurrence.vetting import vet
from engine.time.local_time import zone_info
from engine.time.span import Instant, Span
from engine.time.wall_clock import WallClock

TAKES_PLACE = frozenset({EventStatus.CONFIRMED})
TAKES_TIME = frozenset({EventStatus.CONFIRMED, EventStatus.PROPOSED})


def events_in_range(
    candidates: Iterable[CalendarEvent],
    window: Span,
    zone: str,
    statuses: Collection[EventStatus] = TAKES_PLACE,
) -> list[CalendarEvent]:
    """Give what takes place in the window, by start; instances are events with their parent's id and a start.

    `zone` is the IANA zone in whose wall time series repeat that name none of their own.

    Raises:
        InputError: a rule cannot be followed.
    """
    known = {event.id: event for event in candidates}
    exceptions = {
        (event.recurrence_parent_id, event.original_start_time)
        for event in known.values()
        if event.recurrence_parent_id is not None
    }
    found: dict[str, CalendarEvent] = {}
    for event in known.values():
        instances = _instances(event, window, zone) if event.recurrence_rule else iter((event,))
        for instance in instances:
            replaced = event.recurrence_rule and (event.id, instance.start_time) in exceptions
            if not replaced and instance.status in statuses and instance.span.overlaps(window):
                found[instance.id] = instance
    return sorted(found.values(), key=lambda event: (event.start_time, event.end_time, event.id))


def participant_conflicts(
    candidates: Iterable[CalendarEvent], asked: Span, zone: str, *, confirmed_only: bool = False
) -> list[CalendarEvent]:
    """Give the events that keep somebody from being there (F2's find_participant_conflicts).

    `candidates` are the events that they take part in; touching does not collide, proposed events count
    unless only confirmed ones are to.
    """
    return events_in_range(candidates, asked, zone, TAKES_PLACE if confirmed_only else TAKES_TIME)


def _instances(event: CalendarEvent, window: Span, zone: str) -> Iterator[CalendarEvent]:
    for span in _spans(event, window, zone):
        yield replace(
            event,
            id=event.id if span.start == event.start_time else f"{event.id}/{span.start}",
            start_time=span.start,
            end_time=span.end,
            recurrence_rule=None,
            recurrence_parent_id=event.id,
            original_start_time=span.start,
        )


def starts_of(event: CalendarEvent, window: Span, zone: str) -> list[Instant]:
    """Give the starts of the instances of a series that overlap a window; its own start is always one.

    Raises:
        InputError: its rule cannot be followed.
    """
    return [span.start for span in _spans(event, window, zone)]


def vet_series(event: CalendarEvent, window: Span, zone: str) -> None:
    """Refuse a series that cannot be followed, or would take too long.

    Raises:
        InputError: says what is wrong with its rule.
    """
    series = _series(event, WallClock(zone_info(event.zone or zone)))
    vet(series, window)
    if any(is_solid(rule, series.length) for rule in series.rules):
        raise InputError(
            "The series overlaps itself: it repeats before it is over",
            "Make the event shorter, or let it repeat less often",
        )


def _spans(event: CalendarEvent, window: Span, zone: str) -> list[Span]:
    """Give an all-day instance whole days, and any other the length of the first."""
    clock = WallClock(zone_info(event.zone or zone))
    found = sorted(instances(_series(event, clock), window, clock))
    if event.all_day:
        return found
    length = event.end_time - event.start_time
    return [Span(span.start, span.start + length) for span in found]


def _series(event: CalendarEvent, clock: WallClock) -> Series:
    start = clock.wall(event.start_time)
    text = str(event.recurrence_rule).removeprefix("RRULE:")
    return Series(
        start=start,
        length=max(clock.wall(event.end_time) - start, 1),
        zone=clock.zone,
        all_day=event.all_day,
        rules=(parse_rule(text, clock.zone, all_day=event.all_day),),
    )
