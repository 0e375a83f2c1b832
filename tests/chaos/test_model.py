"""Anything in any order: sessions, people, calendars, faults and time as rules, invariants after each step.

A failure is printed as the shortest story that shows it, with the seed that repeats it.
"""

from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from daemon.booking.ledger_snapshot import read_ledger_snapshot
from daemon.booking.outbox import OutboxJob
from daemon.booking.sweep import SweepJob
from daemon.booking.watch import WatchJob
from daemon.booking.worker import BookJob
from engine.booking.checks.invariants import violations
from engine.booking.policy import OnDeleted, OnForeign, OnMoved, Policy
from engine.booking.steps import booking_steps
from engine.errors import InputError
from engine.ids import EventId, SessionId, UserId
from engine.model.booking import BookingState, OutboxKind
from engine.model.session import SessionStatus
from engine.sessions import state_machine
from engine.time.span import HOUR
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import CALENDAR, FINAL, World, slot

pytestmark = pytest.mark.chaos

PEOPLE = ("ann", "bob", "cy")
NAMES = st.sampled_from([SessionId("s1"), SessionId("s2"), SessionId("s3")])
PERSONS = st.sampled_from([UserId(name) for name in (*PEOPLE, "opal")])
HOURS = st.integers(24, 27)
WRITE_FAULTS = st.sampled_from(
    [
        Fault.REFUSE,
        Fault.DROP_BEFORE,
        Fault.DROP_AFTER,
        Fault.ERROR_AFTER,
        Fault.STALL,
        Fault.CONFLICT,
        Fault.DUPLICATE,
        Fault.RATE_LIMIT,
        Fault.LOSE,
        Fault.EXPIRED,
    ]
)
OTHER_FAULTS = st.sampled_from(
    [
        (Operation.READ, Fault.UNAVAILABLE),
        (Operation.WITHDRAW, Fault.DROP_BEFORE),
        (Operation.WITHDRAW, Fault.DROP_AFTER),
        (Operation.WITHDRAW, Fault.EXPIRED),
        (Operation.MARKED, Fault.UNAVAILABLE),
    ]
)
POLICIES = st.builds(
    lambda moved, deleted, foreign: Policy(on_moved=moved, on_deleted=deleted, on_foreign=foreign),
    st.sampled_from(list(OnMoved)),
    st.sampled_from(list(OnDeleted)),
    st.sampled_from(list(OnForeign)),
)


