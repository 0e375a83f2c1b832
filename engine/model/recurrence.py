"""Recurring events: one event's wall-clock pattern in one zone, whatever the provider."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import IntEnum
from typing import TypeAlias

from engine.time.span import DAY
from engine.time.weekday import Weekday


class Frequency(IntEnum):
    """RFC 5545 section 3.3.10, from the rarest to the most frequent."""

    YEARLY = 0
    MONTHLY = 1
    WEEKLY = 2
    DAILY = 3
    HOURLY = 4
    MINUTELY = 5
    SECONDLY = 6


@dataclass(frozen=True, slots=True)
class NthDay:
    """A BYDAY entry: every such weekday (nth 0), or the nth of its period, from the end below 0."""

    weekday: Weekday
    nth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An RRULE (RFC 5545 section 3.3.10); `until` is the last wall time, inclusive, in the series' zone."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    by_second: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_day: tuple[NthDay, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_week_number: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_position: tuple[int, ...] = ()
    week_start: Weekday = Weekday.MONDAY

    @property
    def has_parts(self) -> bool:
        """Whether any BY-part narrows or widens the frequency."""
        return bool(
            self.by_second
            or self.by_minute
            or self.by_hour
            or self.by_day
            or self.by_month_day
            or self.by_year_day
            or self.by_week_number
            or self.by_month
            or self.by_set_position
        )


Wall: TypeAlias = int
"""A wall-clock time in seconds: `date.toordinal` times a day, plus the second of the day."""


@dataclass(frozen=True, slots=True)
class Extra:
    """An RDATE: an instance beside the rules, with a length of its own where it was given as a period."""

    start: Wall
    length: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """An event and its instances, in wall-clock seconds of its zone.

    `start` is always an instance, whatever the rules generate (a midnight where `all_day`). `removed` are the
    starts of instances that do not take place, `removed_days` days on which none does (`date.toordinal`).
    """

    start: Wall
    length: int
    zone: tzinfo
    all_day: bool = False
    rules: tuple[Rule, ...] = ()
    extras: tuple[Extra, ...] = ()
    removed: frozenset[Wall] = frozenset()
    removed_days: frozenset[int] = frozenset()


def wall_seconds(at: datetime) -> Wall:
    """Count a naive wall time in seconds."""
    return at.toordinal() * DAY + at.hour * 3600 + at.minute * 60 + at.second


def wall_time(wall: Wall) -> datetime:
    """Give the naive datetime of a wall time."""
    return datetime.combine(date.fromordinal(wall // DAY), time()) + timedelta(seconds=wall % DAY)
