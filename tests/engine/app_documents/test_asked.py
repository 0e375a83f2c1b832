"""What an app asks for by having changed fields of a session."""

from dataclasses import replace
from functools import reduce

import pytest

from engine.app_documents.asked import as_created, commands
from engine.app_documents.fields import digests
from engine.documents.app_documents import app_document, parse_app_document
from engine.errors import InputError
from engine.ids import UserId
from engine.model.app_document import AppDocument, session_place
from engine.model.session import Answer, EventSession, Response, SessionStatus, TimeSlot
from engine.model.session_metadata import OURS as OUR_KEYS
from engine.model.session_record import Reopening, SessionRecord
from engine.sessions.state_machine import Confirm
from engine.time.span import HOUR
from tests.contracts.stores.samples import ALICE, BOB, NOON, session

SLOTS = tuple(TimeSlot(start=NOON + hours * HOUR, end=NOON + (hours + 1) * HOUR) for hours in (1, 3))
OURS = replace(session(), proposed_times=SLOTS)
KNOWN = AppDocument(place=session_place(OURS.id), known=digests(app_document(OURS)))


def asked(theirs: EventSession, *fields: str, confirm: Confirm = Confirm.HOST) -> EventSession:
    """Give the session as it stands once all is done that an app asked for."""
    todo = commands(KNOWN, theirs, fields, now=NOON, confirm=confirm)
    return reduce(lambda one, command: command(one), todo, OURS)


def test_a_final_time_is_the_hosts_yes() -> None:
    theirs = replace(OURS, final_time=SLOTS[1])
    assert asked(theirs, "finalTime").final_time == SLOTS[1]
    waiting = asked(theirs, "finalTime", confirm=Confirm.ALL)
    assert waiting.final_time is None
    assert [one.user_id for one in waiting.responses] == [ALICE]


def test_everybodys_answer_counts_where_all_are_asked() -> None:
    first, second = (Response(user, Answer.ACCEPTED, SLOTS[0].start, NOON) for user in (ALICE, BOB))
    ours = asked(replace(OURS, responses=(first,)), "responses", confirm=Confirm.ALL)
    assert ours.final_time is None
    known = replace(KNOWN, known=digests(app_document(ours)))
    theirs = replace(ours, responses=(first, second))
    [command] = commands(known, theirs, ["responses"], now=NOON, confirm=Confirm.ALL)
    assert command(ours).final_time == SLOTS[0]


def test_an_answer_that_names_no_slot_means_the_only_one() -> None:
    said = (Response(ALICE, Answer.ACCEPTED, None, NOON),)
    with pytest.raises(InputError, match="names no slot"):
        asked(replace(OURS, responses=said), "responses")


def test_a_rejected_proposal_rejects_what_is_proposed() -> None:
    done = asked(replace(OURS, rejected_slots=SLOTS[:1]), "rejectedSlots")
    assert done.proposed_times == ()
    assert done.rejected_slots == SLOTS


def test_another_plan_drops_the_proposals_and_is_refused_once_a_time_is_chosen() -> None:
    theirs = replace(OURS, duration=30, invitee_ids=(UserId("cara"),))
    done = asked(theirs, "duration", "inviteeIds")
    assert (done.duration, done.invitee_ids, done.proposed_times) == (30, ("cara",), ())
    [command] = commands(KNOWN, theirs, ["duration"], now=NOON, confirm=Confirm.HOST)
    with pytest.raises(InputError, match="its duration stay"):
        command(replace(OURS, final_time=SLOTS[0]))


def test_a_choice_taken_back_and_a_booked_session_made_pending_look_for_other_times() -> None:
    booked = replace(OURS, final_time=SLOTS[0], status=SessionStatus.SCHEDULED)
    for field in ("finalTime", "status"):
        [command] = commands(KNOWN, OURS, [field], now=NOON, confirm=Confirm.HOST)
        done = command(booked)
        assert (done.status, done.final_time) == (SessionStatus.PENDING, None)


@pytest.mark.parametrize("key", sorted(OUR_KEYS))
def test_gatherlys_notes_in_the_metadata_are_its_own(key: str) -> None:
    theirs = replace(OURS, metadata={key: ["x"], "colour": "red"})
    assert asked(theirs, f"metadata.{key}") == OURS
    assert asked(theirs, f"metadata.{key}", "metadata.colour").metadata == {"colour": "red"}
    begun, _ = as_created(theirs)
    assert begun.metadata == {"colour": "red"}


def test_a_record_that_an_app_writes_as_gatherly_would_is_not_taken_either() -> None:
    entry = Reopening(NOON, "declined", "scheduled", SLOTS[0].start)
    claimed = SessionRecord(
        history=(entry,), not_booked="x", failed_bookings=9, conflicts=("bob: x",), waiting_for={"bob": "x"}
    )
    document = app_document(replace(OURS, record=claimed))
    theirs = parse_app_document(session_place(OURS.id), document)
    assert isinstance(theirs, EventSession)
    assert theirs.record == claimed
    fields = [f"metadata.{key}" for key in document["metadata"]]
    assert len(fields) == 5
    assert asked(theirs, *fields) == OURS
    assert as_created(theirs)[0].record == SessionRecord()


def test_only_gatherly_schedules_and_fails() -> None:
    for status in (SessionStatus.SCHEDULED, SessionStatus.FAILED):
        assert asked(replace(OURS, status=status), "status") == OURS


def test_a_session_does_not_begin_with_a_time() -> None:
    begun, refused = as_created(replace(OURS, final_time=SLOTS[0]))
    assert begun == OURS
    assert "Wait for proposedTimes" in str(refused)
    assert as_created(OURS) == (OURS, ())
