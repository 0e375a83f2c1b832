"""What attendees and other clients do to a booked event, and what becomes of it."""

from dataclasses import replace

import pytest

from daemon.booking.sweep import SweepJob
from daemon.booking.watch import WatchJob
from daemon.booking.worker import BookJob
from engine.booking.policy import OnDeleted, OnForeign, OnMoved, Policy
from engine.ids import EventId, EventUid, Href, InstallId, SessionId, UserId
from engine.model.booking import BookingState, Effect, EventDraft, Mark, OutboxKind, Person
from engine.model.session import Answer, SessionStatus
from engine.ports.store import Store
from engine.sessions import state_machine
from engine.time.instant import parse_instant
from engine.time.span import DAY
from tests.doubles.provider.faults import Fault, Operation
from tests.doubles.store.store import MemoryStore
from tests.worlds.book_world import CALENDAR, NOON, SESSION, World, slot

ALL = {"ann": 1, "bob": 1, "cy": 1, "opal": 1}
BOB, OPAL = UserId("bob"), UserId("opal")


class Booked(World):
    """A confirmed session of three required people and an optional one."""

    def __init__(
        self, policy: Policy | None = None, *, keeps_ids: bool = False, store: Store | None = None
    ) -> None:
        super().__init__(optional=("opal",), keeps_ids=keeps_ids, store=store or MemoryStore())
        self.deps = replace(self.deps, policy=policy or Policy())
        self.job = BookJob(self.deps)
        self.watch = WatchJob(self.deps)
        self.sweep = SweepJob(self.deps, self.job, self.watch)
        self.propose()
        self.accept()
        assert self.settle() is BookingState.CONFIRMED
        assert self.copies() == ALL

    def event(self, user: UserId) -> EventId:
        return self.desks[user].events()[0].event_id

    def owner_deletes(self, user: UserId) -> None:
        self.desks[user].provider.owner_deletes(CALENDAR, self.event(user))

    def effect(self, user: UserId) -> Effect:
        return next(each for each in self.effects() if each.attendee == user)

    def told(self, what: str) -> list[str]:
        entries = (entry for entry in self.outbox() if entry.kind is OutboxKind.NOTIFICATION)
        return [entry.payload["user"] for entry in entries if entry.payload["what"] == what]


@pytest.mark.parametrize("keeps_ids", [True, False])
def test_a_required_persons_deletion_reopens_the_session(keeps_ids: bool) -> None:
    world = Booked(keeps_ids=keeps_ids)
    world.owner_deletes(BOB)
    assert world.watch.inspect(SESSION)
    assert world.session().status is SessionStatus.PENDING
    assert world.session().responses[-1].answer is Answer.DECLINED
    assert world.settle() is BookingState.PROPOSED
    assert sum(world.copies().values()) == 0
    assert sorted(world.told("reopened")) == ["ann", "bob", "cy", "opal"]
    assert world.told("answered") == ["ann"]


def test_an_optional_persons_deletion_is_told_to_the_host_and_never_put_back() -> None:
    world = Booked()
    world.owner_deletes(OPAL)
    world.sweep.run()
    world.sweep.run()
    assert world.session().status is SessionStatus.SCHEDULED
    assert world.copies() == {**ALL, "opal": 0}
    assert world.told("answered") == ["ann"]


def test_a_deletion_can_be_flagged_instead() -> None:
    world = Booked(Policy(on_deleted=OnDeleted.FLAG))
    world.owner_deletes(BOB)
    world.sweep.run()
    world.sweep.run()
    assert world.session().status is SessionStatus.SCHEDULED
    assert world.copies() == {**ALL, "bob": 0}
    assert world.told("answered") == ["ann"]


def test_a_declined_copy_reopens_the_session() -> None:
    world = Booked(Policy(on_deleted=OnDeleted.FLAG))
    world.desks[BOB].provider.owner_declines(CALENDAR, world.event(BOB))
    assert world.sweep.run().answered == (SESSION,)
    assert world.session().status is SessionStatus.PENDING


