"""The search's ranking by what was learned: the fixed weights, and each attendee's habits beside them."""

from engine.find.bitplanes import Bitplanes, total
from engine.find.people import Person
from engine.find.person_bits import kept
from engine.find.ranking import POINTS_A_UNIT, Scale, ScoredBits, likelihood
from engine.find.request import FindRequest
from engine.find.start_grid import Grid
from engine.find.weights import UNIT as FIXED_UNIT
from engine.find.weights import FixedWeights
from engine.learning.features import AROUND, lead_of
from engine.learning.learned_bits import Cost, costs_of, places_by_clock, places_by_lead
from engine.learning.mind import Mind
from engine.learning.model import FINENESS, LearnedModel
from engine.learning.surroundings import keys_of, places_of
from engine.model.session import Availability, Reason
from engine.time.local_time import MINUTES_A_DAY
from engine.time.span import MINUTE, Instant

UNIT = 2 * FINENESS
"""Points are quarters, or halves of them for those who may miss it."""
_FINER = (0,) * ((UNIT // FIXED_UNIT).bit_length() - 1)
_WEEK = 7 * MINUTES_A_DAY
_FIXED = FixedWeights()


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

    def scale(self, request: FindRequest) -> Scale:
        """Weigh by habits, unless the session ignores them or nothing was learned."""
        if self.model.empty or request.session.fresh:
            return _FIXED
        return LearnedScale(self, request.now)

    def mind(self, person: Person, required: bool) -> Mind:
        """Give somebody as the model knows them."""
        key = (person.id, person.user.name, required)
        found = self._minds.get(key)
        if found is None:
            found = self._minds[key] = Mind(self.model, person, required, self._discreet)
        return found


class LearnedScale:
    """What fixed weights and habits say of one request, asked at a moment."""

    unit = UNIT

    def __init__(self, ranking: LearnedRanking, asked: Instant) -> None:
        self._ranking, self._asked = ranking, asked

    def reasons(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> list[Reason]:
        """Give what one attendee's time says of [start, end)."""
        fixed = _FIXED.reasons(person, required, state, start, end)
        return [*fixed, *self.learned(self._ranking.mind(person, required), person, start, end - start)]

    def learned(self, mind: Mind, person: Person, start: Instant, duration: int) -> tuple[Reason, ...]:
        """Give what somebody's habits say of a start."""
        if mind.silent:
            return ()
        minute_of_week = person.local.clock(start) // MINUTE % _WEEK
        said = mind.said(minute_of_week, lead_of(start, self._asked), duration // MINUTE)
        if not self._ranking.minds_surroundings:
            return said
        return (*said, *mind.of(keys_of(person, start, start + duration)))

    def points(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> float:
        """Sum the points of the same reasons."""
        habits = self.learned(self._ranking.mind(person, required), person, start, end - start)
        return _FIXED.points(person, required, state, start, end) + sum([one.points for one in habits])

    def scored_bits(self, person: Person, required: bool, grid: Grid, duration: int) -> ScoredBits:
        """Give the same for all feasible lattice points at once."""
        fixed = _FIXED.scored_bits(person, required, grid, duration)
        mind = self._ranking.mind(person, required)
        key = (self._ranking, self._asked, required, duration, grid)
        found: Cost | None = person.memo.get(key)
        if found is None:
            found = kept(person, key, lambda: self._cost(mind, person, required, grid, duration, fixed.costs))
        return LearnedBits(self, mind, person, grid, duration, fixed, found)

    def _cost(
        self, mind: Mind, person: Person, required: bool, grid: Grid, duration: int, fixed: Bitplanes
    ) -> Cost:
        finer = (*_FINER, *fixed) if fixed else fixed
        if mind.silent:
            return finer, 0
        by_clock = places_by_clock(person.user.timezone, grid, duration // MINUTE)
        share = UNIT if required else UNIT // 2
        around = places_of(person, grid, duration) if self._ranking.minds_surroundings else ()
        costs, most = costs_of(mind, (*by_clock, places_by_lead(self._asked, grid), *around), share)
        length = sum(one.points for one in mind.length(duration // MINUTE))
        return total((finer, costs)), most + int(length * UNIT)

    def chance(self, points: float) -> float:
        """Tell how likely a time is taken, by the installation's own log where that is long enough."""
        calibration, units = self._ranking.model.calibration, points / POINTS_A_UNIT
        if calibration is None:
            return likelihood(units)
        return likelihood(calibration.intercept + calibration.slope * units)


class LearnedBits:
    """Everything that an attendee says of a grid's lattice points by fixed weights and habits."""

    __slots__ = ("_duration", "_fixed", "_grid", "_mind", "_person", "_scale", "costs", "most", "said")

    def __init__(
        self,
        scale: LearnedScale,
        mind: Mind,
        person: Person,
        grid: Grid,
        duration: int,
        fixed: ScoredBits,
        cost: Cost,
    ) -> None:
        self._scale, self._mind, self._person, self._grid = scale, mind, person, grid
        self._duration, self._fixed = duration, fixed
        self.costs, self.most = cost
        self.said: int = fixed.said if mind.silent else grid.all

    def at(self, point: int) -> tuple[Availability, list[Reason]]:
        """Tell what the attendee is at a lattice point, and says of it."""
        state, reasons = self._fixed.at(point)
        start = self._grid.at(point)
        return state, [*reasons, *self._scale.learned(self._mind, self._person, start, self._duration)]
