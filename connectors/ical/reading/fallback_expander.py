"""Expansion by icalendar and recurring-ical-events, behind one function: for what no `Series` can say.

The libraries are given wall-clock times without a zone, so that zones, and what a file says of them,
stay ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from connectors.ical.reading.series_group import SeriesGroup
from connectors.ical.reading.vevent import Vevent
from connectors.ical.text.ical_values import instant_of, wall_of
from engine.errors import InputError
from engine.model.recurrence import Frequency, NthDay, Rule, Series, Wall, wall_seconds, wall_time
from engine.recurrence.rrule import rule_text
from engine.recurrence.vetting import vet_from_start
from engine.time.span import Span
from engine.time.weekday import Weekday

INDEX = "X-INDEX"
SLACK = timedelta(days=2)
"""Wider than any two zones are apart."""

FAULTS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, ArithmeticError)
"""What the libraries raise on what they cannot follow."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance and the event whose times and status it has."""

    event: Vevent
    span: Span


def expand_by_fallback(group: SeriesGroup, window: Span) -> Sequence[Instance]:
    """Give the instances that overlap the window.

    Raises:
        InputError: the libraries cannot follow the event, or it would take them too long.
    """
    master, series = group.master, group.series
    if master is None or series is None:
        return [Instance(one, one.span) for one in group.overrides]
    last = wall_of(window.end, series.zone) + SLACK
    vet_from_start(series, wall_seconds(last))
    try:
        found = _between(group, series, [master, *group.overrides], window, last)
    except FAULTS as error:
        raise InputError(f"it cannot be expanded: {error}") from error
    return [_instance(one, [master, *group.overrides], series) for one in found]


def _between(
    group: SeriesGroup, series: Series, events: Sequence[Vevent], window: Span, last: datetime
) -> Sequence[Mapping[str, Any]]:
    from icalendar import Calendar
    from recurring_ical_events import of

    calendar = Calendar()
    for index, event in enumerate(events):
        calendar.add_component(_component(index, event, group, series))
    first = wall_of(window.start, series.zone) - SLACK
    found: Sequence[Mapping[str, Any]] = of(calendar, components=["VEVENT"]).between(first, last)
    return found


def _component(index: int, event: Vevent, group: SeriesGroup, series: Series) -> Any:
    from icalendar import Event
    from icalendar.prop import vDDDTypes

    component = Event()
    component["UID"] = "series"
    component[INDEX] = str(index)
    start, end = _walls(event, series)
    component["DTSTART"] = vDDDTypes(start)
    component["DTEND"] = vDDDTypes(end)
    component["SEQUENCE"] = 1 if index else 0
    if event.replaces is None:
        _add_recurrence(component, group, series)
    else:
        component["RECURRENCE-ID"] = vDDDTypes(_typed(_replaced(event, series), series))
        if event.from_then_on:
            component["RECURRENCE-ID"].params["RANGE"] = "THISANDFUTURE"
    return component


def _add_recurrence(component: Any, group: SeriesGroup, series: Series) -> None:
    from icalendar.prop import vRecur

    rules = [part for rule in series.rules for part in plainer(rule, series)]
    if not all(rule.until is not None and wall_seconds(rule.until) < series.start for rule in rules):
        component["RRULE"] = [vRecur.from_ical(rule_text(rule)) for rule in rules]
    if series.extras:
        component.add("RDATE", [_extra(extra.start, extra.length, series) for extra in series.extras])
    days = [date.fromordinal(day) for day in sorted(series.removed_days)]
    for moment in (*(_typed(at, series) for at in sorted(group.excluded)), *days):
        component.add("EXDATE", moment)


def plainer(rule: Rule, series: Series) -> Sequence[Rule]:
    """Say a rule in ways that dateutil follows as the RFC means it.

    BYDAY that mixes plain and numbered weekdays is split in two: dateutil would find no day that is both.
    BYWEEKNO alone means DTSTART's weekday.
    """
    if rule.by_week_number and not (rule.by_day or rule.by_month_day or rule.by_year_day):
        rule = replace(rule, by_day=(NthDay(Weekday(wall_time(series.start).weekday())),))
    plain = tuple(day for day in rule.by_day if not day.nth)
    numbered = tuple(day for day in rule.by_day if day.nth)
    if not plain or not numbered or rule.frequency > Frequency.MONTHLY:
        return [rule]
    if rule.count is not None or rule.by_set_position:
        raise InputError("RRULE mixes plain and numbered weekdays with COUNT or BYSETPOS")
    return [replace(rule, by_day=plain), replace(rule, by_day=numbered)]


def _walls(event: Vevent, series: Series) -> tuple[date, date]:
    """Give start and end in the series' own clock."""
    if event.start.is_date:
        return event.start.wall.date(), (event.start.wall + event.length).date()
    start = event.start.within(series.zone)
    return start, start + event.length if event.replaces is None else wall_of(event.span.end, series.zone)


def _replaced(event: Vevent, series: Series) -> Wall:
    """Name the instance that an override replaces; a date means that day's, at the series' time."""
    stamp = event.replaces
    assert stamp is not None  # noqa: S101 - overrides only
    if series.all_day:
        return wall_seconds(datetime.combine(stamp.wall.date(), datetime.min.time()))
    if stamp.is_date:
        return wall_seconds(datetime.combine(stamp.wall.date(), wall_time(series.start).time()))
    return wall_seconds(stamp.within(series.zone))


def _typed(at: Wall, series: Series) -> date:
    wall = wall_time(at)
    return wall.date() if series.all_day else wall


def _extra(start: Wall, length: int | None, series: Series) -> Any:
    return _typed(start, series) if length is None else (_typed(start, series), timedelta(seconds=length))


def _instance(found: Mapping[str, Any], events: Sequence[Vevent], series: Series) -> Instance:
    event = events[int(str(found[INDEX]))]
    start, end = found["DTSTART"].dt, found["DTEND"].dt
    own, _ = _walls(event, series)
    if event.replaces is not None and start == own:
        return Instance(event, event.span)
    first = _instant(start, series)
    return Instance(event, Span(first, max(first, _instant(end, series))))


def _instant(at: date, series: Series) -> int:
    wall = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)  # noqa: DTZ001
    return instant_of(wall, series.zone)