def test_a_moved_copy_is_a_change_request_told_once() -> None:
    world = Booked()
    world.desks[BOB].provider.owner_moves(CALENDAR, world.event(BOB), slot(30).span)
    world.sweep.run()
    world.sweep.run()
    session = world.session()
    assert session.status is SessionStatus.SCHEDULED
    assert session.record.change_requests["bob"].start == parse_instant("2027-01-16T18:00:00Z")
    assert (world.told("conflict"), world.told("answered")) == (["ann"], [])
    assert {event.span for event in world.desks[UserId("cy")].events()} == {slot(24).span}


def test_a_copy_that_is_moved_twice_is_told_twice() -> None:
    world = Booked()
    for hours in (30, 31):
        world.desks[BOB].provider.owner_moves(CALENDAR, world.event(BOB), slot(hours).span)
        world.sweep.run()
    assert world.told("conflict") == ["ann", "ann"]


def test_the_others_can_be_made_to_follow_a_move() -> None:
    world = Booked(Policy(on_moved=OnMoved.FOLLOW))
    world.desks[BOB].provider.owner_moves(CALENDAR, world.event(BOB), slot(30).span)
    world.sweep.run()
    assert world.settle() is BookingState.CONFIRMED
    assert world.copies() == ALL
    assert {desk.events()[0].span for desk in world.desks.values()} == {slot(30).span}


def test_two_calendars_that_move_the_event_back_and_forth_come_to_rest() -> None:
    world = Booked(Policy(on_moved=OnMoved.FOLLOW))
    for hours in range(30, 40):
        world.desks[BOB].provider.owner_moves(CALENDAR, world.event(BOB), slot(hours).span)
        world.sweep.run()
        world.settle()
    assert world.booking().epoch == 4
    assert world.session().status is SessionStatus.SCHEDULED


def test_a_move_can_reopen_the_session() -> None:
    world = Booked(Policy(on_moved=OnMoved.REOPEN))
    world.desks[BOB].provider.owner_moves(CALENDAR, world.event(BOB), slot(30).span)
    world.sweep.run()
    assert world.session().status is SessionStatus.PENDING


def test_a_foreign_event_found_right_after_the_write_is_flagged_and_told_to_the_host() -> None:
    world = World()
    world.propose()
    world.accept()
    desk = world.desks[UserId("ann")]
    desk.faults.then(Operation.WRITE, Fault.STALL)
    desk.connector.stall = lambda: world.block("cy", slot(24).span)
    assert world.settle() is BookingState.CONFIRMED
    assert world.session().record.conflicts == ("cy: busy",)
    told = [entry.payload["user"] for entry in world.outbox() if entry.payload.get("what") == "conflict"]
    assert told == ["ann"]


def test_a_foreign_event_found_right_after_the_write_can_abort() -> None:
    world = World()
    world.deps = replace(world.deps, policy=Policy(on_foreign=OnForeign.ABORT))
    world.job = BookJob(world.deps)
    world.propose()
    world.accept()
    desk = world.desks[UserId("ann")]
    desk.faults.then(Operation.WRITE, Fault.STALL)
    desk.connector.stall = lambda: world.block("cy", slot(24).span)
    assert world.settle() is BookingState.PROPOSED
    assert sum(world.copies().values()) == 0
    assert world.session().status is SessionStatus.PENDING


def test_acceptance_55_a_reschedule_tells_all_participants_and_leaves_consistent_data() -> None:
    world = Booked()
    world.command(lambda session: state_machine.reschedule(session, now=world.clock.now()))
    assert world.session().status is SessionStatus.PENDING
    assert world.told("reopened") == []
    with world.store.reading() as tx:
        assert list(tx.wakes.due(world.clock.now())) == [SESSION]
    assert world.settle() is BookingState.PROPOSED
    assert sorted(world.told("reopened")) == ["ann", "bob", "cy", "opal"]
    assert sum(world.copies().values()) == 0
    with world.store.reading() as tx:
        assert tx.ledger.holds(BOB, slot(24).span) == []


