"""Ranking without history: fixed weights for breaks, meals, odd hours, soft rules and who is missing."""

from engine.find.attendance import BACK_TO_BACK, is_back_to_back, speaks_against
from engine.find.person import Person
from engine.find.person_bits import kept
from engine.find.ranking import OPTIONAL_WEIGHT, POINTS_A_UNIT, likelihood
from engine.find.score_reasons import ABSENT, NO_BREAK, ScoreReason, of_rule, points_at, reason, said_at
from engine.find.scored_bits import FixedScores, fixed_scores
from engine.find.start_grid import Grid
from engine.model.session import Availability, EventSession, Reason
from engine.time.local_time import MINUTES_A_DAY
from engine.time.span import MINUTE, Instant

_WEEK = 7 * MINUTES_A_DAY


UNIT = 2
"""Points are whole, or half for those who may miss it."""


class FixedWeights:
    """The ranking before anything is learned."""

    unit = UNIT
    no_break = -UNIT * NO_BREAK.points
    later = None

    def scale(self, session: EventSession, now: Instant) -> "FixedWeights":
        """Weigh every request alike."""
        return self

    def chance(self, points: float) -> float:
        """Tell how likely a time is taken."""
        return likelihood(points / POINTS_A_UNIT)

    def reasons(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> list[Reason]:
        """Give what one attendee's time says of [start, end)."""
        found = []
        if state is not Availability.FREE:
            found.append(ABSENT[state])
        if not (required and person.buffer >= BACK_TO_BACK) and is_back_to_back(person, start, end):
            found.append(NO_BREAK)
        found += [of_rule(rule) for rule in person.soft if speaks_against(person, rule, start, end)]
        found += _of_clock(person, start, end)
        return [reason(person, required, one) for one in found]

    reasons_at_once = reasons

    def reasons_later(
        self, person: Person, required: bool, start: Instant, end: Instant
    ) -> tuple[Reason, ...]:
        """Say nothing more."""
        return ()

    def points(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> float:
        """Sum the points of the same reasons, without their words."""
        found = 0 if state is Availability.FREE else ABSENT[state].points
        if not (required and person.buffer >= BACK_TO_BACK) and is_back_to_back(person, start, end):
            found += NO_BREAK.points
        for rule in person.soft:
            if speaks_against(person, rule, start, end):
                found += of_rule(rule).points
        minute_of_week = person.local.clock(start) // MINUTE % _WEEK
        found += points_at(minute_of_week, -(-(end - start) // MINUTE), person.hours is None)
        return found if required else found * OPTIONAL_WEIGHT

    def scored_bits(self, person: Person, required: bool, grid: Grid, duration: int) -> FixedScores:
        """Give the same for all feasible lattice points at once."""
        key = (required, duration, *grid)
        found: FixedScores | None = person.memo.get(key)
        if found is None:
            found = kept(person, key, lambda: fixed_scores(person, required, grid, duration))
        return found


def _of_clock(person: Person, start: Instant, end: Instant) -> tuple[ScoreReason, ...]:
    minute_of_week = person.local.clock(start) // MINUTE % _WEEK
    return said_at(minute_of_week, -(-(end - start) // MINUTE), person.hours is None)