class Bookings(RuleBasedStateMachine):
    """Three sessions that share their people, and everything that can happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(people=PEOPLE, optional=("opal",), keeps_ids=True, list_lag=2)
        self.begun = self.world.clock.at
        self.removed: set[str] = set()
        self.worked: dict[SessionId, int] = {}
        for name in ("s1", "s2", "s3"):
            self.world.propose(session=SessionId(name))
        self._staff(Policy())

    def _staff(self, policy: Policy) -> None:
        self.world.deps = replace(self.world.deps, policy=policy)
        self.world.job = BookJob(self.world.deps)
        self.watch = WatchJob(self.world.deps)
        self.sweep_job = SweepJob(self.world.deps, self.world.job, self.watch)
        self.outbox = OutboxJob(self.world.deps, {kind: lambda entry: None for kind in OutboxKind})

    @rule(policy=POLICIES)
    def change_the_configuration(self, policy: Policy) -> None:
        self._staff(policy)

    @rule(name=NAMES, hours=HOURS)
    def choose(self, name: SessionId, hours: int) -> None:
        session = self.world.session(name)
        if session.status is not SessionStatus.PENDING or session.final_time:
            return
        with self.world.store.writing() as tx:
            span = slot(hours, 90).span
            held = (hold for user in session.required_ids for hold in tx.ledger.holds(user, span))
            if any(hold.session != name for hold in held):
                return
            others = tuple(each for each in session.proposed_times if each.span != span)
            tx.sessions.put(replace(session, proposed_times=(slot(hours, 90), *others)))
        try:
            self.world.accept(session=name)
        except InputError:
            assert self.world.clock.at >= min(session.expires_at, slot(hours).start)

    @rule(name=NAMES)
    def work(self, name: SessionId) -> None:
        self.world.job.run(name)
        self.worked[name] = self.world.clock.at

    @rule(name=NAMES)
    def reschedule(self, name: SessionId) -> None:
        if self.world.session(name).status is not SessionStatus.CANCELLED:
            self.world.command(lambda each: state_machine.reschedule(each, now=self.world.clock.at), name)

    @rule(name=NAMES, person=PERSONS)
    def decline(self, name: SessionId, person: UserId) -> None:
        if self.world.session(name).status is not SessionStatus.CANCELLED:
            self.world.command(
                lambda each: state_machine.decline(each, person, now=self.world.clock.at), name
            )

    @rule(name=NAMES, title=st.sampled_from(["One", "Two"]))
    def edit(self, name: SessionId, title: str) -> None:
        if self.world.session(name).status is not SessionStatus.CANCELLED:
            self.world.command(lambda each: state_machine.edit(each, title=title), name)

    @precondition(lambda self: self.world.clock.at % 5 == 0)
    @rule(name=NAMES)
    def cancel(self, name: SessionId) -> None:
        self.world.command(lambda each: state_machine.cancel(each, now=self.world.clock.at), name)

    @rule(seconds=st.sampled_from([1, 7, 30, 61, 95, 600]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.at += seconds

    @rule(person=PERSONS, fault=WRITE_FAULTS)
    def a_write_will_fail(self, person: UserId, fault: Fault) -> None:
        self.world.desks[person].faults.then(Operation.WRITE, fault)

    @rule(person=PERSONS, what=OTHER_FAULTS)
    def another_call_will_fail(self, person: UserId, what: tuple[Operation, Fault]) -> None:
        self.world.desks[person].faults.then(*what)

    @rule(person=PERSONS)
    def delete_a_copy(self, person: UserId) -> None:
        for event in self.world.desks[person].events()[:1]:
            self.removed.add(event.event_id)
            self.world.desks[person].provider.owner_deletes(CALENDAR, event.event_id)

    @rule(person=PERSONS, hours=st.integers(40, 42))
    def move_a_copy(self, person: UserId, hours: int) -> None:
        for event in self.world.desks[person].events()[:1]:
            self.world.desks[person].provider.owner_moves(CALENDAR, event.event_id, slot(hours).span)

    @rule(person=PERSONS)
    def decline_a_copy(self, person: UserId) -> None:
        for event in self.world.desks[person].events()[:1]:
            self.world.desks[person].provider.owner_declines(CALENDAR, event.event_id)

    @rule(person=PERSONS, hours=HOURS)
    def book_something_else(self, person: UserId, hours: int) -> None:
        event = EventId(f"foreign-{hours}-{self.world.clock.at}")
        self.world.desks[person].provider.add_foreign(CALENDAR, event, slot(hours).span)

    @rule()
    def sweep(self) -> None:
        self.sweep_job.run()
        self.outbox.run()

    @invariant()
    def the_invariants_hold(self) -> None:
        world = self.world
        connectors = {desk.key.connector: desk.connector for desk in world.desks.values()}
        for desk in world.desks.values():
            desk.faults.paused = True
        ledger = read_ledger_snapshot(replace(world.deps, connectors=connectors))
        for desk in world.desks.values():
            desk.faults.paused = False
        broken = [each for each in violations(ledger) if not self._explained(each.invariant, each.session)]
        assert broken == []
        assert not {each.event.event_id for each in ledger.events} & self.removed

    def _explained(self, code: str, session: SessionId | None) -> bool:
        """A copy that its owner removed is missing until somebody looks; what nobody works on grows old."""
        if session is None:
            return False
        mine = {each.event_id for each in self.world.effects(session)}
        idle = self.world.clock.at - self.worked.get(session, self.begun)
        return (code == "I2" and bool(mine & self.removed)) or (code == "I12" and idle > HOUR)

    def teardown(self) -> None:
        """Once the faults stop, everything comes to rest."""
        for desk in self.world.desks.values():
            desk.faults.paused = True
        for name in (SessionId("s1"), SessionId("s2"), SessionId("s3")):
            if self.world.booking(name).state is not BookingState.DRAFT:
                assert self.world.settle(400, session=name) in (*FINAL, BookingState.STUCK)


def run_model(examples: int) -> None:
    run_state_machine_as_test(
        Bookings,
        settings=settings(
            max_examples=examples,
            stateful_step_count=50,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_the_invariants_hold() -> None:
    run_model(60)


@pytest.mark.long
def test_whatever_happens_the_invariants_hold_for_long() -> None:
    run_model(5000)


@pytest.mark.long
def test_what_breaks_is_told_as_the_shortest_story_with_what_repeats_it() -> None:
    accepted = booking_steps.accepted
    with (
        patch.object(booking_steps, "accepted", lambda *asked: replace(accepted(*asked), holds=())),
        pytest.raises(AssertionError) as told,
    ):
        run_model(50)
    story = "\n".join(told.value.__notes__)
    lines = [line for line in story.splitlines() if line.startswith("state.") and "invariants" not in line]
    assert [line.partition("(")[0] for line in lines] == ["state.choose", "state.teardown"]
    assert "@reproduce_failure" in story
