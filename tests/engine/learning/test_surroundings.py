"""What lies around a time: said of one start as of all lattice points, on every clock."""

import random
from dataclasses import replace

import pytest

from engine.documents.requests import parse_request
from engine.find.people import Roster
from engine.learning.features import Feature
from engine.learning.on_grid.around import around
from engine.learning.surroundings import keys_around, keys_of
from engine.time.instant import parse_instant
from tests.engine.find.requests import random_request, rich_request

SEEDS = [seed for seed in range(13) if seed != 10]
"""Requests whose lattice is a single row."""


@pytest.mark.parametrize("seed", SEEDS)
def test_each_lattice_point_lies_where_its_start_is_said_to_lie(seed: int) -> None:
    rng = random.Random(seed)
    request = parse_request(rich_request(rng) if seed % 2 else random_request(rng), now=0)
    grid = request.grid
    assert grid is not None
    people = [one for one in Roster().people(request).values() if one.known_until is not None]
    for person in people:
        lies = around(person, grid, request.duration)
        assert lies is not None
        for point in range(0, grid.size, 3):
            start = grid.at(point)
            found = keys_of(person, start, start + request.duration)
            assert keys_around(lies.at(point)) == found, (person.id, point)


AROUND = [
    ("2026-11-16T07:00:00Z", "wide", "first", "few"),
    ("2026-11-16T08:56:00Z", "none", "between", "few"),
    ("2026-11-16T09:40:00Z", "short", "between", "few"),
    ("2026-11-16T11:00:00Z", "none", "last", "few"),
    ("2026-11-16T23:30:00Z", "wide", "first", "many"),
    ("2026-11-17T10:32:00Z", "none", "between", "many"),
    ("2026-11-18T10:00:00Z", "wide", "only", "0"),
]
DAYS = {
    "now": "2026-11-16T00:00:00Z",
    "window": {"start": "2026-11-16T00:00:00Z", "end": "2026-11-20T00:00:00Z"},
    "session": {"title": "Sync", "hostUserId": "ada", "inviteeIds": ["bo"], "duration": 30},
    "users": [{"id": "ada"}, {"id": "bo", "timezone": "Europe/Berlin"}],
    "busy": {
        "ada": [],
        "bo": [
            ["2026-11-16T08:30:00Z", "2026-11-16T08:55:00Z", "Stand-up"],
            ["2026-11-16T10:30:00Z", "2026-11-16T11:00:00Z", "Lunch"],
            *(
                [f"2026-11-17T{hour}:00:00Z", f"2026-11-17T{hour}:30:00Z", "Call"]
                for hour in ("09", "10", "12", "13")
            ),
        ],
    },
}


@pytest.mark.parametrize(("start", "gap", "edge", "load"), AROUND)
def test_a_start_is_told_by_its_local_day(start: str, gap: str, edge: str, load: str) -> None:
    request = parse_request(DAYS, now=0)
    person = Roster().person(request, request.session.invitee_ids[0])
    at = parse_instant(start)
    found = keys_of(person, at, at + request.duration)
    assert found == ((Feature.GAP, gap), (Feature.EDGE, edge), (Feature.LOAD, load))


def test_nothing_is_told_of_a_calendar_that_is_unknown() -> None:
    request = parse_request(DAYS, now=0)
    unknown = replace(request, busy={**request.busy, request.session.invitee_ids[0]: None})
    person = Roster().person(unknown, request.session.invitee_ids[0])
    grid = request.grid
    assert grid is not None
    assert keys_of(person, request.now, request.now + 1800) == ()
    assert around(person, grid, 1800) is None
