"""The search's ranking by what was learned: the fixed weights, and each attendee's habits beside them."""

from collections.abc import Iterable
from functools import partial

from engine.find.person import Person
from engine.find.person_bits import kept
from engine.find.ranking import POINTS_A_UNIT, Scale, likelihood
from engine.find.scored_bits import FixedScores
from engine.find.start_grid import Grid
from engine.find.weights import UNIT as FIXED_UNIT
from engine.find.weights import FixedWeights
from engine.ids import UserId
from engine.learning.features import AROUND
from engine.learning.mind import Habitual, Mind, everybody, habitual
from engine.learning.model import LearnedModel
from engine.learning.on_grid.around import Around, around
from engine.learning.on_grid.costs import Cost, cost_around, cost_by_clock, cost_by_day
from engine.learning.on_grid.scored_lanes import UNIT, Asking, LearnedLanes
from engine.learning.surroundings import keys_of
from engine.learning.worths import Worths
from engine.model.session import Availability, EventSession, Reason
from engine.time.span import Instant

_FIXED = FixedWeights()
MOST_ASKED = 64
"""Grids, lengths and moments that stay known."""
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
        self._askings: dict[tuple[Grid, int, Instant], Asking] = {}
        self._shared: dict[tuple[str, Asking], Cost] = {}
        self._everybody = everybody(model)

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

    def asking(self, grid: Grid, duration: int, asked: Instant) -> Asking:
        """Give what all are asked, the same as long as it is kept."""
        key = grid, duration, asked
        found = self._askings.get(key)
        if found is None:
            if len(self._askings) >= MOST_ASKED:
                self._askings.clear()
            found = self._askings[key] = Asking(grid, duration, asked)
        return found

    def shared(self, zone: str, asking: Asking) -> Cost:
        """Give what costs the same to all of whom nothing is known alone, worked out once."""
        found = self._shared.get((zone, asking))
        if found is None:
            if len(self._shared) >= MOST_SHARED:
                self._shared.clear()
            found = self._shared[zone, asking] = _cost_to(self._everybody.worths, zone, None, asking)
        return found

    def _habitual(self, user: UserId) -> Habitual:
        """Look somebody up once."""
        found = self._known.get(user)
        if found is None:
            found = self._known[user] = habitual(self.model, user, self._everybody)
        return found


class LearnedScale:
    """What fixed weights and habits say of one request, asked at a moment."""

    unit = UNIT
    no_break = UNIT // FIXED_UNIT * FixedWeights.no_break

    def __init__(self, ranking: LearnedRanking, asked: Instant) -> None:
        self.ranking, self.asked = ranking, asked
        self.points = _FIXED.points

    @property
    def later(self) -> "LearnedScale":
        """Give this scale: habits are told where their words are read."""
        return self

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
        mind = self.ranking.mind(person, required)
        if mind.silent:
            return ()
        said = mind.reasons.by_clock(person, start, end - start, self.asked)
        if not self.ranking.minds_surroundings:
            return said
        return said + mind.reasons.of(keys_of(person, start, end))

    def scored_bits(self, person: Person, required: bool, grid: Grid, duration: int) -> FixedScores:
        """Give what fixed weights say of all feasible lattice points at once."""
        return _FIXED.scored_bits(person, required, grid, duration)

    def scored_lanes(
        self, people: Iterable[tuple[Person, bool]], grid: Grid, duration: int
    ) -> list[LearnedLanes]:
        """Give all that is said of all feasible lattice points, and of cells at least.

        Whole days of waiting end at lattice points, so what was asked since the last of them is the same.
        """
        asking = self.ranking.asking(grid, duration, grid.at_or_after(self.asked))
        found, (optional, required) = [], asking.keys
        for person, must_come in people:
            key = required if must_come else optional
            one: LearnedLanes | None = person.memo.get(key)
            if one is None:
                one = kept(person, key, partial(self._scored_lanes, person, must_come, asking))
            found.append(one)
        return found

    def _scored_lanes(self, person: Person, required: bool, asking: Asking) -> LearnedLanes:
        fixed = self.scored_bits(person, required, asking.grid, asking.duration)
        mind, lies = self.ranking.mind(person, required), None
        if mind.silent:
            return LearnedLanes(mind, person, asking, fixed, None, None)
        if self.ranking.minds_surroundings:
            lies = around(person, asking.grid, asking.duration)
        return LearnedLanes(mind, person, asking, fixed, self._cost(mind, person, lies, asking), lies)

    def _cost(self, mind: Mind, person: Person, lies: Around | None, asking: Asking) -> Cost:
        """Give what their habits cost somebody, whether or not they must come."""
        zone, ranking = person.user.timezone, self.ranking
        if not ranking.is_like_everybody(mind):
            return kept(person, asking.of_habits, lambda: _cost_to(mind.worths, zone, lies, asking))
        shared = ranking.shared(zone, asking)
        if lies is None:
            return shared
        return kept(person, asking.of_habits, lambda: cost_around(mind.worths, lies, shared))

    def chance(self, points: float) -> float:
        """Tell how likely a time is taken, by the installation's own log where that is long enough."""
        calibration, units = self.ranking.model.calibration, points / POINTS_A_UNIT
        if calibration is None:
            return likelihood(units)
        return likelihood(calibration.intercept + calibration.slope * units)


def _cost_to(worths: Worths, zone: str, lies: Around | None, asking: Asking) -> Cost:
    """Give what habits cost, worked out now."""
    found = cost_by_day(worths, asking.by_day(zone), cost_by_clock(worths, asking.by_clock(zone)))
    return found if lies is None else cost_around(worths, lies, found)
