"""A copy that cannot be withdrawn is shown, tried hourly, and let be at an operator's word."""

import pytest

from daemon.app.examine import check
from daemon.app.log import LogFilter, happened
from daemon.app.sessions import SessionDesk
from daemon.proposals.expire import ExpireJob
from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.model.booking import BookingState, OutboxKind
from engine.model.session import SessionStatus
from engine.sessions import state_machine
from engine.sessions.state_machine import Confirm
from engine.time.span import DAY, HOUR
from tests.daemon.booking.test_calendar_changes import Booked
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import SESSION, World, slot

BOB = UserId("bob")
NO = [Fault.EXPIRED] * 40


def desk_of(world: World) -> SessionDesk:
    return SessionDesk(
        store=world.store,
        clock=world.clock,
        randomness=world.deps.randomness,
        targets=world.targets,
        confirm=Confirm.HOST,
        expire_after=7 * DAY,
        horizon=60 * DAY,
    )


def stuck() -> Booked:
    """Let a cancelled booking meet a calendar that says no to every deletion."""
    world = Booked()
    world.desks[BOB].faults.then(Operation.WITHDRAW, *NO)
    world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))
    for _ in range(40):
        if world.run() is BookingState.STUCK:
            return world
        world.clock.at += 61
    raise AssertionError(world.booking())


def test_a_copy_that_cannot_be_withdrawn_is_shown_with_its_calendar_and_told_to_the_host() -> None:
    world = stuck()
    shown = desk_of(world).view(SESSION)["booking"]
    assert (shown["state"], shown["allOrNone"]) == ("stuck", "stuck")
    assert [
        one["calendar"]
        for one in shown["perCalendar"]
        if one["desired"] == "absent" and one["observed"] != "absent"
    ] == ["bob-home/main"]
    assert world.told("stuck") == ["ann"]
    (told,) = (each for each in world.outbox() if each.payload.get("what") == "stuck")
    assert (told.kind, told.payload["calendars"]) == (OutboxKind.NOTIFICATION, "bob-home/main")
    with world.store.reading() as tx:
        assert [hold.session for hold in tx.ledger.holds(BOB, slot(24).span)] == [SESSION]


def test_a_stuck_copy_is_tried_again_every_hour_until_it_is_gone() -> None:
    world = stuck()
    tries = []
    for _ in range(3):
        before = world.effect(BOB).attempts
        world.clock.at += HOUR - 60
        world.run()
        assert world.effect(BOB).attempts == before
        world.clock.at += 61
        world.run()
        tries.append(world.effect(BOB).attempts - before)
    assert tries == [1, 1, 1]
    world.desks[BOB].faults.paused = True
    world.clock.at += HOUR
    assert world.settle() is BookingState.CANCELLED
    assert sum(world.copies().values()) == 0


def test_an_operator_ends_a_stuck_booking_as_it_stands_and_the_log_keeps_who() -> None:
    world = stuck()
    desk_of(world).release(SESSION)
    assert world.booking().state is BookingState.CANCELLED
    assert world.copies()["bob"] == 1
    with world.store.reading() as tx:
        last = list(tx.audit.listed())[-1]
        assert (last.actor, last.details["from"], last.details["to"]) == ("operator", "stuck", "cancelled")
        assert tx.ledger.holds(BOB, slot(24).span) == []
    assert check(world.deps) == []
    world.desks[BOB].faults.paused = True
    world.sweep.run()
    assert sum(world.copies().values()) == 0


def test_a_copy_that_was_let_be_is_tried_no_more_and_the_log_has_a_line_of_it() -> None:
    world = stuck()
    desk_of(world).release(SESSION)
    shown = desk_of(world).view(SESSION)["booking"]
    (left,) = [one for one in shown["perCalendar"] if one["observed"] != "absent"]
    assert (left["calendar"], left["desired"], left["outcome"]) == ("bob-home/main", "absent", "failed")
    assert (left["nextTry"], left["lastError"].partition(":")[0]) == (None, "An operator let it be")
    with world.store.reading() as tx:
        told = happened(tx, LogFilter(session=SESSION)).records[-1]
    assert (told.event, told.user) == ("session.released", None)
    assert told.details == {"calendars": ["bob-home/main"]}


def test_only_a_stuck_booking_is_released() -> None:
    world = Booked()
    with pytest.raises(InputError, match="not stuck"):
        desk_of(world).release(SESSION)


def test_a_session_that_nobody_answers_is_cancelled_as_expired_and_told_once() -> None:
    world = Booked()
    world.propose(slot(60), session=SessionId("s2"))
    world.clock.at += 7 * DAY
    job = ExpireJob(world.store, world.clock, world.targets, tuple)
    assert (job.run(), job.run()) == (1, 0)
    session = world.session(SessionId("s2"))
    assert (session.status, session.metadata["reason"]) == (SessionStatus.CANCELLED, "expired")
    assert sorted(world.told("cancelled")) == ["ann", "bob", "cy", "opal"]
    assert world.session().status is SessionStatus.SCHEDULED


def test_a_booked_session_that_is_reopened_and_expires_leaves_no_event() -> None:
    world = Booked()
    world.command(lambda session: state_machine.reschedule(session, now=world.clock.now()))
    world.clock.at = world.session().expires_at
    assert ExpireJob(world.store, world.clock, world.targets, tuple).run() == 1
    assert world.settle() is BookingState.CANCELLED
    assert sum(world.copies().values()) == 0
    assert check(world.deps) == []
