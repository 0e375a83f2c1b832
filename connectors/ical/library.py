"""Expansion by icalendar and recurring-ical-events, behind one function.

The libraries are given wall-clock times without a zone, so that zones, and what a file says of them,
stay ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes, vRecur
from recurring_ical_events import of

from connectors.ical.family import Family
from connectors.ical.values import instant_of, wall_of
from connectors.ical.vevent import Vevent
from engine.errors import InputError
from engine.model.recurrence import Frequency, Rule, Series
from engine.rrule import rule_text
from engine.timespan import Span

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


def expand_by_library(family: Family, window: Span) -> Sequence[Instance]:
    """Give the instances that overlap the window.

    Raises:
        InputError: the libraries cannot follow the event.
    """
    master, series = family.master, family.series
    if master is None or series is None:
        return [Instance(one, one.span) for one in family.overrides]
    events = [master, *family.overrides]
    try:
        calendar = Calendar()
        for index, event in enumerate(events):
            calendar.add_component(_component(index, event, family, series))
        first = wall_of(window.start, series.zone) - SLACK
        last = wall_of(window.end, series.zone) + SLACK
        found = of(calendar, components=["VEVENT"]).between(first, last)
        return [_instance(one, events, series) for one in found]
    except FAULTS as error:
        raise InputError(f"it cannot be expanded: {error}") from error


def _component(index: int, event: Vevent, family: Family, series: Series) -> Event:
    component = Event()
    component["UID"] = "series"
    component[INDEX] = str(index)
    start, end = _walls(event, series)
    component["DTSTART"] = vDDDTypes(start)
    component["DTEND"] = vDDDTypes(end)
    component["SEQUENCE"] = 1 if index else 0
    if event.replaces is not None:
        component["RECURRENCE-ID"] = _recurrence_id(event, family, series)
        return component
    component["RRULE"] = [vRecur.from_ical(rule_text(part)) for rule in event.rules for part in halves(rule)]
    if not component["RRULE"] or _ends_before_it_starts(series):
        del component["RRULE"]
    if series.extras:
        component.add("RDATE", [_extra(extra.start, extra.length, series) for extra in series.extras])
    excluded = [_typed(at, series) for at in sorted(family.excluded)]
    days = [date.fromordinal(day) for day in sorted(series.removed_days)]
    for moment in (*excluded, *days):
        component.add("EXDATE", moment)
    return component


def halves(rule: Rule) -> Sequence[Rule]:
    """Split a rule whose BYDAY mixes plain and numbered weekdays: dateutil would find no day that is both."""
    plain = tuple(day for day in rule.by_day if not day.nth)
    numbered = tuple(day for day in rule.by_day if day.nth)
    if not plain or not numbered or rule.frequency > Frequency.MONTHLY:
        return [rule]
    if rule.count is not None or rule.by_set_position:
        raise InputError("RRULE mixes plain and numbered weekdays with COUNT or BYSETPOS")
    return [_with_days(rule, plain), _with_days(rule, numbered)]


def _with_days(rule: Rule, days: Any) -> Rule:
    fields = {name: getattr(rule, name) for name in Rule.__slots__}
    return Rule(**{**fields, "by_day": days})


def _ends_before_it_starts(series: Series) -> bool:
    return all(rule.until is not None and rule.until < series.start for rule in series.rules)


def _walls(event: Vevent, series: Series) -> tuple[date, date]:
    """Give start and end in the series' own clock."""
    if event.start.is_date:
        return event.start.wall.date(), (event.start.wall + event.length).date()
    start = event.start.within(series.zone)
    return start, start + event.length if event.replaces is None else wall_of(event.span.end, series.zone)


def _recurrence_id(event: Vevent, family: Family, series: Series) -> vDDDTypes:
    stamp = event.replaces
    assert stamp is not None  # noqa: S101 - overrides only
    at = stamp.wall.replace(hour=0, minute=0, second=0) if series.all_day else stamp.within(series.zone)
    if stamp.is_date and not series.all_day:
        at = datetime.combine(stamp.wall.date(), series.start.time())
    value = vDDDTypes(_typed(at, series))
    if event.from_then_on:
        value.params["RANGE"] = "THISANDFUTURE"
    return value


def _typed(at: datetime, series: Series) -> date:
    return at.date() if series.all_day else at


def _extra(start: datetime, length: timedelta | None, series: Series) -> Any:
    return _typed(start, series) if length is None else (_typed(start, series), length)


def _instance(found: Mapping[str, Any], events: Sequence[Vevent], series: Series) -> Instance:
    event = events[int(str(found[INDEX]))]
    start, end = found["DTSTART"].dt, found["DTEND"].dt
    own, _ = _walls(event, series)
    if event.replaces is not None and start == own:
        return Instance(event, event.span)
    return Instance(event, Span(_instant(start, series), max(_instant(end, series), _instant(start, series))))


def _instant(at: date, series: Series) -> int:
    wall = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)  # noqa: DTZ001
    return instant_of(wall, series.zone)


def spans(instances: Sequence[Instance]) -> Iterator[Span]:
    """Give the instances' spans."""
    return (instance.span for instance in instances)
