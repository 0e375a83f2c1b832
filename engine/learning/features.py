"""What a shown time is to one person: weekday, hour, lead and more, each as a feature and its bucket."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from engine.time.local_time import MINUTES_A_DAY
from engine.time.span import DAY, Instant
from engine.time.weekday import Weekday


class Feature(StrEnum):
    """A side of a time that people's answers may depend on."""

    WEEKDAY = "weekday"
    HOUR = "hour"
    START = "start"
    LUNCH = "lunch"
    LEAD = "lead"
    LENGTH = "length"
    GAP = "gap"
    EDGE = "edge"
    LOAD = "load"


Key: TypeAlias = tuple[Feature, str]
"""A feature and one of its buckets."""
Keys: TypeAlias = tuple[Key, ...]

BY_CLOCK = (Feature.WEEKDAY, Feature.HOUR, Feature.START, Feature.LUNCH)
"""What somebody's clock tells of a start."""
AROUND = (Feature.GAP, Feature.EDGE, Feature.LOAD)
"""What depends on a person's other events: learned only where it was written down when the time was shown."""
MOST_DAYS = 7
THURSDAY = 3
"""The week of `clock_keys` begins on a Thursday, as 1970 did."""
STARTS = ("hour", "half", "odd")
_NOON, _AFTERNOON = 12 * 60, 13 * 60
_HALF = 30


@lru_cache(maxsize=65536)
def clock_keys(minute_of_week: int, minutes: int) -> Keys:
    """Give what a local start says by the clock alone; the week begins on a Thursday, as 1970 did."""
    day, opens = divmod(minute_of_week, MINUTES_A_DAY)
    keys: list[Key] = [
        (Feature.WEEKDAY, Weekday((day + THURSDAY) % 7).word),
        (Feature.HOUR, f"{opens // 60:02}"),
        (Feature.START, STARTS[start_of(opens)]),
    ]
    if meets_lunch(opens, minutes):
        keys.append((Feature.LUNCH, "yes"))
    return tuple(keys)


def start_of(opens: int) -> int:
    """Tell which of `STARTS` a minute of the day is."""
    past = opens % 60
    return 0 if not past else 1 if past == _HALF else 2


def meets_lunch(opens: int, minutes: int) -> bool:
    """Whether so many minutes from a minute of the day meet the hour of lunch."""
    return opens < _AFTERNOON and opens + minutes > _NOON


def lead_of(start: Instant, asked: Instant) -> int:
    """Give the whole days from the moment of asking to a start; a week or more counts as one."""
    days = (start - asked) // DAY
    return 0 if days < 0 else days if days < MOST_DAYS else MOST_DAYS


@lru_cache(maxsize=16)
def lead_key(lead: int) -> Key:
    """Give the bucket of a lead."""
    return Feature.LEAD, str(lead)


@lru_cache(maxsize=1024)
def length_key(minutes: int) -> Key:
    """Give the bucket of a length."""
    return Feature.LENGTH, str(minutes)


def keys_around(found: Mapping[str, str]) -> Keys:
    """Take what was written down of somebody's other events around a shown time."""
    return tuple((feature, found[feature]) for feature in AROUND if feature in found)
