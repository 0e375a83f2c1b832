"""What times are worth to one person, bucket by bucket, laid out as a search adds them up."""

from collections.abc import Mapping
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from engine.learning.features import MOST_DAYS, Feature, Key, Keys, lead_key
from engine.learning.model import FINENESS, NOTHING, Weight
from engine.time.weekday import Weekday

Row: TypeAlias = tuple[int, ...]


def _keys(feature: Feature, *buckets: str) -> Keys:
    return tuple((feature, bucket) for bucket in buckets)


HOURS = _keys(Feature.HOUR, *(f"{hour:02}" for hour in range(24)))
STARTS = _keys(Feature.START, "hour", "half", "odd")
LUNCH = _keys(Feature.LUNCH, "yes")
WEEKDAYS = _keys(Feature.WEEKDAY, *(day.word for day in Weekday))
LEADS = tuple(lead_key(lead) for lead in range(MOST_DAYS + 1))
GAPS = _keys(Feature.GAP, "none", "short", "wide")
EDGES = _keys(Feature.EDGE, "only", "first", "last", "between")
LOADS = _keys(Feature.LOAD, "0", "few", "many")


class Worths(NamedTuple):
    """What the buckets of each feature are worth, in quarters of a point, and without a weight nothing."""

    hours: Row
    starts: Row
    lunch: Row
    weekdays: Row
    leads: Row
    gaps: Row
    edges: Row
    loads: Row


_ROWS = (HOURS, STARTS, LUNCH, WEEKDAYS, LEADS, GAPS, EDGES, LOADS)
_ALL: tuple[Key, ...] = tuple(key for row in _ROWS for key in row)
_ENDS = tuple(accumulate(map(len, _ROWS)))
_SLICES = tuple(slice(end - len(row), end) for row, end in zip(_ROWS, _ENDS, strict=True))
_NOTHING = dict.fromkeys(_ALL, NOTHING)
_FOUND, _POINTS, _QUARTERS = itemgetter(*_ALL), itemgetter(0), float(FINENESS).__mul__


def worths_of(everybody: Mapping[Key, Weight], own: Mapping[Key, Weight]) -> Worths:
    """Lay somebody's own weights out, and everybody's where they have none."""
    found = _FOUND({**_NOTHING, **everybody, **own})
    quarters = tuple(map(int, map(_QUARTERS, map(_POINTS, found))))
    return Worths(*[quarters[one] for one in _SLICES])
