"""What a search keeps of people from one question to the next: as long as nothing of theirs has changed."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.documents.requests import parse_request
from engine.find.backends import Bitmaps, IntervalSearch
from engine.find.people import Roster
from engine.find.request import BusyColumns, BusyEntry, FindRequest
from engine.find.search import bookable, find
from engine.ids import UserId
from engine.model.calendar import BusyStatus
from engine.time.span import DAY, Span
from tests.engine.find.requests import random_request, rich_request, with_soft_sides

HOST = UserId("u0")


def drawn(seed: int) -> FindRequest:
    rng = random.Random(seed)
    return parse_request(with_soft_sides(rng, rich_request(rng)), now=0)


def read_anew(request: FindRequest) -> FindRequest:
    """Give the same request as a store would read it the next time: equal, and made of other objects."""
    users = {name: replace(user) for name, user in request.users.items()}
    busy = {
        name: None if entries is None else tuple(BusyEntry(*entry) for entry in entries)
        for name, entries in request.busy.items()
    }
    return replace(request, users=users, busy=busy, rules=tuple(replace(rule) for rule in request.rules))


def test_people_who_are_read_again_unchanged_are_not_worked_out_again() -> None:
    roster, request = Roster(), drawn(3)
    assert read_anew(request).users[HOST] is not request.users[HOST]
    before, after = roster.people(request), roster.people(read_anew(request))
    assert all(after[user] is before[user] for user in before)


Change = Callable[[FindRequest], FindRequest]


def _busier(request: FindRequest) -> FindRequest:
    start = request.window.start
    taken = *(request.busy[HOST] or ()), BusyEntry(start - DAY, start + 3600)
    return replace(request, busy={**request.busy, HOST: taken})


def _unknown(request: FindRequest) -> FindRequest:
    return replace(request, busy={**request.busy, HOST: None})


def _free(request: FindRequest) -> FindRequest:
    return replace(request, busy={**request.busy, HOST: ()})


def _unsure(request: FindRequest) -> FindRequest:
    taken = (BusyEntry(request.window.start, request.window.end, "", BusyStatus.TENTATIVE),)
    return replace(request, busy={**request.busy, HOST: taken})


def _with_a_buffer(request: FindRequest) -> FindRequest:
    user = request.users[HOST]
    preferences = replace(user.default_preferences, buffer_time=25)
    return replace(request, users={**request.users, HOST: replace(user, default_preferences=preferences)})


def _elsewhere(request: FindRequest) -> FindRequest:
    user = replace(request.users[HOST], timezone="Asia/Kathmandu")
    return replace(request, users={**request.users, HOST: user})


def _without_rules(request: FindRequest) -> FindRequest:
    return replace(request, rules=())


def _later(request: FindRequest) -> FindRequest:
    window = request.window
    return replace(request, window=Span(window.start + 2 * DAY, window.end + 9 * DAY))


def _longer(request: FindRequest) -> FindRequest:
    return replace(request, session=replace(request.session, duration=request.session.duration + 35))


@pytest.mark.parametrize(
    "change",
    [
        _busier,
        _unknown,
        _free,
        _unsure,
        _with_a_buffer,
        _elsewhere,
        _without_rules,
        _later,
        _longer,
    ],
)
def test_whatever_changes_is_seen_by_who_remembers_how_it_was(change: Change) -> None:
    kept = Bitmaps()
    for seed in range(6):
        request = drawn(seed)
        changed = change(request)
        for asked in (request, changed, read_anew(changed), request):
            assert find(asked, kept) == find(asked, IntervalSearch())
            start = asked.window.start
            assert bookable(asked, start, kept.roster) == bookable(asked, start)


def test_who_remembers_few_people_still_answers_for_many() -> None:
    kept = Bitmaps(roster=Roster(most=2))
    for seed in range(12):
        request = parse_request(random_request(random.Random(seed)), now=0)
        assert find(request, kept) == find(request)


def test_what_reaches_far_beyond_the_window_is_kept_and_still_right_for_a_later_one() -> None:
    kept, request = Bitmaps(), drawn(7)
    window = request.window
    away = BusyEntry(window.start - 400 * DAY, window.start + 40 * DAY)
    request = replace(request, busy={**request.busy, HOST: (away, *(request.busy[HOST] or ()))})
    for days in (0, 39, 41, 1, -30):
        moved = Span(window.start + days * DAY, window.end + days * DAY)
        asked = replace(request, window=moved, now=moved.start)
        assert find(asked, kept) == find(asked, IntervalSearch())


@pytest.mark.parametrize("seed", range(20))
def test_entries_that_are_read_in_columns_are_answered_like_single_ones(seed: int) -> None:
    request = drawn(seed)
    start, rng = request.window.start, random.Random(seed)
    taken = [(start + rng.randrange(DAY), rng.choice((0, 1, 59, 600, 3599, 7200))) for _ in range(12)]
    starts, ends = [at for at, _ in taken], [at + seconds for at, seconds in taken]
    in_columns = BusyColumns(starts, ends, ["busy"] * len(taken))
    singly = tuple(BusyEntry(at, end, "busy") for at, end in zip(starts, ends, strict=True))
    assert tuple(in_columns) == singly
    assert len(in_columns) == len(singly)
    one, other = (replace(request, busy={**request.busy, HOST: busy}) for busy in (in_columns, singly))
    assert find(one, Bitmaps()) == find(other, Bitmaps())


def test_plain_entries_of_a_document_are_read_in_columns() -> None:
    rows = [["2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z", "busy"]] * 2
    request = {"session": {"hostUserId": "u0", "duration": 30}, "users": [{"id": "u0"}], "busy": {"u0": rows}}
    plain = parse_request(request, now=0).busy[HOST]
    unlike = parse_request({**request, "busy": {"u0": [rows[0], rows[1][:2]]}}, now=0).busy[HOST]
    assert isinstance(plain, BusyColumns)
    assert isinstance(unlike, tuple)
    assert [entry[:2] for entry in plain] == [entry[:2] for entry in unlike]
