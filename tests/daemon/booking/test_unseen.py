"""Copies that are gone, copies that nobody could look at, and calendars that are written to no more."""

from dataclasses import replace

import pytest

from daemon.app.examine import examine
from daemon.booking.sweep import SweepJob
from daemon.booking.worker import BookJob
from engine.booking import outcome
from engine.booking.outcome import Code
from engine.booking.steps import updating
from engine.booking.view import booking_view
from engine.ids import CalendarKey, ConnectorName, EventId, UserId
from engine.model.booking import BookingState, EffectState, EventDraft, Mark, Person, tombstone
from engine.model.session import SessionStatus
from tests.daemon.booking.test_calendar_changes import ALL, Booked
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import CALENDAR, NOON, SESSION, World, slot

BOB = UserId("bob")
AWAY = [Fault.UNAVAILABLE] * 8


def test_a_tombstone_under_our_id_is_its_owners_no_and_nobody_elses_event() -> None:
    effect = replace(Booked().effect(BOB), state=EffectState.AMBIGUOUS)
    mark = Mark(install=World().store.install, session=SESSION, epoch=1)
    assert effect.event_id is not None
    gone = tombstone(effect.event_id)
    looked = outcome.after_look(effect, gone, slot().span, mark, NOON, 0)
    assert (looked.state, looked.last_code) == (EffectState.REFUSED, Code.DECLINED)
    checked = outcome.after_check(effect, gone, slot().span, mark, NOON)
    assert (checked.state, checked.last_code) == (EffectState.AMBIGUOUS, Code.DECLINED)
    edited = updating.after_update_look(effect, gone, slot().span, mark, NOON, 0)
    assert (edited.state, edited.last_code) == (EffectState.WRITTEN, Code.DECLINED)
    assert outcome.after_sweep(effect, gone, mark, NOON) == effect


def test_a_copy_removed_while_it_is_being_booked_is_never_revived() -> None:
    world = World(keeps_ids=True)
    world.propose()
    world.accept()
    world.desks[BOB].faults.then(Operation.WRITE, Fault.DROP_AFTER)
    world.desks[BOB].faults.then(Operation.READ, Fault.UNAVAILABLE)
    world.run()
    world.desks[BOB].provider.owner_deletes(CALENDAR, world.desks[BOB].events()[0].event_id)
    assert world.settle() is BookingState.PROPOSED
    assert world.copies() == {"ann": 0, "bob": 0, "cy": 0}


def test_what_could_not_be_looked_at_is_remembered_shown_and_forgotten_once_it_was() -> None:
    world = Booked()
    world.desks[BOB].faults.then(Operation.MARKED, *AWAY[:1])
    world.sweep.run()
    effect = world.effect(BOB)
    assert (effect.state, effect.last_code) == (EffectState.WRITTEN, Code.UNREAD)
    shown = booking_view(world.booking(), world.effects())["perCalendar"]
    assert {one["user"]: one["observed"] for one in shown} == {
        **dict.fromkeys(ALL, "present"),
        "bob": "unknown",
    }
    with world.store.reading() as tx:
        assert [each.attendee for each in tx.ledger.unread()] == ["bob"]
    world.sweep.run()
    assert world.effect(BOB).last_code is None
    with world.store.reading() as tx:
        assert tx.ledger.unread() == []


def test_a_copy_that_its_list_does_not_show_and_that_cannot_be_looked_up_is_unread() -> None:
    world = Booked()
    world.owner_deletes(BOB)
    world.desks[BOB].faults.then(Operation.READ, Fault.UNAVAILABLE)
    world.sweep.run()
    assert world.session().status is SessionStatus.SCHEDULED
    assert world.effect(BOB).last_code == Code.UNREAD
    world.sweep.run()
    assert world.session().status is SessionStatus.PENDING


def test_the_same_trouble_twice_is_written_down_once() -> None:
    world = Booked()
    world.desks[BOB].faults.then(Operation.MARKED, *AWAY)
    world.sweep.run()
    version = world.booking().version
    world.sweep.run()
    assert world.booking().version == version


def test_a_known_change_is_not_forgotten_because_the_calendar_is_away() -> None:
    world = Booked()
    world.desks[BOB].provider.owner_moves(CALENDAR, world.event(BOB), slot(50).span)
    world.watch.inspect(SESSION)
    assert world.effect(BOB).last_code == Code.MOVED
    world.desks[BOB].faults.then(Operation.MARKED, *AWAY[:1])
    world.sweep.run()
    assert world.effect(BOB).last_code == Code.MOVED


def test_fsck_never_says_that_all_holds_of_what_it_could_not_read() -> None:
    world = Booked()
    assert examine(world.deps).ok
    world.desks[BOB].faults.then(Operation.MARKED, *AWAY)
    found = examine(world.deps)
    assert not found.ok
    assert found.violations == []
    assert found.unread == {world.desks[BOB].key: "The calendar does not answer"}


@pytest.mark.parametrize("over", [False, True])
def test_a_connector_that_went_matters_to_fsck_while_its_event_is_to_come(over: bool) -> None:
    world = Booked()
    rest = {name: each for name, each in world.deps.connectors.items() if name != "bob-home"}
    targets = {user: each for user, each in world.targets.items() if user != BOB}
    world.deps = replace(world.deps, connectors=rest, targets=targets)
    world.clock.at += 48 * 3600 if over else 0
    assert examine(world.deps).ok is over


def test_a_late_write_in_a_calendar_that_is_written_to_no_more_is_swept() -> None:
    world = Booked()
    other = CalendarKey(ConnectorName("bob-new"), CALENDAR)
    targets = {**world.targets, BOB: replace(world.targets[BOB], calendar=other)}
    connectors = {**world.deps.connectors, other.connector: World().desks[BOB].connector}
    world.deps = replace(world.deps, targets=targets, connectors=connectors)
    job = BookJob(world.deps)
    late = EventDraft(
        event_id=EventId("late"),
        mark=Mark(install=world.store.install, session=SESSION, epoch=1),
        span=slot(24).span,
        title="",
        stamp=NOON,
        zone="UTC",
        organizer=Person(name="", email=""),
    )
    world.desks[BOB].provider.write(CALENDAR, late, None)
    swept = SweepJob(world.deps, job, world.watch).run()
    assert [each.event.event_id for each in swept.deleted] == ["late"]
