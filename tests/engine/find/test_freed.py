"""Starts between lattice points: whose events end just before them, told by cells."""

import random

from engine.documents.requests import parse_request
from engine.find.attendance import is_back_to_back
from engine.find.bitmaps import on_grid
from engine.find.people import Roster
from engine.find.person_bits import freed_otherwise
from tests.engine.find.requests import at_any_minute


def test_a_start_off_the_lattice_comes_just_after_an_event_unless_somebody_may_be_freed_otherwise() -> None:
    told = besides = 0
    for seed in range(110):
        request = parse_request(at_any_minute(random.Random(seed)), now=0)
        people, required = Roster().people(request), request.session.required_ids
        found = on_grid(request, people)
        for start in found.between() if found is not None else ():
            assert found is not None
            cell = (start - found.grid.origin) // found.grid.stride
            cells = [freed_otherwise(people[user], request.duration, found.grid) for user in required]
            if not found.is_freed_by_people(start) or any(one >> cell & 1 for one in cells):
                besides += 1
                continue
            told += 1
            end = start + request.duration
            assert any(is_back_to_back(people[user], start, end) for user in required), (seed, start)
    assert told > 100
    assert besides > 100
