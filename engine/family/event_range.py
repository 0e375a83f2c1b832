"""Which events take place in a window (F2's get_events_for_range), and whom they keep busy.

Series are computed instance by instance; an exception replaces exactly the instance whose start it names,
a cancelled one removes it, and one that matches none stands as an event of its own. Nothing appears twice.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from engine.errors import InputError
from engine.model.event import CalendarEvent, EventStatus
from engine.recurrence.rrule import parse_rule, rule_text
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant, Span

MOST_INSTANCES = 100_000
"""No rule is followed further: who wants more wants something else."""

TAKES_PLACE = frozenset({EventStatus.CONFIRMED})
TAKES_TIME = frozenset({EventStatus.CONFIRMED, EventStatus.PROPOSED})


def events_in_range(
    candidates: Iterable[CalendarEvent],
    window: Span,
    zone: str,
    statuses: Collection[EventStatus] = TAKES_PLACE,
) -> list[CalendarEvent]:
    """Give what takes place in the window, by start; instances are events with their parent's id and a start.

    `zone` is the IANA zone in whose wall time series repeat.

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
    length = event.end_time - event.start_time
    seen = set()
    for start in _starts(event, window, zone):
        if start not in seen and start + length > window.start:
            seen.add(start)
            yield replace(
                event,
                id=event.id if start == event.start_time else f"{event.id}/{start}",
                start_time=start,
                end_time=start + length,
                recurrence_rule=None,
                recurrence_parent_id=event.id,
                original_start_time=start,
            )


def _starts(event: CalendarEvent, window: Span, zone: str) -> Iterator[Instant]:
    """Give the starts of a series until the window ends; its own start is always an instance."""
    yield event.start_time
    local = zone_info(zone)
    first = to_datetime(event.start_time).astimezone(local).replace(tzinfo=None)
    walls = _walls(str(event.recurrence_rule).removeprefix("RRULE:"), local, first)
    starts = (
        _instant(wall.replace(tzinfo=local)) for _, wall in zip(range(MOST_INSTANCES), walls, strict=False)
    )
    yield from takewhile(lambda start: start < window.end, starts)


def _walls(text: str, zone: ZoneInfo, first: datetime) -> Iterator[datetime]:
    try:
        return iter(rrulestr(rule_text(parse_rule(text, zone)), dtstart=first))
    except ValueError as error:
        raise InputError(f"The recurrence rule {text[:80]!r} cannot be followed: {error}") from error


def _instant(wall: datetime) -> Instant:
    return int(wall.astimezone(UTC).timestamp())