def test_a_new_time_accepted_during_the_undo_is_booked_after_it() -> None:
    world = Booked()
    world.command(lambda session: state_machine.reschedule(session, now=world.clock.now()))
    with world.store.writing() as tx:
        session = tx.sessions.get(SESSION)
        assert session is not None
        tx.sessions.put(replace(session, proposed_times=(slot(48),)))
    world.accept()
    assert world.booking().state is BookingState.UNDOING
    assert world.settle() is BookingState.CONFIRMED
    assert {desk.events()[0].span for desk in world.desks.values()} == {slot(48).span}


def test_title_description_and_place_are_updated_in_place() -> None:
    world = Booked()
    before = {user: world.event(user) for user in world.desks}
    world.command(lambda session: state_machine.edit(session, title="Review", location="Room 2"))
    world.run()
    for user, desk in world.desks.items():
        (event,) = desk.events()
        assert event.event_id == before[user]
        assert (event.title, event.location, event.sequence) == ("Review", "Room 2", 1)


@pytest.mark.parametrize("fault", [Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.CHANGED, Fault.RATE_LIMIT])
def test_an_update_whose_answer_is_lost_is_cleared_up(fault: Fault) -> None:
    world = Booked()
    world.desks[BOB].faults.then(Operation.WRITE, fault)
    world.command(lambda session: state_machine.edit(session, title="Review"))
    world.run()
    world.clock.at += 60
    world.sweep.run()
    assert [event.title for desk in world.desks.values() for event in desk.events()] == ["Review"] * 4


def test_an_update_does_not_put_a_deleted_copy_back() -> None:
    world = Booked()
    world.owner_deletes(OPAL)
    world.command(lambda session: state_machine.edit(session, title="Review"))
    world.run()
    assert world.copies() == {**ALL, "opal": 0}
    assert world.session().status is SessionStatus.SCHEDULED


def test_a_sync_names_the_bookings_it_touches() -> None:
    world = Booked()
    uid = EventUid(world.event(BOB))
    assert world.watch.touched(BOB, [uid], []) == {SESSION}
    assert world.watch.touched(BOB, [Href(f"{uid}.ics")], []) == {SESSION}
    assert world.watch.touched(BOB, [], [slot(24).span]) == {SESSION}
    assert world.watch.touched(BOB, [EventUid("theirs")], [slot(30).span]) == frozenset()


def _plant(world: World, session: str, epoch: int, install: InstallId) -> None:
    draft = EventDraft(
        event_id=EventId(f"planted-{session}-{epoch}-{install}"),
        mark=Mark(install=install, session=SessionId(session), epoch=epoch),
        span=slot(5).span,
        title="",
        stamp=NOON,
        zone="UTC",
        organizer=Person(name="", email=""),
    )
    world.desks[BOB].provider.write(CALENDAR, draft, None)


def test_a_sweep_deletes_what_a_late_worker_left_and_lists_what_the_ledger_does_not_know() -> None:
    world = Booked()
    install = world.store.install
    _plant(world, SESSION, 1, install)
    _plant(world, SESSION, 2, install)
    _plant(world, "unknown", 1, install)
    _plant(world, SESSION, 1, InstallId("somebody-else"))
    swept = world.sweep.run()
    marks = [stray.event.mark for stray in (*swept.deleted, *swept.orphans)]
    places = [(mark.session, mark.epoch) for mark in marks if mark]
    assert places == [(SESSION, 1), (SESSION, 2), ("unknown", 1)]
    assert len(swept.deleted) == 1


def test_a_sweep_judges_nothing_that_was_over_long_ago() -> None:
    """Years of bookings would be asked of the ledger every five minutes."""
    world = Booked()
    _plant(world, SESSION, 1, world.store.install)
    world.clock.at = slot(5).span.end + 30 * DAY
    assert (world.sweep.run().deleted, world.copies()["bob"]) == ((), 2)
    world.clock.at -= 1
    (late,) = world.sweep.run().deleted
    assert late.event.span == slot(5).span


def test_a_calendar_that_cannot_be_listed_is_named_and_left_alone() -> None:
    world = Booked()
    world.desks[BOB].faults.then(Operation.MARKED, Fault.UNAVAILABLE)
    swept = world.sweep.run()
    assert [line.split(":")[0] for line in swept.unread] == ["bob-home/main"]
    assert world.copies() == ALL
