"""What the rules read in a line: days, times, lengths, shifts, zones, picks among offers."""

from dataclasses import dataclass
from datetime import date

from engine.time.weekday import Weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Days as they are named, with both ends; `last` None is open.

    `week` marks a whole week or month, `bound` what only limits (by, before, after, from). `dates` are
    several single ones; `weekday` is the single weekday that was named, `days` several, or one that recurs.
    `moved` says that the weekday came with `this`, `next`, or a week.
    """

    first: date | None = None
    last: date | None = None
    dates: tuple[date, ...] = ()
    weekday: Weekday | None = None
    days: tuple[Weekday, ...] = ()
    week: bool = False
    bound: bool = False
    moved: bool = False
    soft: bool = False
    negated: bool = False
    old: bool = False
    problem: str | None = None

    @property
    def single(self) -> bool:
        """Whether it is one day."""
        return self.first is not None and self.first == self.last and not self.bound and not self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A time of the day in minutes: one start, or a range that holds the whole session.

    `bare` is an hour without a half of the day; `part` a range that a word names, `bound` one that is open.
    """

    at: int | None = None
    start: int = 0
    end: int = 1440
    bare: bool = False
    part: bool = False
    bound: bool = False
    soft: bool = False
    negated: bool = False
    old: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """Minutes that the session takes."""

    minutes: int
    old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """So much later than the booked time (earlier is below zero); None where only `same` or `later` is said.

    `same_time` and `same_day` keep the booked one's; `later` is later on that day.
    """

    minutes: int = 0
    days: int = 0
    same_time: bool = False
    same_day: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """The zone that times are named in; None where the word means several."""

    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One of the offers: its number from 1 (from the end below zero), the earliest of some, or any (0)."""

    number: int


Item = Days | Time | Length | Shift | Zone | Pick
