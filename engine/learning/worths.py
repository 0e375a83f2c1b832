"""What times are worth to one person, bucket by bucket, laid out as a search adds them up."""

from collections.abc import Mapping
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from engine.learning.features import MOST_DAYS, Feature, Key, Keys, lead_key
from engine.learning.features import STARTS as START_KINDS
from engine.learning.model import FINENESS, NOTHING, Weight
from engine.time.weekday import Weekday

Row: TypeAlias = tuple[int, ...]


def _keys(feature: Feature, *buckets: str) -> Keys:
    return tuple((feature, bucket) for bucket in buckets)


HOURS = _keys(Feature.HOUR, *(f"{hour:02}" for hour in range(24)))
STARTS = _keys(Feature.START, *START_KINDS)
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
_FOUND, _POINTS = itemgetter(*_ALL), itemgetter(0)


class _Quarters(dict[float, int]):
    """Points as quarters; they are bounded, so few are ever asked for."""

    def __missing__(self, points: float) -> int:
        found = self[points] = int(points * FINENESS)
        return found


_QUARTERS = _Quarters().__getitem__


def usual_weights(everybody: Mapping[Key, Weight]) -> Mapping[Key, Weight]:
    """Give what each bucket is worth to whoever has no weight of their own for it."""
    return {**_NOTHING, **everybody}


def worths_of(usual: Mapping[Key, Weight], own: Mapping[Key, Weight]) -> Worths:
    """Lay somebody's own weights out, and the usual ones where they have none."""
    quarters = tuple(map(_QUARTERS, map(_POINTS, _FOUND({**usual, **own}))))
    return Worths(*[quarters[one] for one in _SLICES])
