"""Changes whose effect on the answer is known beforehand, and rankings that try to break the rules."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.documents.requests import parse_request
from engine.find import lanes
from engine.find.attendance import availability_when_feasible
from engine.find.backends import Backend, Bitmaps, IntervalSearch
from engine.find.bitmaps import on_grid
from engine.find.bitplanes import Bitplanes, smallest, smallest_worst, total, weighted
from engine.find.interval_search import feasible
from engine.find.lanes import Lanes, marked
from engine.find.people import Roster
from engine.find.person import Person
from engine.find.ranking import ScoredBits, ScoredLanes, likelihood
from engine.find.request import BusyEntry, FindRequest
from engine.find.search import bookable, find
from engine.find.start_grid import Grid, positions
from engine.find.weights import FixedWeights
from engine.model.session import Availability, EventSession, Reason
from engine.time.span import HOUR, Instant, Span
from tests.engine.find.requests import random_request, rich_request, with_soft_sides

SEEDS = st.integers(0, 2**32)
BACKENDS = pytest.mark.parametrize("backend", [IntervalSearch, Bitmaps])
EXAMPLES = settings(max_examples=40, deadline=None)


def drawn(seed: int, *, rich: bool = False) -> FindRequest:
    rng = random.Random(seed)
    document = with_soft_sides(rng, rich_request(rng)) if rich else random_request(rng)
    return parse_request(document, now=0)


def in_utc(request: FindRequest) -> FindRequest:
    users = {user: replace(one, timezone="UTC") for user, one in request.users.items()}
    return replace(request, users=users)


@BACKENDS
@given(SEEDS)
@EXAMPLES
def test_shifting_everything_by_whole_weeks_shifts_the_answer(backend: type[Backend], seed: int) -> None:
    by = 7 * 24 * HOUR * random.Random(seed).randint(1, 60)
    request = in_utc(drawn(seed))
    session = replace(request.session, constraints=replace(request.session.constraints, exclude_dates=()))
    request = replace(request, session=session)
    shifted = replace(
        request,
        now=request.now + by,
        window=Span(request.window.start + by, request.window.end + by),
        busy={
            user: None
            if entries is None
            else tuple(one._replace(start=one.start + by, end=one.end + by) for one in entries)
            for user, entries in request.busy.items()
        },
    )
    assert [start + by for start in backend().candidates(request)] == list(backend().candidates(shifted))


@BACKENDS
@given(SEEDS)
@EXAMPLES
def test_the_order_of_attendees_and_entries_does_not_matter(backend: type[Backend], seed: int) -> None:
    request, rng = drawn(seed), random.Random(seed)
    invitees = list(request.session.invitee_ids)
    rng.shuffle(invitees)
    busy = {
        user: None if entries is None else tuple(rng.sample(tuple(entries), len(entries)))
        for user, entries in request.busy.items()
    }
    changed = replace(request, session=replace(request.session, invitee_ids=tuple(invitees)), busy=busy)
    assert list(backend().candidates(request)) == list(backend().candidates(changed))


@BACKENDS
@given(SEEDS)
@EXAMPLES
def test_splitting_a_block_in_two_that_touch_changes_nothing(backend: type[Backend], seed: int) -> None:
    request = drawn(seed)
    busy = {user: tuple(_split(entries or ())) for user, entries in request.busy.items()}
    assert find(request, backend()) == find(replace(request, busy=busy), backend())


def _split(entries: Iterable[BusyEntry]) -> Iterable[BusyEntry]:
    for entry in entries:
        middle = (entry.start + entry.end) // 2
        yield entry._replace(end=middle)
        yield entry._replace(start=middle)


@given(SEEDS)
@EXAMPLES
def test_one_block_less_only_adds_feasible_starts(seed: int) -> None:
    request = drawn(seed)
    busy = {user: tuple(entries or ())[1:] for user, entries in request.busy.items()}
    fewer = replace(request, busy=busy)
    among = feasible(fewer, Roster().people(fewer))
    runs = feasible(request, Roster().people(request))
    assert all(any(a <= start and end <= b for a, b in among) for start, end in runs)


class Contrary:
    """A ranking at its worst: it dislikes times at random, and people without reason."""

    lowest, highest = -800, 1

    unit = 2
    no_break = 0

    def __init__(self, seed: int) -> None:
        self.seed = seed

    @property
    def later(self) -> "ContraryLater | None":
        return None

    def scale(self, session: EventSession, now: Instant) -> "Contrary":
        return self

    def chance(self, points: float) -> float:
        return likelihood(points / 40)

    def _points(self, person: Person, start: Instant) -> int:
        return random.Random(f"{self.seed} {person.id} {start}").randrange(self.lowest, self.highest)

    def reasons(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> Sequence[Reason]:
        return [Reason("whim", person.id, self._points(person, start), "a whim")]

    def reasons_at_once(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> Sequence[Reason]:
        return self.reasons(person, required, state, start, end)

    def reasons_later(self, person: Person, required: bool, start: Instant, end: Instant) -> Sequence[Reason]:
        return []

    def points(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> float:
        return self._points(person, start)

    def scored_bits(self, person: Person, required: bool, grid: Grid, duration: int) -> ScoredBits:
        return Whims(self, person, required, grid, duration)


class ContraryLater(Contrary):
    """A learned one: it says all that it says later, and likes times as it dislikes them."""

    lowest, highest = -400, 400

    @property
    def later(self) -> "ContraryLater":
        return self

    def reasons_at_once(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> Sequence[Reason]:
        return []

    def reasons_later(self, person: Person, required: bool, start: Instant, end: Instant) -> Sequence[Reason]:
        return self.reasons(person, required, Availability.FREE, start, end)

    def points(
        self, person: Person, required: bool, state: Availability, start: Instant, end: Instant
    ) -> float:
        return 0

    def scored_lanes(
        self, people: Iterable[tuple[Person, bool]], grid: Grid, duration: int
    ) -> Sequence[ScoredLanes]:
        return [LaterWhims(Whims(self, person, required, grid, duration)) for person, required in people]


class ContraryBeyondLanes(ContraryLater):
    """The same with points that no lane holds."""

    lowest, highest = -40_000, 400


@dataclass(frozen=True)
class Whims:
    """What the contrary ranking says of a grid."""

    ranking: Contrary
    person: Person
    required: bool
    grid: Grid
    duration: int

    @property
    def costs(self) -> Bitplanes:
        points = enumerate(map(self.points_at, map(self.grid.at, range(self.grid.size))))
        return total(weighted(1 << point, int(-2 * said)) for point, said in points)

    @property
    def said(self) -> int:
        return self.grid.all

    def at(self, point: int) -> tuple[Availability, Sequence[Reason]]:
        start = self.grid.at(point)
        end = start + self.duration
        state = availability_when_feasible(self.person, self.required, start, end)
        return state, self.ranking.reasons_at_once(self.person, self.required, state, start, end)

    def points_at(self, start: Instant) -> float:
        end = start + self.duration
        said = self.ranking.reasons(self.person, self.required, Availability.FREE, start, end)
        return sum(one.points for one in said)


@dataclass(frozen=True)
class LaterWhims:
    """The same where all of it is said later, and may speak for a time."""

    whims: Whims

    @property
    def costs(self) -> Lanes:
        lost = [self._lost(self.whims.grid.at(point)) for point in range(self.whims.grid.size)]
        packed, _ = lanes.total(marked(1 << point, one) for point, one in enumerate(lost))
        return packed, max(lost)

    @property
    def cells(self) -> Lanes:
        return lanes.NOTHING

    @property
    def most(self) -> int:
        return 800 + len(self.whims.person.id)

    @property
    def said(self) -> int:
        return self.whims.said

    def at(self, point: int) -> tuple[Availability, Sequence[Reason]]:
        return self.whims.at(point)

    def later(self, point: int) -> Sequence[Reason]:
        one, start = self.whims, self.whims.grid.at(point)
        return one.ranking.reasons_later(one.person, one.required, start, start + one.duration)

    def speaks_later(self, point: int) -> bool:
        return True

    def cost_at_once(self, start: Instant) -> int:
        one, end = self.whims, start + self.whims.duration
        state = availability_when_feasible(one.person, one.required, start, end)
        return int(state is not Availability.FREE)

    def cost_later(self, start: Instant, now: Instant) -> int:
        return self._lost(start) - self.cost_at_once(start)

    def _lost(self, start: Instant) -> int:
        return self.most - int(2 * self.whims.points_at(start))


@pytest.mark.parametrize("kind", [Contrary, ContraryLater, ContraryBeyondLanes])
@given(SEEDS)
@settings(max_examples=15, deadline=None)
def test_no_learned_weight_ever_offers_what_a_hard_rule_forbids(kind: type[Contrary], seed: int) -> None:
    request, ranking = drawn(seed, rich=True), kind(seed)
    quick, swept = find(request, Bitmaps(ranking)), find(request, IntervalSearch(ranking))
    allowed = set(IntervalSearch().candidates(request))
    assert {slot.start for slot in quick.proposed} <= allowed
    assert all(bookable(request, slot.start) == () for slot in quick.proposed)
    assert quick == swept


@given(SEEDS)
@EXAMPLES
def test_soft_rules_and_preferences_change_no_candidate(seed: int) -> None:
    request = drawn(seed, rich=True)
    hard_only = replace(request, rules=tuple(rule for rule in request.rules if rule.level.value == "hard"))
    assert Bitmaps().candidates(request) == Bitmaps().candidates(hard_only)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_what_is_said_and_costs_on_the_grid_is_what_is_said_of_each_start(seed: int) -> None:
    request = drawn(seed, rich=True)
    people = Roster().people(request)
    found = on_grid(request, people)
    assume(found is not None)
    assert found is not None
    weights, duration = FixedWeights(), request.duration
    for user, person in people.items():
        required = user in request.session.required_ids
        scored_bits = weights.scored_bits(person, required, found.grid, duration)
        for point in list(positions(found.points))[:20]:
            start, end = found.grid.at(point), found.grid.at(point) + duration
            state = availability_when_feasible(person, required, start, end)
            reasons = weights.reasons(person, required, state, start, end)
            assert scored_bits.at(point) == (state, reasons)
            assert bool(scored_bits.said >> point & 1) is bool(reasons)
            cost = sum((plane >> point & 1) << bit for bit, plane in enumerate(scored_bits.costs))
            assert cost == -2 * sum(one.points for one in reasons)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_points_sum_to_the_score_and_confidence_falls(seed: int) -> None:
    slots = find(replace(drawn(seed, rich=True), limit=12)).proposed
    assert all(abs(sum(one.points for one in slot.reasons) - slot.score) < 1e-9 for slot in slots)
    assert [slot.confidence for slot in slots] == sorted((slot.confidence for slot in slots), reverse=True)
    assert all(0 <= slot.confidence <= 1 for slot in slots)


NUMBERS = st.lists(st.lists(st.integers(0, 200), min_size=12, max_size=12), min_size=1, max_size=5)


def planes_of(numbers: Sequence[int]) -> Bitplanes:
    return total(weighted(1 << point, number) for point, number in enumerate(numbers))


@given(NUMBERS, st.integers(1, 4095))
def test_planes_add_and_find_the_smallest_as_numbers_do(rows: list[list[int]], points: int) -> None:
    places = list(positions(points))
    sums = [sum(column) for column in zip(*rows, strict=True)]
    added_up = total(planes_of(row) for row in rows)
    least = min(sums[place] for place in places)
    assert smallest(points, added_up) == (sum(1 << place for place in places if sums[place] == least), least)
    worst = [max(column) for column in zip(*rows, strict=True)]
    fairest = min(worst[place] for place in places)
    expected = sum(1 << place for place in places if worst[place] == fairest)
    assert smallest_worst(points, [planes_of(row) for row in rows]) == expected


def any_document() -> dict[str, Any]:
    return random_request(random.Random(0))


def test_equal_requests_get_equal_answers() -> None:
    assert find(parse_request(any_document(), now=0)) == find(parse_request(any_document(), now=0))
