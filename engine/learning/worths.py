"""What times are worth to one person, bucket by bucket, laid out as a search adds them up."""

from collections.abc import Mapping
from itertools import accumulate, chain
from typing import TypeAlias

from engine.learning.features import MOST_DAYS, Feature, Key, Keys, lead_key
from engine.learning.features import STARTS as START_KINDS
from engine.learning.model import FINENESS, Weight
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


_ROWS = (HOURS, STARTS, LUNCH, WEEKDAYS, LEADS, GAPS, EDGES, LOADS)
_PLACES = {key: place for place, key in enumerate(chain(*_ROWS))}
_ENDS = tuple(accumulate(map(len, _ROWS)))
_HOUR, _START, _LUNCH, _WEEKDAY, _LEAD, _GAP, _EDGE, _LOAD = _BEGINS = (0, *_ENDS[:-1])


class Worths:
    """What the buckets of each feature are worth, in quarters of a point, and without a weight nothing.

    They stand in one row, feature after feature: a row for each would be eight times as much to keep.
    """

    __slots__ = ("_quarters",)

    def __init__(self, quarters: Row) -> None:
        self._quarters = quarters

    def as_list(self) -> list[int]:
        """Give all of them."""
        return list(self._quarters)

    @property
    def hours(self) -> Row:
        """Hour by hour."""
        return self._quarters[:_START]

    @property
    def starts(self) -> Row:
        """Kind of start by kind, as in `STARTS`."""
        return self._quarters[_START:_LUNCH]

    @property
    def lunch(self) -> int:
        """That a session meets lunch."""
        return self._quarters[_LUNCH]

    @property
    def weekdays(self) -> Row:
        """Weekday by weekday."""
        return self._quarters[_WEEKDAY:_LEAD]

    @property
    def leads(self) -> Row:
        """Lead by lead."""
        return self._quarters[_LEAD:_GAP]

    @property
    def gaps(self) -> Row:
        """Gap by gap, as in `GAPS`."""
        return self._quarters[_GAP:_EDGE]

    @property
    def edges(self) -> Row:
        """Edge by edge, as in `EDGES`."""
        return self._quarters[_EDGE:_LOAD]

    @property
    def loads(self) -> Row:
        """Load by load, as in `LOADS`."""
        return self._quarters[_LOAD:]

    def by_clock(self, weekday: int, hour: int, start: int, meets_lunch: bool) -> int:
        """Give what a start is worth by its weekday, hour and kind, and by lunch."""
        quarters = self._quarters
        found = quarters[_WEEKDAY + weekday] + quarters[_HOUR + hour] + quarters[_START + start]
        return found + quarters[_LUNCH] if meets_lunch else found

    def speak_by_clock(self, weekday: int, hour: int, start: int, meets_lunch: bool, lead: int) -> bool:
        """Whether any of these buckets is worth anything."""
        quarters = self._quarters
        return bool(
            quarters[_HOUR + hour]
            or quarters[_START + start]
            or quarters[_WEEKDAY + weekday]
            or quarters[_LEAD + lead]
            or (meets_lunch and quarters[_LUNCH])
        )

    def speak_around(self, gap: int, edge: int, load: int) -> bool:
        """Whether any of these is."""
        quarters = self._quarters
        return bool(quarters[_GAP + gap] or quarters[_EDGE + edge] or quarters[_LOAD + load])

    def lead(self, lead: int) -> int:
        """Give what a lead is worth."""
        return self._quarters[_LEAD + lead]

    def around(self, gap: int, edge: int, load: int) -> int:
        """Give what a gap, an edge and a load are worth."""
        quarters = self._quarters
        return quarters[_GAP + gap] + quarters[_EDGE + edge] + quarters[_LOAD + load]


class _Quarters(dict[float, int]):
    """Points as quarters; they are bounded, so few are ever asked for."""

    def __missing__(self, points: float) -> int:
        found = self[points] = int(points * FINENESS)
        return found


_QUARTERS = _Quarters().__getitem__


NO_WORTHS = Worths((0,) * len(_PLACES))


def worths_of(usual: Worths, own: Mapping[Key, Weight]) -> Worths:
    """Lay somebody's own weights out, and what is usual where they have none."""
    quarters = usual.as_list()
    for place, weight in zip(map(_PLACES.get, own), own.values(), strict=True):
        if place is not None:
            quarters[place] = _QUARTERS(weight[0])
    return Worths(tuple(quarters))
