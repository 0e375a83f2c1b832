"""What is offered can be booked: holds take times off offer at once, and give them back when freed."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from daemon.app.offers import OfferJudge
from daemon.app.sessions import SessionDesk
from daemon.booking.ledger_snapshot import read_ledger_snapshot
from daemon.booking.worker import BookJob
from daemon.knowledge import KnowledgePolicy
from daemon.proposals.propose import ProposeJob
from engine.availability.evidence import Freshness
from engine.booking.checks.invariants import violations
from engine.booking.offers import SlotTakenError
from engine.errors import InputError
from engine.ids import ConnectorName, SessionId, UserId
from engine.model.booking import BookingState
from engine.model.calendar import Calendar, OnStale
from engine.model.calendar_object import SyncPlan
from engine.model.session import EventSession, SessionStatus
from engine.model.user import Preferences
from engine.sessions import state_machine
from engine.sessions.state_machine import Confirm
from engine.time.instant import format_instant
from engine.time.span import DAY, HOUR, Span
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import NOON, World, slot

ONE, TWO, THREE = (SessionId(f"s{number}") for number in (1, 2, 3))
ANN, BOB, CY = (UserId(name) for name in ("ann", "bob", "cy"))
KNOWLEDGE_POLICY = KnowledgePolicy(
    freshness=Freshness(max_age=9 * DAY, on_stale=OnStale.IGNORE),
    expected={user: (ConnectorName(f"{user}-home"),) for user in (ANN, BOB, CY)},
)


COVERED = Span(NOON - DAY, NOON + 60 * DAY)


class Town(World):
    """Sessions of the same people, proposed and booked by the real jobs."""

    def __init__(self, confirm: Confirm = Confirm.HOST) -> None:
        super().__init__()
        judge = OfferJudge(lambda: KNOWLEDGE_POLICY)
        self.deps = replace(self.deps, refused_offers=judge.refused)
        self.job = BookJob(self.deps)
        self.desk = SessionDesk(
            store=self.store,
            clock=self.clock,
            randomness=self.deps.randomness,
            targets=self.targets,
            confirm=confirm,
            expire_after=7 * DAY,
            horizon=60 * DAY,
            offers=judge,
        )
        self.proposing = ProposeJob(
            self.store,
            self.clock,
            self.deps.randomness,
            KNOWLEDGE_POLICY,
            self.targets,
            self.desk.choose if confirm is Confirm.AUTO else None,
        )
        with self.store.writing() as tx:
            for user, desk in self.desks.items():
                calendar = Calendar(key=desk.key, user_id=user, name="Home", synced_at=NOON, covers=COVERED)
                tx.calendars.apply(SyncPlan(calendar=calendar, based_on=0))
        self.propose(session=ONE)
        self.propose(session=TWO)

    def between(self, name: SessionId, start: int, end: int) -> None:
        """Search a session's times in these hours after noon alone, and nothing is on offer yet."""
        with self.store.writing() as tx:
            found = tx.sessions.get(name)
            assert found is not None
            window = Span(NOON + start * HOUR, NOON + end * HOUR)
            tx.sessions.put(replace(found, search=window, proposed_times=()))
            tx.wakes.add([name], NOON)

    def offered(self, name: SessionId) -> list[int]:
        return sorted((each.start - NOON) // HOUR for each in self.session(name).proposed_times)

    def said(self, name: SessionId) -> list[str]:
        with self.store.reading() as tx:
            said = [each.content for each in tx.messages.of(name) if each.role == "system"]
        return [words for words in said if words.startswith("The accepted time")]

    def broken(self) -> Sequence[str]:
        return [each.invariant for each in violations(read_ledger_snapshot(self.deps))]


def test_an_accepted_time_leaves_every_other_offer_in_the_same_transaction() -> None:
    town = Town()
    town.desk.accept(ONE, 1)
    assert town.offered(TWO) == [26, 28]
    assert town.broken() == []
    assert town.settle(session=ONE) is BookingState.CONFIRMED
    town.proposing.run()
    assert town.offered(TWO) == [26, 28]


def test_a_time_that_is_freed_comes_back_to_whoever_lost_it() -> None:
    town = Town()
    town.desk.accept(ONE, 1)
    assert town.settle(session=ONE) is BookingState.CONFIRMED
    town.proposing.run()
    town.desk.cancel(ONE)
    assert town.settle(session=ONE) is BookingState.CANCELLED
    town.proposing.run()
    assert town.offered(TWO) == [24, 26, 28]
    assert town.session(TWO).withheld == ()


def test_accepting_what_was_just_booked_is_refused_at_once_with_the_next_best_times() -> None:
    town = Town()
    town.desk.accept(ONE, 1)
    with town.store.writing() as tx:
        stale = tx.sessions.get(TWO)
        assert stale is not None
        tx.sessions.put(replace(stale, proposed_times=(slot(24), slot(28))))
    with pytest.raises(SlotTakenError) as refusal:
        town.desk.accept(TWO, 1)
    told = str(refusal.value)
    assert "ann, bob, cy is booked or held" in told
    assert "The next best times are" in told
    assert "16:00 (UTC)" in told
    assert town.session(TWO).final_time is None
    town.proposing.run()
    assert 24 not in town.offered(TWO)


def test_a_time_may_be_named_itself() -> None:
    town = Town()
    for text in ("2000-01-01T00:00:00Z", "noon", "2027-02-30T10:00", format_instant(slot(25).start)):
        with pytest.raises(InputError):
            town.desk.accept_at(ONE, text)
    local = format_instant(slot(26).start).removesuffix(":00Z")
    town.desk.accept_at(ONE, local)
    final = town.session(ONE).final_time
    assert final is not None
    assert final.start == slot(26).start
    assert town.desk.accept_at(ONE, f"{local}:00+00:00").final_time == final


def test_a_named_time_that_left_the_offer_is_refused_with_the_next_best_times() -> None:
    town = Town()
    town.desk.accept_at(ONE, format_instant(slot(24).start))
    assert town.offered(TWO) == [26, 28]
    with pytest.raises(SlotTakenError) as refusal:
        town.desk.accept_at(TWO, format_instant(slot(24).start))
    assert "booked or held" in str(refusal.value)
    assert "The next best times are" in str(refusal.value)
    assert town.session(TWO).final_time is None
    assert [each.span for each in town.session(TWO).withheld] == [slot(24).span]


def test_a_named_time_that_was_freed_meanwhile_is_taken() -> None:
    town = Town()
    town.desk.accept(ONE, 1)
    assert town.settle(session=ONE) is BookingState.CONFIRMED
    town.desk.cancel(ONE)
    assert town.settle(session=ONE) is BookingState.CANCELLED
    town.desk.accept_at(TWO, format_instant(slot(24).start))
    assert town.settle(session=TWO) is BookingState.CONFIRMED
    assert town.broken() == []


def test_a_time_that_touches_only_within_a_buffer_leaves_as_well() -> None:
    town = Town()
    town.propose(slot(25), slot(27), session=THREE)
    with town.store.writing() as tx:
        bob = tx.users.get(BOB)
        assert bob is not None
        tx.users.put(replace(bob, default_preferences=Preferences(buffer_time=15)))
    town.desk.accept(ONE, 1)
    assert town.offered(THREE) == [27]
    assert town.broken() == []


def test_an_optional_persons_hold_takes_nothing_off_offer() -> None:
    town = Town()
    with town.store.writing() as tx:
        two = tx.sessions.get(TWO)
        assert two is not None
        tx.sessions.put(
            replace(two, host_user_id=UserId("opal"), invitee_ids=(), optional_ids=(ANN, BOB, CY))
        )
    town.desk.accept(ONE, 1)
    assert town.offered(TWO) == [24, 26, 28]


def test_no_session_fails_for_a_hold_that_may_yet_be_undone() -> None:
    town = Town()
    town.between(TWO, 24, 25)
    town.desk.accept(ONE, 1)
    town.proposing.run()
    waiting = town.session(TWO)
    assert waiting.status is SessionStatus.PENDING
    assert "being booked for something else" in waiting.record.waiting_for["ann"]
    town.desk.cancel(ONE)
    town.settle(session=ONE)
    town.proposing.run()
    assert town.offered(TWO) == [24]
    assert not town.session(TWO).record.waiting_for


def test_it_does_fail_once_the_other_is_booked() -> None:
    town = Town()
    town.between(TWO, 24, 25)
    town.desk.accept(ONE, 1)
    town.proposing.run()
    assert town.settle(session=ONE) is BookingState.CONFIRMED
    town.proposing.run()
    assert town.session(TWO).status is SessionStatus.FAILED


def test_whoever_takes_the_best_unasked_takes_only_what_is_free() -> None:
    town = Town(Confirm.AUTO)
    town.between(ONE, 24, 26)
    town.between(TWO, 24, 26)
    town.proposing.run()
    town.settle(session=ONE)
    town.settle(session=TWO)
    times = {town.session(name).final_time for name in (ONE, TWO)}
    assert None not in times
    assert len(times) == 2


@pytest.mark.parametrize("confirm", [Confirm.HOST, Confirm.ALL])
def test_a_yes_that_settles_nothing_yet_is_refused_alike(confirm: Confirm) -> None:
    town = Town(confirm)
    town.desk.accept(ONE, 1)
    if confirm is Confirm.ALL:
        for name in ("bob", "cy"):
            town.desk.accept(ONE, 1, name)
    with town.store.writing() as tx:
        two = tx.sessions.get(TWO)
        assert two is not None
        tx.sessions.put(replace(two, proposed_times=(slot(24),)))
    with pytest.raises(InputError):
        town.desk.accept(TWO, 1, "bob")
    assert town.session(TWO).responses == ()


def test_a_choice_made_while_an_older_booking_is_undone_is_held_from_then_on() -> None:
    town = Town()
    town.desk.accept(ONE, 1)
    town.settle(session=ONE)
    town.desk.reschedule(ONE)
    with town.store.writing() as tx:
        one = tx.sessions.get(ONE)
        assert one is not None
        tx.sessions.put(replace(one, proposed_times=(slot(26),)))
    town.desk.accept(ONE, 1)
    assert town.offered(TWO) == [28]
    assert town.settle(session=ONE) is BookingState.CONFIRMED
    town.proposing.run()
    assert town.offered(TWO) == [24, 28]


def test_what_an_operator_releases_comes_back_too() -> None:
    town = Town()
    town.desk.accept(ONE, 1)
    town.settle(session=ONE)
    town.desks[BOB].faults.then(Operation.WITHDRAW, *[Fault.EXPIRED] * 40)
    town.desk.cancel(ONE)
    while town.run(ONE) is not BookingState.STUCK:
        town.clock.at += 61
    town.desk.release(ONE)
    town.proposing.run()
    assert town.offered(TWO) == [24, 26, 28]


def test_rejected_and_past_times_do_not_come_back() -> None:
    town = Town()
    town.desk.accept(ONE, 1)
    town.settle(session=ONE)
    town.clock.at += 25 * HOUR
    town.desk.cancel(ONE)
    town.settle(session=ONE)
    town.proposing.run()
    assert 24 not in town.offered(TWO)
    assert town.session(TWO).withheld == ()


def test_what_was_accepted_and_not_booked_is_told_in_the_session_and_to_the_host() -> None:
    town = Town()
    town.desks[BOB].faults.then(Operation.WRITE, Fault.REFUSE)
    town.desk.accept(ONE, 1)
    town.settle(session=ONE)
    (told,) = town.said(ONE)
    assert told.startswith(
        "The accepted time, 2027-01-16T12:00:00Z, could not be booked: bob-home/main (bob)"
    )
    assert "It is still on offer. The next best times are 2027-01-16T14:00:00Z; " in told
    assert str(town.session(ONE).record.not_booked).startswith("bob-home/main (bob)")
    shown = town.desk.view(ONE)
    assert [each["content"] for each in shown["messages"]].count(told) == 1
    assert shown["metadata"]["notBooked"]


def test_a_time_that_is_no_longer_free_is_told_too() -> None:
    town = Town()
    town.block("bob", slot(24).span)
    town.desk.accept(ONE, 1)
    town.settle(session=ONE)
    (told,) = town.said(ONE)
    assert "bob: busy" in told
    assert "It is not on offer any more. The next best times are 2027-01-16T14:00:00Z; " in told


def test_a_choice_of_another_process_that_lost_by_a_moment_is_told() -> None:
    town = Town()
    town.desk.accept(ONE, 1)
    with town.store.writing() as tx:
        two = tx.sessions.get(TWO)
        assert two is not None
        tx.sessions.put(replace(two, proposed_times=(slot(24),), final_time=slot(24)))
    town.settle(session=TWO)
    (told,) = town.said(TWO)
    assert "is already held or booked" in told
    assert town.session(TWO).final_time is None


def test_what_an_app_writes_into_metadata_neither_books_nor_undoes() -> None:
    town = Town()
    town.desk.accept(ONE, 1)
    town.settle(session=ONE)
    words = {"conflicts": ["bob: long ago"], "failedBookings": "x", "history": 7, "notBooked": 1}

    def written(session: EventSession) -> EventSession:
        return replace(session, metadata=words)

    town.command(written, ONE)
    assert town.run(ONE) is BookingState.CONFIRMED
    assert town.session(ONE).status is SessionStatus.SCHEDULED
    assert town.copies() == {"ann": 1, "bob": 1, "cy": 1}
    assert state_machine.choose(town.session(TWO), slot(26).start, failed=0, now=NOON).final_time == slot(26)
