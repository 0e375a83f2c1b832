"""What a store is filled with to be tried: F1's five scenarios, and every offer is a true one."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from engine.documents.sessions import parse_session, session_document
from engine.documents.users import parse_user, user_document
from engine.ids import UserId
from engine.model.history import Outcome
from engine.model.session import EventSession, SessionStatus
from engine.sessions.seed import Seed, seed
from engine.time.instant import parse_instant

MOMENTS = [
    "2026-11-27T02:30:00Z",  # a Friday
    "2026-11-28T12:00:00Z",  # a Saturday
    "2026-12-25T08:00:00Z",
    "2026-03-08T06:59:59Z",  # a minute before New York's clocks go forward
    "2026-10-25T01:00:00Z",  # Berlin's go back
    "2028-02-29T23:59:59Z",
]


def seeded(at: str = MOMENTS[0]) -> Seed:
    return seed(parse_instant(at))


def session(found: Seed, title: str) -> EventSession:
    return next(one for one in found.sessions if title in one.title)


@pytest.mark.parametrize("at", MOMENTS)
def test_each_scenario_stands_as_f1_says_whenever_it_is_made(at: str) -> None:
    found, now = seeded(at), parse_instant(at)
    coffee, team, board, review = (session(found, each) for each in ("Coffee", "Team", "Board", "review"))
    assert (coffee.status, len(coffee.proposed_times)) == (SessionStatus.SCHEDULED, 3)
    assert coffee.final_time in coffee.proposed_times
    assert (team.status, len(team.required_ids), len(team.proposed_times)) == (SessionStatus.PENDING, 4, 3)
    assert len({user.timezone for user in found.users if user.id in team.attendee_ids}) == 4
    assert board.status is SessionStatus.FAILED
    assert board.metadata["failureReason"] == "No mutual availability in next 7 days"
    assert board.metadata["suggestions"]
    assert (review.status, len(review.proposed_times)) == (SessionStatus.PENDING, 3)
    assert [one.what for one in review.record.history] == ["rescheduled"]
    assert all(slot.start >= now for one in (team, review) for slot in one.proposed_times)
    assert all(one.expires_at > now for one in (team, review))


@pytest.mark.parametrize("at", MOMENTS)
def test_everything_is_a_document_that_is_read_again(at: str) -> None:
    found = seeded(at)
    assert [parse_session(session_document(one)) for one in found.sessions] == list(found.sessions)
    assert [parse_user(user_document(one)) for one in found.users] == list(found.users)


def test_whoever_speaks_speaks_in_a_session_that_is_there_and_after_it_was_asked_for() -> None:
    found = seeded()
    created = {one.id: one.created_at for one in found.sessions}
    assert {one.session_id for one in found.messages} == set(created)
    assert all(
        created[one.session_id] <= one.timestamp <= parse_instant(MOMENTS[0]) for one in found.messages
    )
    assert len({one.id for one in found.messages}) == len(found.messages)


def test_her_past_has_the_habits_that_are_to_be_learnt() -> None:
    hers = [one for one in seeded().past if str(one.session_id).startswith("seed-past")]
    zone = ZoneInfo("America/New_York")
    starts = [
        datetime.fromtimestamp(parse_instant(one.selected_slot["start"]), zone)
        for one in hers
        if one.selected_slot
    ]
    assert len(starts) > 20
    days, hours = Counter(at.weekday() for at in starts), Counter(at.hour for at in starts)
    assert days[1] / len(starts) >= 0.8
    assert hours[14] / len(starts) >= 0.9
    assert all(at < datetime.fromtimestamp(parse_instant(MOMENTS[0]), zone) for at in starts)


def test_each_end_is_counted() -> None:
    found = seeded()
    ends = {one.session_id: one for one in found.past}
    assert ends[session(found, "Coffee").id].outcome is Outcome.SCHEDULED
    assert ends[session(found, "Coffee").id].time_to_schedule == 8
    assert ends[session(found, "Coffee").id].num_messages == 4
    assert ends[session(found, "Board").id].outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("id_", "email"), [("alice", "a@example.org"), ("a1", "alice@example.com"), ("a1", "ALICE@Example.com")]
)
def test_whoever_is_known_plays_their_part(id_: str, email: str) -> None:
    now = parse_instant(MOMENTS[0])
    known = replace(seeded().users[0], id=UserId(id_), email=email, name="Alice Marlow")
    found = seed(now, [known])
    assert known in found.users
    assert session(found, "Coffee").host_user_id == id_
    assert len(found.users) == 5


def test_another_with_none_of_these_names_plays_none() -> None:
    other = replace(seeded().users[0], id=UserId("zoe"), email="zoe@example.com")
    assert other not in seed(parse_instant(MOMENTS[0]), [other]).users
