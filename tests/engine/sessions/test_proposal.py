"""What becomes of a pending session once its search has an answer."""

from dataclasses import replace

import pytest

from engine.availability.evidence import Gap, Known
from engine.find.answer import Failure, FindAnswer
from engine.ids import SessionId, UserId
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.sessions import proposal
from engine.time.span import DAY, HOUR

NOW = 1_800_000_000
A, B = UserId("a"), UserId("b")
SESSION = EventSession(
    id=SessionId("s"),
    host_user_id=A,
    invitee_ids=(B,),
    title="lunch",
    duration=60,
    created_at=NOW,
    expires_at=NOW + 7 * DAY,
)
SLOTS = (
    TimeSlot(start=NOW + DAY, end=NOW + DAY + HOUR),
    TimeSlot(start=NOW + HOUR, end=NOW + 2 * HOUR, confidence=0.5),
)
FOUND = FindAnswer(SessionStatus.PENDING, SLOTS)
KNOWN = Known(user=A, taken=(), until=NOW + 60 * DAY)
UNKNOWN = Known(
    user=B, taken=None, until=NOW + DAY, gaps=(Gap(source="b/.", why="it is away", user_unknown=True),)
)
NOTHING = FindAnswer(
    SessionStatus.FAILED,
    (),
    failure=Failure("No mutual availability in next 7 days", ("Extend search window",), (), ()),
)


def test_acceptance_37_the_announcement_has_the_true_number_and_the_timeframe() -> None:
    told = replace(SESSION, metadata={"extractedEntities": {"timeframe": "next Tuesday"}})
    assert proposal.announcement(told, 3) == "I found 3 options for lunch next Tuesday"
    assert proposal.announcement(SESSION, 1) == "I found 1 option for lunch"


@pytest.mark.parametrize(
    ("timeframe", "told"),
    [
        ("next\r\nTuesday", " next Tuesday"),
        ("\u202eyadseuT\x1b[31m", " yadseuT[31m"),
        ("\x00\u2066", ""),
        ("  ", ""),
        ({"start": "2025"}, ""),
        (["Tuesday"] * 1000, ""),
        (12, ""),
        (True, ""),
        ("x" * 900_000, f" {'x' * 99}…"),
    ],
)
def test_an_apps_word_for_when_is_a_short_line_or_nothing(timeframe: object, told: str) -> None:
    session = replace(SESSION, metadata={"extractedEntities": {"timeframe": timeframe}})
    assert proposal.announcement(session, 3) == f"I found 3 options for lunch{told}"


def test_found_times_are_proposed_and_looked_at_again_when_the_first_has_gone_by() -> None:
    outcome = proposal.conclude(SESSION, FOUND, True, NOW)
    assert outcome.session.proposed_times == SLOTS
    assert outcome.says == "I found 2 options for lunch"
    assert outcome.look_again == NOW + HOUR + 1


def test_the_same_times_again_are_not_announced_twice() -> None:
    proposed = proposal.conclude(SESSION, FOUND, True, NOW).session
    assert proposal.conclude(proposed, FOUND, True, NOW).says is None
    assert proposal.keep(proposed).session == proposed


def test_a_session_whose_people_are_known_fails_with_what_would_help() -> None:
    outcome = proposal.conclude(SESSION, NOTHING, True, NOW)
    assert outcome.session.status is SessionStatus.FAILED
    assert outcome.session.metadata["suggestions"] == ["Extend search window"]
    assert outcome.says == "No availability found. Try these alternatives: Extend search window"


def test_what_lies_beyond_the_horizon_is_no_failure() -> None:
    assert proposal.conclude(SESSION, NOTHING, False, NOW).session.status is SessionStatus.PENDING


def test_a_session_waits_for_whom_nobody_can_see_and_says_so_once() -> None:
    waiting = proposal.waiting_for(SESSION, {A: KNOWN, B: UNKNOWN})
    assert waiting == {"b": "b/.: it is away"}
    first = proposal.wait(replace(SESSION, proposed_times=SLOTS), waiting)
    assert first.session.status is SessionStatus.PENDING
    assert first.session.proposed_times == ()
    assert first.says is not None
    assert proposal.wait(first.session, waiting).says is None
    assert not proposal.conclude(first.session, FOUND, True, NOW).session.record.waiting_for


def test_a_search_reaches_no_further_than_what_is_known_of_those_who_must_come() -> None:
    near = replace(KNOWN, user=B, until=NOW + 3 * DAY)
    request = proposal.request_for(SESSION, {}, {A: KNOWN, B: near}, NOW)
    assert (request.window.start, request.window.end) == (NOW, NOW + 3 * DAY)
