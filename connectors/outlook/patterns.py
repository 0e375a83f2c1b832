"""A rule as Graph's recurrence pattern says it; pure.

https://learn.microsoft.com/graph/api/resources/recurrencepattern and `recurrencerange`. What a pattern cannot
say is not written at all: a day of the month past the 28th means the last day there where a month is shorter,
and leaves the month out in a rule.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from connectors.ical.zones.names import named_zone
from connectors.ical.zones.repeated_hour import refuse_repeated_hour
from engine.errors import InputError, WriteRefusedError
from engine.model.booking import EventDraft
from engine.model.recurrence import Frequency, NthDay, Rule
from engine.recurrence.rrule import parse_rule
from engine.time.instant import to_datetime
from engine.time.weekday import WORKDAYS, Weekday

_INDEXES = {1: "first", 2: "second", 3: "third", 4: "fourth", -1: "last"}
_CERTAIN_DAYS = 28
"""Every month has so many."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """What a series' event says beside its times: `zone` is that of its wall clock."""

    body: dict[str, Any]
    start: dict[str, str]
    end: dict[str, str]


def can_say(text: str) -> bool:
    """Tell whether a pattern can say a rule, wherever in a month its series begins."""
    try:
        rule = parse_rule(text, UTC)
    except InputError:
        return False
    return pattern_of(rule, date(2026, 1, 5)) is not None


def recurrence_of(draft: EventDraft) -> Recurrence:
    """Give a series' recurrence, and its first instance's times by the wall clock of its zone.

    Raises:
        WriteRefusedError: no pattern says its rule, or it begins in an hour that the clock repeats.
    """
    zone: tzinfo = named_zone(draft.zone) or UTC
    refuse_repeated_hour(draft, zone)
    start = to_datetime(draft.span.start).astimezone(zone)
    rule = parse_rule(str(draft.recurrence), zone)
    pattern = pattern_of(rule, start.date())
    if pattern is None:
        raise WriteRefusedError(
            f"Outlook has no way to say the rule {draft.recurrence}",
            "Ask for one by days of the week, or by a day of the month up to the 28th",
            code="series",
        )
    bounds = {"startDate": start.date().isoformat(), "recurrenceTimeZone": draft.zone, **_range(rule, start)}
    return Recurrence(
        {"pattern": pattern, "range": bounds},
        _wall(start, draft.zone),
        _wall(start + timedelta(seconds=draft.span.seconds), draft.zone),
    )


def _wall(at: datetime, zone: str) -> dict[str, str]:
    return {"dateTime": at.replace(tzinfo=None).isoformat(), "timeZone": zone}


def _range(rule: Rule, start: datetime) -> dict[str, Any]:
    if rule.count is not None:
        return {"type": "numbered", "numberOfOccurrences": rule.count}
    if rule.until is None:
        return {"type": "noEnd"}
    last = rule.until.date()
    if rule.until.time() < start.time():
        last -= timedelta(days=1)
    return {"type": "endDate", "endDate": last.isoformat()}


def pattern_of(rule: Rule, start: date) -> dict[str, Any] | None:
    """Give the pattern of a rule whose series begins on a day; None where there is none."""
    strange = (
        rule.by_second
        or rule.by_minute
        or rule.by_hour
        or rule.by_year_day
        or rule.by_week_number
        or (rule.by_month and rule.frequency is not Frequency.YEARLY)
    )
    if strange:
        return None
    made = {
        Frequency.DAILY: _daily,
        Frequency.WEEKLY: _weekly,
        Frequency.MONTHLY: _monthly,
        Frequency.YEARLY: _yearly,
    }.get(rule.frequency)
    found = None if made is None else made(rule, start)
    return None if found is None else {"interval": rule.interval, **found}


def _daily(rule: Rule, start: date) -> dict[str, Any] | None:
    if rule.by_month_day or rule.by_set_position:
        return None
    if not rule.by_day:
        return {"type": "daily"}
    plain = rule.interval == 1 and all(not one.nth for one in rule.by_day)
    return _on_weekdays(rule, [one.weekday for one in rule.by_day]) if plain else None


def _weekly(rule: Rule, start: date) -> dict[str, Any] | None:
    if rule.by_month_day or rule.by_set_position or any(one.nth for one in rule.by_day):
        return None
    return _on_weekdays(rule, [one.weekday for one in rule.by_day] or [Weekday(start.weekday())])


def _on_weekdays(rule: Rule, days: list[Weekday]) -> dict[str, Any]:
    return {"type": "weekly", "daysOfWeek": _named(days), "firstDayOfWeek": rule.week_start.name.lower()}


def _named(days: list[Weekday]) -> list[str]:
    return [day.name.lower() for day in sorted(set(days))]


def _monthly(rule: Rule, start: date) -> dict[str, Any] | None:
    if rule.by_day:
        relative = _relative(rule)
        return None if relative is None else {"type": "relativeMonthly", **relative}
    day = _day_of_month(rule, start)
    return None if day is None else {"type": "absoluteMonthly", "dayOfMonth": day}


def _yearly(rule: Rule, start: date) -> dict[str, Any] | None:
    if len(rule.by_month) > 1:
        return None
    month = rule.by_month[0] if rule.by_month else start.month
    if rule.by_day:
        relative = _relative(rule) if rule.by_month else None  # else they are counted in the year
        return None if relative is None else {"type": "relativeYearly", "month": month, **relative}
    if rule.by_month_day and not rule.by_month:
        return None
    day = _day_of_month(rule, start)
    return None if day is None else {"type": "absoluteYearly", "dayOfMonth": day, "month": month}


def _day_of_month(rule: Rule, start: date) -> int | None:
    if rule.by_set_position or len(rule.by_month_day) > 1:
        return None
    day = rule.by_month_day[0] if rule.by_month_day else start.day
    return day if 1 <= day <= _CERTAIN_DAYS else None


def _relative(rule: Rule) -> dict[str, Any] | None:
    """Give which of some weekdays of a month is meant: the second Tuesday, the last workday."""
    if rule.by_month_day:
        return None
    index = _index(rule.by_day, rule.by_set_position)
    days = {one.weekday for one in rule.by_day}
    whole = days in ({*Weekday}, {*WORKDAYS}, {*Weekday} - {*WORKDAYS})
    if index not in _INDEXES or not (len(days) == 1 or whole):
        return None
    return {"daysOfWeek": _named(list(days)), "index": _INDEXES[index]}


def _index(days: tuple[NthDay, ...], positions: tuple[int, ...]) -> int:
    if positions:
        return positions[0] if len(positions) == 1 and all(not one.nth for one in days) else 0
    return days[0].nth if len(days) == 1 else 0
