"""Starts off the lattice with a model: none costs less than its cell promises; answers are the sweep's."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from engine.documents.answers import answer_document
from engine.documents.requests import parse_request
from engine.find.backends import Bitmaps, IntervalSearch
from engine.find.bitmaps import on_grid
from engine.find.lanes import number_at
from engine.find.people import Roster
from engine.find.ranking import ScoredLanes
from engine.find.request import FindRequest
from engine.find.search import find
from engine.find.start_grid import Grid, positions
from engine.ids import UserId
from engine.learning.features import BY_CLOCK, Feature, Key
from engine.learning.model import LearnedModel, Weight
from engine.learning.ranking import LearnedRanking, LearnedScale
from engine.time.instant import parse_instant
from engine.time.span import MINUTE, Instant
from tests.engine.find.requests import at_any_minute
from tests.engine.learning.test_learned_ranking import poisoned

TWO_DAYS = {
    "now": "2026-11-16T00:00:00Z",
    "window": {"start": "2026-11-16T00:00:00Z", "end": "2026-11-18T00:00:00Z"},
    "limit": 1,
    "session": {"hostUserId": "ada", "inviteeIds": [], "duration": 30},
    "users": [{"id": "ada", "defaultPreferences": {"bufferTime": 5}}],
}


def models(seed: int) -> LearnedModel:
    """Give a model of many lessons, of points small or as large as they may be, of few, or of none at all."""
    kind, found = seed % 4, poisoned(seed, 60.0 if seed % 8 == 3 else 6.0)
    if kind == 0:
        return LearnedModel(fitted=0, sessions=1, population={(Feature.HOUR, "10"): Weight(0.25, 1, 2)})
    if kind == 1:
        few = {key: Weight(weight.points, 1, 2) for key, weight in list(found.population.items())[:4]}
        return replace(found, population=few, people={})
    return found


def asked(seed: int) -> FindRequest:
    request = parse_request(at_any_minute(random.Random(seed)), now=0)
    return replace(request, ranking=LearnedRanking(models(seed), discreet=seed % 3 == 0))


def compared(seeds: range) -> int:
    """Hold the bitmaps to the sweep, people new or known; count proposals off the lattice."""
    off_lattice = 0
    for seed in seeds:
        request, kept = asked(seed), Bitmaps()
        swept = find(request, IntervalSearch())
        told = json.dumps(answer_document(swept))
        assert [json.dumps(answer_document(find(request, kept))) for _ in range(2)] == [told, told], seed
        grid = request.grid
        if grid is not None:
            off_lattice += sum((slot.start - grid.origin) % grid.stride > 0 for slot in swept.proposed)
    return off_lattice


@pytest.mark.parametrize("batch", range(4))
def test_events_at_any_minute_are_answered_as_the_sweep_does_to_the_last_word(batch: int) -> None:
    assert compared(range(batch * 40, (batch + 1) * 40)) > 5


@pytest.mark.long
@pytest.mark.simulate
@pytest.mark.parametrize("batch", range(20))
def test_thousands_of_events_at_any_minute_are_answered_as_the_sweep_does(batch: int) -> None:
    assert compared(range(10_000 + batch * 100, 10_000 + (batch + 1) * 100)) > 15


def told(seed: int) -> Iterator[tuple[FindRequest, Grid, ScoredLanes]]:
    """Give what each attendee says of lattice points and cells."""
    request = asked(seed)
    assert request.ranking is not None
    grid, scale = request.grid, request.ranking.scale(request.session, request.now).later
    if grid is not None and scale is not None:
        for user, person in Roster().people(request).items():
            required = user in request.session.required_ids
            yield request, grid, scale.scored_lanes([(person, required)], grid, request.duration)[0]


def test_each_feasible_point_costs_what_its_start_costs() -> None:
    for seed in range(40):
        for request, grid, one in told(seed):
            found = on_grid(request, Roster().people(request))
            assert found is not None
            for point in positions(found.points)[::5]:
                start = grid.at(point)
                lost = one.cost_at_once(start) + one.cost_later(start, request.now)
                assert number_at(one.costs, point) == lost, (seed, point)


def test_something_is_said_later_of_just_those_points_of_which_there_are_reasons() -> None:
    for seed in range(40):
        for _, grid, one in told(seed):
            for point in range(0, grid.size, 5):
                assert one.speaks_later(point) is bool(one.later(point)), (seed, point)


def test_no_start_costs_less_than_its_cell_promises() -> None:
    for seed in range(40):
        rng = random.Random(seed)
        for request, grid, one in told(seed):
            for cell in [*rng.sample(range(grid.size - 1), 40), *midnights(request, grid)]:
                start = grid.at(cell) + rng.randrange(MINUTE, max(grid.stride, MINUTE + 1))
                assert number_at(one.cells, cell) <= one.cost_later(start, request.now), (seed, start)


def midnights(request: FindRequest, grid: Grid) -> list[int]:
    """Give cells that end one day of somebody, each ten times."""
    clocks = [person.local for person in Roster().people(request).values()]
    days = [[clock.day(grid.at(cell)) for cell in range(grid.size)] for clock in clocks]
    ends = {cell for each in days for cell in range(grid.size - 1) if each[cell] != each[cell + 1]}
    return [*ends] * 10


def test_the_last_cell_of_a_day_promises_nothing_of_the_next_days_events() -> None:
    begun = [f"2026-11-16T{time}Z" for time in ("08:00:00", "10:00:00", "12:00:00", "23:20:00")]
    ended = [f"2026-11-16T{time}Z" for time in ("08:30:00", "10:30:00", "12:30:00", "23:52:00")]
    again = [[f"2026-11-17T{hour}:00:00Z", f"2026-11-17T{hour}:10:00Z"] for hour in ("00", "08", "10", "12")]
    busy = [*map(list, zip(begun, ended, strict=True)), *again]
    request = parse_request({**TWO_DAYS, "busy": {"ada": busy}}, now=0)
    lessons = {(Feature.EDGE, "last"): Weight(10.0, 1, 2), (Feature.HOUR, "03"): Weight(1.0, 1, 2)}
    ranking = LearnedRanking(LearnedModel(fitted=0, sessions=1, population=lessons))
    (ada,), grid = Roster().people(request).values(), request.grid
    assert grid is not None
    scale = LearnedScale(ranking, request.now)
    one, start = scale.scored_lanes([(ada, True)], grid, 1800)[0], parse_instant("2026-11-16T23:55:00Z")
    assert number_at(one.cells, (start - grid.origin) // grid.stride) <= one.cost_later(start, request.now)


def test_cells_promise_what_their_starts_cost_by_the_clock() -> None:
    """Where nothing lies around them and no wait ends: else a search would look at each of them."""
    lessons = {key: weight for key, weight in poisoned(2, 6.0).population.items() if key[0] in BY_CLOCK}
    document = at_any_minute(random.Random(1))
    document["users"] = [user | {"timezone": "Europe/Berlin"} for user in document["users"]]
    document |= {"step": 15, "session": document["session"] | {"duration": 30}}
    request = parse_request(document, now=0)
    ranking = LearnedRanking(LearnedModel(fitted=0, sessions=1, population=lessons))
    grid, scale = request.grid, LearnedScale(ranking, request.now)
    assert grid is not None
    person = Roster().people(request)[UserId("u0")]
    one = scale.scored_lanes([(person, True)], grid, request.duration)[0]
    for cell in range(1, grid.size - 1):
        start = grid.at(cell) + 7 * MINUTE
        assert number_at(one.cells, cell) == one.cost_later(start, request.now), start


def best(free: tuple[str, str], lessons: dict[Key, float]) -> Instant:
    """Give the best start where a Monday has one time for it, and a Tuesday is free from 10:30 on."""
    busy = [["2026-11-16T00:00:00Z", free[0]], [free[1], "2026-11-17T10:25:00Z"]]
    weights = {key: Weight(points, 1, 2) for key, points in lessons.items()}
    ranking = LearnedRanking(LearnedModel(fitted=0, sessions=1, population=weights))
    request = replace(parse_request({**TWO_DAYS, "busy": {"ada": busy}}, now=0), ranking=ranking)
    found, swept = (find(request, one).proposed[0].start for one in (Bitmaps(), IntervalSearch()))
    assert found == swept
    return found


def test_the_earlier_of_two_equally_good_starts_is_proposed_though_it_is_off_the_lattice() -> None:
    nothing_of_these = {(Feature.HOUR, "03"): 0.25}
    found = best(("2026-11-16T09:01:00Z", "2026-11-16T09:45:00Z"), nothing_of_these)
    assert found == parse_instant("2026-11-16T09:06:00Z")


def test_half_a_minute_past_the_hour_a_clock_shows_the_hour() -> None:
    on_the_hour = {(Feature.START, "hour"): 10.0, (Feature.START, "odd"): -10.0}
    found = best(("2026-11-16T08:55:30Z", "2026-11-16T09:39:00Z"), on_the_hour)
    assert found == parse_instant("2026-11-16T09:00:30Z")
