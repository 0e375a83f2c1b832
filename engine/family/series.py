"""A series changed in one instance, from one on, or as a whole; its exceptions go with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from engine.errors import InputError, UnknownThingError
from engine.family.event_range import starts_of
from engine.model.event import CalendarEvent, EventStatus
from engine.model.recurrence import Frequency, NthDay, Rule, wall_seconds, wall_time
from engine.recurrence.rrule import parse_rule, rule_text
from engine.time.instant import format_instant, from_datetime, to_datetime
from engine.time.local_time import zone_info
from engine.time.span import DAY, Instant, Span
from engine.time.wall_clock import WallClock
from engine.time.weekday import Weekday

Exceptions = Sequence[CalendarEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A series as it is to stand: `put` in this order, `dropped` are exceptions of no instance any more."""

    put: tuple[CalendarEvent, ...]
    new: CalendarEvent | None = None


def instance_on(series: CalendarEvent, day: date, zone: str) -> Instant:
    """Find the start of the instance on a local date of the series' zone.

    Raises:
        UnknownThingError: it does not take place on that day.
    """
    local = zone_info(series.zone or zone)
    midnight = from_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC))
    around = Span(max(midnight - 2 * DAY, 0), midnight + 3 * DAY)
    found = [at for at in starts_of(series, around, zone) if to_datetime(at).astimezone(local).date() == day]
    if not found:
        raise UnknownThingError(
            f"The series has no instance on {day}", "Name the local date of one, as `event list` shows it"
        )
    return found[0]


def exception_of(
    series: CalendarEvent, original: Instant, exceptions: Exceptions, event_id: str, now: Instant
) -> CalendarEvent:
    """Give the exception that stands for an instance, or one that is just like the instance."""
    known = next((one for one in exceptions if one.original_start_time == original), None)
    if known is not None:
        return known
    return replace(
        series,
        id=event_id,
        start_time=original,
        end_time=original + series.end_time - series.start_time,
        recurrence_rule=None,
        recurrence_parent_id=series.id,
        original_start_time=original,
        external_ids={},
        mirror_id=None,
        mirror_due=None,
        created_at=now,
        updated_at=now,
        version=0,
    )


def moved(
    series: CalendarEvent, exceptions: Exceptions, start: Instant, end: Instant, zone: str, now: Instant
) -> Rewritten:
    """Move a series as a whole; instances that differ stay where they were put.

    Raises:
        InputError: its rule names days that cannot be moved.
    """
    if series.recurrence_rule is None:
        return Rewritten(put=(replace(series, start_time=start, end_time=end, updated_at=now),))
    clock = WallClock(zone_info(series.zone or zone))
    shift = clock.wall(start) - clock.wall(series.start_time)
    rule = _moved_rule(series.recurrence_rule, clock, clock.wall(series.start_time), shift)
    after = replace(series, start_time=start, end_time=end, recurrence_rule=rule, updated_at=now)
    return Rewritten(put=(after, *_shifted(exceptions, shift, clock, series.id, now)))


def split(
    series: CalendarEvent,
    exceptions: Exceptions,
    original: Instant,
    start: Instant,
    end: Instant,
    new_id: str,
    zone: str,
    now: Instant,
) -> Rewritten:
    """End a series before an instance, and begin another there; later exceptions go over to the new one."""
    if original == series.start_time:
        return moved(series, exceptions, start, end, zone, now)
    clock = WallClock(zone_info(series.zone or zone))
    rule = parse_rule(str(series.recurrence_rule).removeprefix("RRULE:"), clock.zone)
    before = starts_of(series, Span(series.start_time, original), zone)
    gone = len([at for at in before if at < original])
    last = wall_time(clock.wall(original) - 1)
    ended = replace(rule, count=None, until=last)
    shift = clock.wall(start) - clock.wall(original)
    rest = replace(rule, count=None if rule.count is None else max(rule.count - gone, 1))
    text = _moved_rule(_text(rest, clock), clock, clock.wall(original), shift)
    new = replace(
        series,
        id=new_id,
        start_time=start,
        end_time=end,
        recurrence_rule=text,
        external_ids={},
        mirror_id=None,
        mirror_due=None,
        created_at=now,
        updated_at=now,
        version=0,
    )
    later = [one for one in exceptions if (one.original_start_time or 0) >= original]
    return Rewritten(
        put=(
            replace(series, recurrence_rule=_text(ended, clock), updated_at=now),
            *_shifted(later, shift, clock, new_id, now),
        ),
        new=new,
    )


def _shifted(
    exceptions: Iterable[CalendarEvent], shift: int, clock: WallClock, series: str, now: Instant
) -> Iterable[CalendarEvent]:
    for one in exceptions:
        if one.original_start_time is None:
            continue
        original = clock.instant(clock.wall(one.original_start_time) + shift)
        start = original if one.status is EventStatus.CANCELLED else one.start_time
        yield replace(
            one,
            recurrence_parent_id=series,
            original_start_time=original,
            start_time=start,
            end_time=start + one.end_time - one.start_time,
            updated_at=now,
        )


def _text(rule: Rule, clock: WallClock) -> str:
    """Write a rule; its end in UTC, as other calendars read it (RFC 5545 section 3.3.10)."""
    text = rule_text(replace(rule, until=None))
    if rule.until is None:
        return text
    at = clock.instant(wall_seconds(rule.until))
    mark = format_instant(at).replace("-", "").replace(":", "")
    return f"{text};UNTIL={mark}"


def _moved_rule(text: str, clock: WallClock, start: int, shift: int) -> str:
    """Write a rule for a series that begins so many seconds later by the wall clock."""
    rule = parse_rule(text.removeprefix("RRULE:"), clock.zone)
    days = (start + shift) // DAY - start // DAY
    until = None if rule.until is None else rule.until + timedelta(seconds=shift)
    if days == 0 or not rule.has_parts:
        return text if rule.until is None else _text(replace(rule, until=until), clock)
    plain = replace(rule, by_day=(), by_hour=(), by_minute=(), by_second=())
    by_weekday = rule.frequency is Frequency.WEEKLY and not plain.has_parts
    if not by_weekday or any(one.nth for one in rule.by_day):
        raise InputError(
            "The series' rule names days of its own, and cannot be moved to another day",
            "Move it within its day, or change its rule by `event edit --repeat`",
        )
    named = tuple(NthDay(Weekday((one.weekday + days) % 7)) for one in rule.by_day)
    return _text(replace(rule, by_day=named, until=until), clock)
