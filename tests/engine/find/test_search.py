"""What the search promises, against a brute force that tests every second."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents.requests import parse_request
from engine.find.answer import BlockCode
from engine.find.barriers import barriers
from engine.find.interval_search import candidates, feasible
from engine.find.people import Roster
from engine.find.person import People
from engine.find.request import BusyEntry, FindRequest
from engine.find.search import bookable, find
from engine.ids import UserId
from engine.model.calendar import BusyStatus
from engine.model.session import Availability, SessionStatus
from engine.model.user import TentativeAs
from engine.time.instant import parse_instant
from engine.time.intervals import holds
from tests.engine.find.bruteforce import Brute
from tests.engine.find.requests import random_request

SEEDS = st.integers(0, 2**32)


def drawn(seed: int) -> tuple[dict[str, Any], FindRequest]:
    document = random_request(random.Random(seed))
    return document, parse_request(document, now=0)


def people(request: FindRequest) -> People:
    return Roster().people(request)


@given(SEEDS)
@settings(max_examples=100, deadline=None)
def test_the_search_finds_what_testing_every_second_finds(seed: int) -> None:
    document, request = drawn(seed)
    assert candidates(request, people(request)) == Brute(document).candidates()


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_one_more_attendee_never_adds_a_feasible_start(seed: int) -> None:
    _, request = drawn(seed)
    if request.session.invitee_ids:
        fewer = replace(request.session, invitee_ids=request.session.invitee_ids[1:])
        among = feasible(replace(request, session=fewer), people(request))
        assert all(
            any(a <= start and end <= b for a, b in among)
            for start, end in feasible(request, people(request))
        )


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_what_is_offered_can_be_booked_and_what_blocks_is_named(seed: int) -> None:
    _, request = drawn(seed)
    answer = find(replace(request, all_starts=True))
    assert all(bookable(request, start) == () for start in answer.starts)
    runs = feasible(request, people(request))
    window = request.starts_window
    rng = random.Random(seed)
    for start in (rng.randrange(window.start - 600, window.end + 600) for _ in range(20)):
        assert (bookable(request, start) == ()) == any(a <= start < b for a, b in runs)


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_one_start_meets_the_barriers_of_the_whole_window(seed: int) -> None:
    _, request = drawn(seed)
    window = request.starts_window
    if window.seconds:
        everything = barriers(request, (window.start, window.end), people(request))
        for start in random.Random(seed).choices(range(window.start, window.end), k=20):
            blamed = {(blocker.code, blocker.user) for blocker in bookable(request, start)}
            assert blamed == {(one.code, one.user) for one in everything if holds(one.starts, start)}


MONDAY = parse_instant("2026-11-16T00:00:00Z")
HOUR = 3600


def two_people(**session: Any) -> FindRequest:
    """Ada and Bo, both free and in UTC, for a Monday."""
    return parse_request(
        {
            "now": "2026-11-16T00:00:00Z",
            "window": {"start": "2026-11-16T00:00:00Z", "end": "2026-11-17T00:00:00Z"},
            "session": {"hostUserId": "ada", "inviteeIds": ["bo"], "duration": 60} | session,
            "users": [{"id": "ada"}, {"id": "bo"}],
            "busy": {"ada": [], "bo": []},
            "all": True,
        },
        now=0,
    )


def with_busy(request: FindRequest, user: str, *entries: BusyEntry) -> FindRequest:
    return replace(request, busy={**request.busy, UserId(user): entries})


def at(hours: float) -> int:
    """Give the instant so many hours into the Monday."""
    return int(MONDAY + hours * HOUR)


def test_a_session_buffer_and_a_persons_buffer_count_by_the_larger() -> None:
    request = with_busy(two_people(bufferTime=30), "bo", BusyEntry(at(10), at(11)))
    assert {blocker.code for blocker in bookable(request, at(11.25))} == {BlockCode.BUFFER}
    assert bookable(request, at(11.5)) == ()


def test_notice_moves_the_earliest_start() -> None:
    answer = find(two_people(minimumNotice=90))
    assert answer.starts[0] == at(1.5)


def test_time_after_the_end_of_knowledge_is_unknown() -> None:
    request = replace(two_people(), known_until={UserId("bo"): at(12)})
    assert find(request).starts[-1] == at(11)
    late = replace(request, now=at(13))
    failure = find(late).failure
    assert failure is not None
    assert (BlockCode.UNKNOWN_CALENDAR, "bo") in {(one.code, one.user) for one in failure.blockers}
    assert [relaxation.code for relaxation in failure.relaxations] == ["optional:bo"]


@pytest.mark.parametrize(
    ("reading", "state", "offered"),
    [
        (TentativeAs.BUSY, Availability.TENTATIVE, False),
        (TentativeAs.SOFT, Availability.TENTATIVE, True),
        (TentativeAs.FREE, Availability.FREE, True),
    ],
)
def test_a_tentative_event_counts_as_its_owner_says(
    reading: TentativeAs, state: Availability, offered: bool
) -> None:
    request = with_busy(two_people(), "bo", BusyEntry(at(0), at(24), status=BusyStatus.TENTATIVE))
    bo = request.users[UserId("bo")]
    changed = replace(bo, default_preferences=replace(bo.default_preferences, tentative_as=reading))
    answer = find(replace(request, users={**request.users, bo.id: changed}))
    assert (answer.status is SessionStatus.PENDING) == offered
    if offered:
        attendee = {one.user: one for one in answer.proposed[0].attendees}[UserId("bo")]
        assert attendee.availability is state
    else:
        assert answer.failure is not None
        assert answer.failure.blockers[0].code is BlockCode.TENTATIVE


def test_a_soft_tentative_event_lowers_the_confidence_by_the_chance_that_its_owner_comes() -> None:
    bo = replace(two_people().users[UserId("bo")].default_preferences, tentative_as=TentativeAs.SOFT)
    request = with_busy(two_people(), "bo", BusyEntry(at(0), at(13), status=BusyStatus.TENTATIVE))
    user = replace(request.users[UserId("bo")], default_preferences=bo)
    best = find(replace(request, users={**request.users, user.id: user})).proposed[0]
    assert best.start >= at(13)


def test_any_k_of_a_group_suffice() -> None:
    document: dict[str, Any] = {
        "now": "2026-11-16T00:00:00Z",
        "window": {"start": "2026-11-16T09:00:00Z", "end": "2026-11-16T12:00:00Z"},
        "step": 60,
        "session": {"hostUserId": "ada", "duration": 60, "groups": [{"anyOf": ["b", "c", "d"], "count": 2}]},
        "users": [{"id": name} for name in ("ada", "b", "c", "d")],
        "busy": {
            "ada": [],
            "b": [["2026-11-16T09:00:00Z", "2026-11-16T10:00:00Z"]],
            "c": [["2026-11-16T09:00:00Z", "2026-11-16T11:00:00Z"]],
            "d": None,
        },
    }
    request = parse_request(document | {"all": True}, now=0)
    answer = find(request)
    assert list(answer.starts) == [at(11)]
    blamed = {(blocker.code, blocker.user) for blocker in bookable(request, at(9))}
    assert blamed == {
        (BlockCode.BUSY, "b"),
        (BlockCode.BUSY, "c"),
        (BlockCode.UNKNOWN_CALENDAR, "d"),
    }


def test_a_window_shorter_than_the_session_says_so() -> None:
    answer = find(two_people(duration=36 * 60))
    assert answer.failure is not None
    assert [blocker.code for blocker in answer.failure.blockers] == [BlockCode.WINDOW_TOO_SHORT]
    assert {relaxation.code for relaxation in answer.failure.relaxations} == {"window", "duration"}


def test_the_window_grows_by_whole_days_only_as_far_as_the_first_that_helps() -> None:
    request = two_people()
    booked = with_busy(request, "bo", BusyEntry(at(0), at(60)))
    failure = find(booked).failure
    assert failure is not None
    window = next(one for one in failure.relaxations if one.code == "window")
    assert (window.change, window.first) == ("Extend search window by 2 days", at(60))


def test_the_duration_shrinks_in_quarters_to_the_longest_that_fits() -> None:
    request = two_people(duration=120)
    booked = with_busy(request, "bo", BusyEntry(at(0), at(10)), BusyEntry(at(11), at(24)))
    failure = find(booked).failure
    assert failure is not None
    duration = next(one for one in failure.relaxations if one.code == "duration")
    assert (duration.change, duration.slots) == ("Reduce meeting duration to 60 minutes", 1)


def test_proposals_spread_over_days_before_they_repeat_one() -> None:
    request = replace(two_people(), window=parse_request_window(3), limit=4)
    days = [(slot.start - MONDAY) // 86400 for slot in find(request).proposed]
    assert sorted(set(days)) == [0, 1, 2]
    assert len(days) == 4


def parse_request_window(days: int) -> Any:
    request = two_people()
    return replace(request.window, end=request.window.start + days * 86400)


def test_labels_stay_with_their_owners() -> None:
    request = with_busy(two_people(), "bo", BusyEntry(at(0), at(24), label="Dentist"))
    assert "Dentist" not in repr(find(request))


def test_the_sessions_own_buffer_can_be_dropped() -> None:
    request = two_people(bufferTime=60)
    booked = with_busy(request, "bo", BusyEntry(at(0), at(11)), BusyEntry(at(12), at(24)))
    failure = find(booked).failure
    assert failure is not None
    helps = {one.code: (one.change, one.slots, one.first) for one in failure.relaxations}
    assert helps["bufferTime"] == ("Drop the session's own buffer", 1, at(11))


@pytest.mark.parametrize(
    ("count", "away", "change"),
    [(2, ("cy",), "Ask for 1 of Cy, Dee"), (1, ("cy", "dee"), "Make Cy, Dee optional")],
    ids=["of two", "of one"],
)
def test_one_fewer_of_a_group_can_be_asked_for(count: int, away: tuple[str, ...], change: str) -> None:
    document = {
        "now": "2026-11-16T00:00:00Z",
        "window": {"start": "2026-11-16T00:00:00Z", "end": "2026-11-17T00:00:00Z"},
        "session": {
            "hostUserId": "ada",
            "duration": 60,
            "groups": [{"anyOf": ["cy", "dee"], "count": count}],
        },
        "users": [{"id": "ada"}, {"id": "cy", "name": "Cy"}, {"id": "dee", "name": "Dee"}],
        "busy": {"ada": [], "cy": [], "dee": []},
    }
    request = parse_request(document, now=0)
    for user in away:
        request = with_busy(request, user, BusyEntry(at(0), at(24)))
    failure = find(request).failure
    assert failure is not None
    helps = {one.code: (one.change, one.slots, one.first) for one in failure.relaxations}
    assert helps["group:0"] == (change, 93, at(0))
