"""The search's ranking by what was learned: the fixed weights, and each attendee's habits beside them."""

from collections.abc import Callable, Hashable

from engine.find.bitplanes import doubled, total
from engine.find.person import Person
from engine.find.person_bits import kept
from engine.find.ranking import POINTS_A_UNIT, Scale, ScoredBits, likelihood
from engine.find.start_grid import Grid
from engine.find.weights import UNIT as FIXED_UNIT
from engine.find.weights import FixedWeights
from engine.ids import UserId
from engine.learning.features import AROUND, lead_of
from engine.learning.learned_bits import (
    Cost,
    cost_of_all,
    costs_around,
    costs_by_clock,
    costs_by_day,
    places_by_clock,
    places_by_day,
    speaking,
)
from engine.learning.mind import Habitual, Mind, habitual
from engine.learning.model import FINENESS, LearnedModel
from engine.learning.surroundings import UNKNOWN, Around, around, keys_of, lying
from engine.learning.worths import usual_weights
from engine.model.session import Availability, EventSession, Reason
from engine.time.local_time import MINUTES_A_DAY
from engine.time.span import MINUTE, Instant

UNIT = 2 * FINENESS
"""Points are quarters, or halves of them for those who may miss it."""
_FINER = (0,) * ((UNIT // FIXED_UNIT).bit_length() - 1)
_WEEK = 7 * MINUTES_A_DAY
_FIXED = FixedWeights()
MOST_WORTHS = 500
"""Starts between lattice points of which it stays worked out what they are worth to somebody."""
MOST_SHARED = 64
"""Grids of which it stays worked out what they are worth to everybody."""


class LearnedRanking:
    """Ranks by a model. `discreet` tells others no more of somebody's habits than whether it suits them.

    `minds_surroundings` is whether what lies around a time is worth anything to anybody.
    """

    def __init__(self, model: LearnedModel, *, discreet: bool = False) -> None:
        self.model = model
        self.minds_surroundings = any(
            feature in AROUND
            for weights in (model.population, *(one.weights for one in model.people.values()))
            for feature, _ in weights
        )
        self._discreet = discreet
        self._minds: dict[tuple[str, str, bool], Mind] = {}
        self._known: dict[UserId, Habitual] = {}
        self._shared: dict[Hashable, Cost] = {}
        self._usual = usual_weights(model.population)
        self._everybody = habitual(model, None, self._usual)

    def scale(self, session: EventSession, now: Instant) -> Scale:
        """Weigh by habits, unless the session ignores them or nothing was learned."""
        if self.model.empty or session.fresh:
            return _FIXED
        return LearnedScale(self, now)

    def mind(self, person: Person, required: bool) -> Mind:
        """Give somebody as the model knows them."""
        key = (person.id, person.user.name, required)
        found = self._minds.get(key)
        if found is None:
            silent, known = person.id in self.model.silent, self._habitual(person.id)
            found = Mind(known, person, required, silent=silent, discreet=self._discreet)
            self._minds[key] = found
        return found

    def is_like_everybody(self, mind: Mind) -> bool:
        """Whether nothing is known of somebody alone."""
        return mind.worths is self._everybody.worths

    def shared(self, key: Hashable, work_out: Callable[[], Cost]) -> Cost:
        """Give what is worth the same to all of whom nothing is known alone, worked out once."""
        found = self._shared.get(key)
        if found is None:
            if len(self._shared) >= MOST_SHARED:
                self._shared.clear()
            found = self._shared[key] = work_out()
        return found

    def _habitual(self, user: UserId) -> Habitual:
        """Look somebody up once; whoever has no habits of their own is as everybody is."""
        if user not in self.model.people and user not in self.model.silent:
            return self._everybody
        found = self._known.get(user)
        if found is None:
            found = self._known[user] = habitual(self.model, user, self._usual)
        return found


class LearnedScale:
    """What fixed weights and habits say of one request, asked at a moment."""

    unit = UNIT
    no_break = UNIT // FIXED_UNIT * FixedWeights.no_break
    defers = True

    def __init__(self, ranking: LearnedRanking, asked: Instant) -> None:
        self.ranking, self.asked = ranking, asked
        self.points = _FIXED.points

    def reasons(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> list[Reason]:
        """Give what one attendee's time says of [start, end)."""
        fixed = self.reasons_at_once(person, required, state, start, end)
        return [*fixed, *self.reasons_later(person, required, start, end)]

    def reasons_at_once(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> list[Reason]:
        """Give what fixed weights say of it."""
        return _FIXED.reasons(person, required, state, start, end)

    def reasons_later(
        self, person: Person, required: bool, start: Instant, end: Instant
    ) -> tuple[Reason, ...]:
        """Give what habits say of it."""
        return self.learned(self.ranking.mind(person, required), person, start, end - start)

    def learned(self, mind: Mind, person: Person, start: Instant, duration: int) -> tuple[Reason, ...]:
        """Give what somebody's habits say of a start."""
        said = self.by_clock(mind, person, start, duration)
        if mind.silent or not self.ranking.minds_surroundings:
            return said
        return (*said, *mind.of(keys_of(person, start, start + duration)))

    def by_clock(self, mind: Mind, person: Person, start: Instant, duration: int) -> tuple[Reason, ...]:
        """Give what they say of it by clock, wait and length, whatever lies around it."""
        if mind.silent:
            return ()
        minute_of_week = person.local.clock(start) // MINUTE % _WEEK
        return mind.said(minute_of_week, lead_of(start, self.asked), duration // MINUTE)

    def scored_bits(
        self, person: Person, required: bool, grid: Grid, duration: int, cells: bool = False
    ) -> ScoredBits:
        """Give the same for all feasible lattice points at once, and of cells at least.

        Whole days of waiting end at lattice points, so what was asked since the last of them is the same.
        """
        asked = grid.at_or_after(self.asked)
        key = (self.ranking, asked, required, duration, grid, cells)
        found: LearnedBits | None = person.memo.get(key)
        if found is None:
            found = kept(
                person, key, lambda: self._scored_bits(person, required, grid, duration, asked, cells)
            )
        return found

    def _scored_bits(
        self, person: Person, required: bool, grid: Grid, duration: int, asked: Instant, cells: bool
    ) -> "LearnedBits":
        fixed = _FIXED.scored_bits(person, required, grid, duration)
        finer = (*_FINER, *fixed.costs) if fixed.costs else fixed.costs
        mind = self.ranking.mind(person, required)
        if mind.silent:
            return LearnedBits(self, mind, person, grid, duration, fixed, (finer, 0), UNKNOWN)
        lies = around(person, grid, duration, cells) if self.ranking.minds_surroundings else UNKNOWN
        costs, most = self._cost(mind, person, lies, grid, duration, asked, cells)
        most += mind.length(duration // MINUTE)
        cost = (total((finer, doubled(costs))), 2 * most) if required else (total((finer, costs)), most)
        return LearnedBits(self, mind, person, grid, duration, fixed, cost, lies)

    def _cost(
        self, mind: Mind, person: Person, lies: Around, grid: Grid, duration: int, asked: Instant, cells: bool
    ) -> Cost:
        """Give what their habits cost somebody, whether or not they must come."""
        zone, ranking = person.user.timezone, self.ranking
        if not ranking.is_like_everybody(mind):
            own = "habits", ranking, asked, duration, grid, cells
            return kept(person, own, lambda: _cost_to(mind, zone, lies, grid, duration, asked, cells))
        shared = ranking.shared(
            (zone, grid, duration, asked, cells),
            lambda: _cost_to(mind, zone, UNKNOWN, grid, duration, asked, cells),
        )
        if not lies.gaps:
            return shared
        theirs = "surroundings", ranking, duration, grid, cells
        return cost_of_all((shared, kept(person, theirs, lambda: costs_around(mind.worths, lies))))

    def chance(self, points: float) -> float:
        """Tell how likely a time is taken, by the installation's own log where that is long enough."""
        calibration, units = self.ranking.model.calibration, points / POINTS_A_UNIT
        if calibration is None:
            return likelihood(units)
        return likelihood(calibration.intercept + calibration.slope * units)


def _cost_to(
    mind: Mind, zone: str, lies: Around, grid: Grid, duration: int, asked: Instant, cells: bool
) -> Cost:
    """Give what somebody's habits cost, worked out now."""
    clock = places_by_clock(zone, grid, duration // MINUTE, cells)
    days = places_by_day(zone, grid, duration // MINUTE, asked, cells)
    costs = (costs_by_clock(mind.worths, clock), costs_by_day(mind.worths, days))
    return cost_of_all((*costs, costs_around(mind.worths, lies)))


class LearnedBits:
    """Everything that an attendee says of a grid's lattice points by fixed weights and habits."""

    __slots__ = (
        "_around",
        "_duration",
        "_grid",
        "_mind",
        "_person",
        "_said_later",
        "_scale",
        "_worths",
        "at",
        "costs",
        "most",
        "said",
    )

    def __init__(
        self,
        scale: LearnedScale,
        mind: Mind,
        person: Person,
        grid: Grid,
        duration: int,
        fixed: ScoredBits,
        cost: Cost,
        around: Around,
    ) -> None:
        self._scale, self._mind, self._person, self._grid = scale, mind, person, grid
        self._duration, self._around = duration, around
        self._worths: dict[Instant, int] = {}
        self._said_later: int | None = None
        self.costs, self.most = cost
        self.said: int = fixed.said
        self.at = fixed.at

    def later(self, point: int) -> tuple[Reason, ...]:
        """Tell what habits say of it."""
        said = self._scale.by_clock(self._mind, self._person, self._grid.at(point), self._duration)
        around = self._around.keys_at(point)
        return (*said, *self._mind.of(around)) if around else said

    @property
    def said_later(self) -> int:
        """The points of which habits say anything, as bits: worked out where somebody asks."""
        if self._said_later is None:
            self._said_later = self._speaking()
        return self._said_later

    def _speaking(self) -> int:
        mind, zone, minutes = self._mind, self._person.user.timezone, self._duration // MINUTE
        if mind.silent:
            return 0
        if mind.length(minutes):
            return self._grid.all
        asked = self._grid.at_or_after(self._scale.asked)
        days = places_by_day(zone, self._grid, minutes, asked)
        return speaking(mind.worths, places_by_clock(zone, self._grid, minutes), days, self._around)

    def later_points(self, start: Instant, now: Instant) -> float:
        """Sum what habits say of any start; but for the wait it is worked out once."""
        mind = self._mind
        if mind.silent:
            return 0.0
        worth = self._worths.get(start)
        if worth is None:
            if len(self._worths) >= MOST_WORTHS:
                self._worths.clear()
            worth = self._worths[start] = self._worth(start)
        return (worth + mind.worths.leads[lead_of(start, now)]) * mind.share / FINENESS

    def _worth(self, start: Instant) -> int:
        """Give what everything but the wait is worth, in quarters of a point."""
        mind, person = self._mind, self._person
        worth = mind.worth(person.local.clock(start) // MINUTE % _WEEK, self._duration // MINUTE)
        lies = lying(person, start, start + self._duration) if self._around.gaps else None
        if lies is None:
            return worth
        worths, (gap, edge, load) = mind.worths, lies
        return worth + worths.gaps[gap] + worths.edges[edge] + worths.loads[load]
