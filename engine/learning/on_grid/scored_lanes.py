"""Everything that an attendee says of a grid's lattice points by fixed weights and habits."""

from collections.abc import Sequence

from engine.find import lanes
from engine.find.attendance import availability_when_feasible
from engine.find.lanes import Lanes
from engine.find.person import Person
from engine.find.scored_bits import FixedScores
from engine.find.start_grid import Grid
from engine.find.weights import FixedWeights
from engine.learning.features import lead_of
from engine.learning.mind import Mind
from engine.learning.model import FINENESS
from engine.learning.on_grid.around import Around
from engine.learning.on_grid.costs import Cost, speaks
from engine.learning.on_grid.rows import ByClock, ByDay, by_clock, by_day
from engine.learning.surroundings import keys_around
from engine.model.session import Availability, Reason
from engine.time.span import MINUTE, Instant

UNIT = 2 * FINENESS
"""Points are quarters, or halves of them for those who may miss it."""
MOST_KNOWN = 500
"""Starts between lattice points of which it stays worked out what they cost somebody."""
_FIXED = FixedWeights()


class Asking:
    """What is asked of everybody alike: a grid, a session's seconds, and when it was asked.

    There is one of it for all who are asked the same, so it is known again by being the same. What somebody
    says is kept under one of its `keys`, by whether they must come; what habits cost them, under `of_habits`.
    """

    __slots__ = ("asked", "duration", "grid", "keys", "of_habits")

    def __init__(self, grid: Grid, duration: int, asked: Instant) -> None:
        self.grid, self.duration, self.asked = grid, duration, asked
        self.keys = ("optional", self), ("required", self)
        self.of_habits = "habits", self

    def by_clock(self, zone: str) -> ByClock:
        """Give the lattice points' hours and kinds of start."""
        return by_clock(zone, self.grid, self.duration // MINUTE)

    def by_day(self, zone: str) -> ByDay:
        """Give their weekdays and waits."""
        return by_day(zone, self.grid, self.asked)


class LearnedLanes:
    """Everything that an attendee says; habits are told later, where their words are read."""

    __slots__ = (
        "_around",
        "_asking",
        "_at_once",
        "_cells",
        "_cost",
        "_fixed",
        "_later",
        "_length",
        "_mind",
        "_person",
        "_rows",
        "_share",
        "costs",
        "most",
        "said",
    )

    def __init__(
        self,
        mind: Mind,
        person: Person,
        asking: Asking,
        fixed: FixedScores,
        cost: Cost | None,
        around: Around | None,
    ) -> None:
        self._mind, self._person, self._asking, self._around = mind, person, asking, around
        self._cost = cost
        self._cells: Lanes | None = None
        self._rows: tuple[ByClock, ByDay] | None = None
        self._at_once: dict[Instant, int] = {}
        self._later: dict[Instant, int] = {}
        self._share = int(mind.share * UNIT) // FINENESS
        self.costs, self.most, self._length = fixed.lanes(UNIT), 0, 0
        if cost is not None:
            self.costs = lanes.total((self.costs, lanes.times(cost.lanes, self._share)))
            self._length = mind.length(asking.duration)
            self.most = self._share * (cost.most + self._length)
        self.said, self._fixed = fixed.said, fixed

    def at(self, point: int) -> tuple[Availability, Sequence[Reason]]:
        """Tell what they are at a lattice point, and say of it by fixed weights."""
        return self._fixed.at(point)

    @property
    def cells(self) -> Lanes:
        """What is lost of `most` at least at the starts of each cell: worked out where it is asked for."""
        if self._cells is None:
            least = lanes.NOTHING if self._cost is None else self._cost.of_cells
            self._cells = lanes.times(least, self._share)
        return self._cells

    def later(self, point: int) -> Sequence[Reason]:
        """Tell what habits say of a lattice point."""
        if self._mind.silent:
            return ()
        asking, reasons = self._asking, self._mind.reasons
        said = reasons.by_clock(self._person, asking.grid.at(point), asking.duration, asking.asked)
        return said if self._around is None else said + reasons.of(keys_around(self._around.at(point)))

    def speaks_later(self, point: int) -> bool:
        """Whether habits say anything of it."""
        if self._mind.silent:
            return False
        if self._length:
            return True
        if self._rows is None:
            zone = self._person.user.timezone
            self._rows = self._asking.by_clock(zone), self._asking.by_day(zone)
        return speaks(self._mind.worths, *self._rows, self._around, point)

    def cost_at_once(self, start: Instant) -> int:
        """Give what fixed weights say against a start, worked out once."""
        known = self._at_once.get(start)
        if known is None:
            if len(self._at_once) >= MOST_KNOWN:
                self._at_once.clear()
            person, required, end = self._person, self._mind.required, start + self._asking.duration
            state = availability_when_feasible(person, required, start, end)
            known = self._at_once[start] = -int(UNIT * _FIXED.points(person, required, state, start, end))
        return known

    def cost_later(self, start: Instant, now: Instant) -> int:
        """Give what is lost there by habits; but for the wait it is worked out once."""
        if self._mind.silent:
            return self.most
        known = self._later.get(start)
        if known is None:
            if len(self._later) >= MOST_KNOWN:
                self._later.clear()
            known = self._later[start] = self.most - self._share * self._worth(start)
        return known - self._share * self._mind.worths.lead(lead_of(start, now))

    def _worth(self, start: Instant) -> int:
        """Give what everything but the wait is worth, in quarters of a point."""
        mind = self._mind
        worth = self._length + mind.worth(self._person, start, self._asking.duration)
        if self._around is None:
            return worth
        return worth + mind.worths.around(*self._around.between(start))
