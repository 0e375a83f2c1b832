"""The ledger: one winner a transition, and never two sessions in one person's hour."""

import threading
from dataclasses import replace

import pytest

from engine.errors import HoldRefusedError, StaleVersionError, StoreError
from engine.ids import EventId, SessionId
from engine.model.booking import (
    UNFINISHED,
    Booking,
    BookingState,
    Delivery,
    EffectState,
    Hold,
    Want,
)
from engine.model.session import Occurrence, SessionStatus, TimeSlot
from engine.ports.store import Store
from engine.time.span import DAY, HOUR, Span
from tests.contracts.stores.samples import ALICE, BOB, CARA, NOON, booking, effect, hold, session

DAY_OF_NOON = Span(NOON - 12 * HOUR, NOON + 12 * HOUR)
S1, S2 = SessionId("s1"), SessionId("s2")


class BookingContract:
    def test_every_field_of_a_booking_round_trips(self, store: Store) -> None:
        full = replace(
            booking(),
            state=BookingState.UNDOING,
            epoch=2,
            lease_owner="daemon-1",
            lease_until=NOON + 60,
            fence=4,
            after=BookingState.PROPOSED,
            reason="declined by bob",
            next_at=NOON + 5,
        )
        with store.writing() as work:
            opened = work.ledger.open(booking())
            advanced = work.ledger.advance(opened, full)
        assert opened == replace(booking(), version=1)
        assert advanced == replace(full, version=2)
        with store.reading() as look:
            assert look.ledger.booking(S1) == advanced
            assert look.ledger.booking(S2) is None

    def test_several_bookings_come_at_once(self, store: Store) -> None:
        with store.writing() as work:
            opened = {name: work.ledger.open(booking(name)) for name in (S1, S2)}
            work.ledger.open(booking("s3"))
            work.ledger.plan(effect(who, name=S1, epoch=epoch) for who in (BOB, ALICE) for epoch in (2, 1))
            work.ledger.plan([effect(ALICE, name="s3")])
        with store.reading() as look:
            assert look.ledger.bookings([S2, S1, SessionId("none")]) == opened
            assert look.ledger.bookings([]) == {}
            assert look.ledger.effects_of_any([]) == {}
            found = look.ledger.effects_of_any([S1, S2])
            assert found == {name: look.ledger.effects(name) for name in (S1, S2)}
            assert [(each.epoch, each.attendee) for each in found[S1]] == [
                (1, ALICE),
                (1, BOB),
                (2, ALICE),
                (2, BOB),
            ]

    def test_a_session_has_one_booking(self, store: Store) -> None:
        with store.writing() as work:
            work.ledger.open(booking())
        with pytest.raises(StaleVersionError), store.writing() as work:
            work.ledger.open(booking())

    @pytest.mark.parametrize(
        "moved", [{"state": BookingState.HELD}, {"version": 7}, {"fence": 1}, {"session": S2}]
    )
    def test_a_transition_needs_the_state_version_and_fence_that_were_read(
        self, store: Store, moved: dict[str, object]
    ) -> None:
        with store.writing() as work:
            opened = work.ledger.open(booking())
        before = Booking(**{**_fields(opened), **moved})  # type: ignore[arg-type]
        with pytest.raises(StaleVersionError), store.writing() as work:
            work.ledger.advance(before, replace(before, state=BookingState.ACCEPTED))
        with store.reading() as look:
            assert look.ledger.booking(S1) == opened

    def test_a_race_for_one_transition_has_one_winner(self, store: Store) -> None:
        with store.writing() as work:
            opened = work.ledger.open(booking())
        won: list[str] = []

        def accept(name: str) -> None:
            try:
                with store.writing() as work:
                    work.ledger.advance(
                        opened, replace(opened, state=BookingState.ACCEPTED, lease_owner=name)
                    )
            except StaleVersionError:
                return
            won.append(name)

        threads = [threading.Thread(target=accept, args=(f"worker-{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        with store.reading() as look:
            found = look.ledger.booking(S1)
        assert found is not None
        assert found.lease_owner == won[0]

    def test_bookings_come_by_state_oldest_first(self, store: Store) -> None:
        with store.writing() as work:
            for number, state in enumerate(BookingState):
                opened = work.ledger.open(booking(state.value, since=NOON - number))
                work.ledger.advance(opened, replace(opened, state=state))
        with store.reading() as look:
            assert look.ledger.in_state({BookingState.HELD}) == ["held"]
            several = look.ledger.in_state([BookingState.DRAFT, BookingState.CONFIRMED, BookingState.STUCK])
            assert several == ["stuck", "confirmed", "draft"]
            assert look.ledger.in_state([]) == []
            counts = look.ledger.counts()
            assert {state: len(look.ledger.in_state([state])) for state in BookingState} == {
                state: counts.get(state, 0) for state in BookingState
            }
            assert counts[BookingState.HELD] == 1

    def test_what_stands_booked_is_watched_until_it_is_over(self, store: Store) -> None:
        """A single slot until it ends; a series until its last occurrence, or for ever; others not at all."""
        slot, end = TimeSlot(start=NOON, end=NOON + HOUR), NOON + HOUR
        soon = replace(session("one"), status=SessionStatus.SCHEDULED, final_time=slot)
        weeks = tuple(Occurrence(start=NOON + week * 7 * DAY, available=True) for week in range(3))
        series = replace(soon, recurrence="FREQ=WEEKLY;COUNT=3", final_time=replace(slot, occurrences=weeks))
        sessions = {
            "one": soon,
            "series": replace(series, id=SessionId("series")),
            "endless": replace(series, id=SessionId("endless"), recurrence="FREQ=WEEKLY"),
        }
        with store.writing() as work:
            for one in sessions.values():
                work.sessions.put(one)
            for number, name in enumerate((*sessions, "unknown", "undone")):
                opened = work.ledger.open(booking(name, since=NOON + number))
                state = BookingState.UNDOING if name == "undone" else BookingState.CONFIRMED
                work.ledger.advance(opened, replace(opened, state=state, slot=slot.span))
        with store.reading() as look:
            assert look.ledger.watched(end) == ["one", "series", "endless", "unknown"]
            assert look.ledger.watched(end + 1) == ["series", "endless"]
            assert look.ledger.watched(end + 14 * DAY) == ["series", "endless"]
            assert look.ledger.watched(end + 14 * DAY + 1) == ["endless"]

    def test_only_unfinished_bookings_are_due(self, store: Store) -> None:
        with store.writing() as work:
            for state in BookingState:
                opened = work.ledger.open(booking(state.value))
                work.ledger.advance(opened, replace(opened, state=state))
        with store.reading() as look:
            assert set(look.ledger.due(NOON)) == {state.value for state in UNFINISHED}

    def test_one_hosts_many_bookings_let_others_go_between(self, store: Store) -> None:
        many = [f"a{number}" for number in range(5)]
        with store.writing() as work:
            asked = [(name, ALICE, NOON - 99 + number) for number, name in enumerate(many)]
            for name, host, at in (*asked, ("b0", BOB, NOON), ("b1", BOB, NOON)):
                work.sessions.put(session(name, host=host))
                work.ledger.open(replace(booking(name, since=at), state=BookingState.ACCEPTED))
        with store.reading() as look:
            assert look.ledger.due(NOON) == ["a0", "b0", "a1", "b1", "a2", "a3", "a4"]
            assert look.ledger.due(NOON, limit=2) == ["a0", "b0"]

    def test_a_booking_is_due_once_its_time_has_come_and_nobody_leases_it(self, store: Store) -> None:
        waits = {"now": (0, 0), "later": (NOON + 1, 0), "leased": (0, NOON + 1), "lapsed": (NOON, NOON)}
        with store.writing() as work:
            for number, (name, (next_at, lease_until)) in enumerate(waits.items()):
                opened = work.ledger.open(booking(name, since=NOON - number))
                work.ledger.advance(
                    opened,
                    replace(opened, state=BookingState.WRITING, next_at=next_at, lease_until=lease_until),
                )
        with store.reading() as look:
            assert look.ledger.due(NOON) == ["lapsed", "now"]
            assert look.ledger.due(NOON, limit=1) == ["lapsed"]
            assert len(look.ledger.due(NOON + 1)) == 4


class EffectContract:
    def test_every_field_of_an_effect_round_trips(self, store: Store) -> None:
        full = replace(
            effect(),
            required=False,
            want=Want.ABSENT,
            state=EffectState.AMBIGUOUS,
            etag='"7"',
            sequence=2,
            attempts=3,
            next_at=NOON,
            last_code="503",
            last_error="The server was away",
        )
        told = replace(effect(CARA), calendar=None, event_id=None, delivery=Delivery.NOTIFIED)
        with store.writing() as work:
            work.ledger.plan([effect(BOB, epoch=2), told, effect()])
            work.ledger.record(full)
        with store.reading() as look:
            assert look.ledger.effects(S1) == [full, told, effect(BOB, epoch=2)]
            assert look.ledger.effects(S2) == []

    def test_an_attendee_has_one_effect_an_epoch(self, store: Store) -> None:
        with store.writing() as work:
            work.ledger.plan([effect()])
        with pytest.raises(StoreError), store.writing() as work:
            work.ledger.plan([effect(BOB), effect()])
        with store.reading() as look:
            assert look.ledger.effects(S1) == [effect()]

    def test_an_effect_is_found_by_the_event_it_writes(self, store: Store) -> None:
        with store.writing() as work:
            work.ledger.plan([effect(), effect(BOB)])
        with store.reading() as look:
            assert look.ledger.effect_of(EventId("s1-bob-1")) == effect(BOB)
            assert look.ledger.effect_of(EventId("somebody-elses")) is None

    def test_an_effect_that_was_never_planned_cannot_be_recorded(self, store: Store) -> None:
        with pytest.raises(StaleVersionError), store.writing() as work:
            work.ledger.record(effect())


class HoldContract:
    def test_a_held_hour_is_refused_to_another_session(self, store: Store) -> None:
        with store.writing() as work:
            work.ledger.hold([hold(ALICE), hold(BOB)])
        clash = hold(BOB, name="s2", start=NOON + HOUR - 1)
        with pytest.raises(HoldRefusedError, match="bob"), store.writing() as work:
            work.ledger.hold([hold(CARA, name="s2"), clash])
        with store.reading() as look:
            assert look.ledger.holds(CARA, DAY_OF_NOON) == []

    def test_a_refusal_that_is_taken_holds_nobody(self, store: Store) -> None:
        with store.writing() as work:
            work.ledger.hold([hold(BOB)])
        with store.writing() as work:
            with pytest.raises(HoldRefusedError):
                work.ledger.hold([hold(ALICE, name="s2"), hold(BOB, name="s2")])
            work.ledger.open(booking("s2"))
        with store.reading() as look:
            assert look.ledger.holds(ALICE, DAY_OF_NOON) == []
            assert look.ledger.booking(S2) is not None

    def test_touching_spans_do_not_overlap(self, store: Store) -> None:
        before, after = hold(name="s2", start=NOON - HOUR), hold(name="s3", start=NOON + HOUR)
        with store.writing() as work:
            work.ledger.hold([hold()])
            work.ledger.hold([before])
            work.ledger.hold([after])
        with store.reading() as look:
            assert look.ledger.holds(ALICE, DAY_OF_NOON) == [before, hold(), after]
            assert look.ledger.holds(ALICE, hold().span) == [hold()]

    def test_the_holds_of_several_people_are_asked_for_at_once(self, store: Store) -> None:
        later = hold(BOB, name="s2", start=NOON + HOUR)
        with store.writing() as work:
            work.ledger.hold([hold(), hold(BOB), later, hold(CARA, name="s3")])
            work.ledger.release(SessionId("s3"))
        with store.reading() as look:
            both = [hold(), hold(BOB), later]
            assert look.ledger.holds_of_any((BOB, ALICE), DAY_OF_NOON) == both
            assert look.ledger.holds_of_any({BOB, ALICE, CARA}, hold().span) == both[:2]
            assert look.ledger.holds_of_any((ALICE, ALICE), DAY_OF_NOON) == both[:1]
            assert look.ledger.holds_of_any((), DAY_OF_NOON) == []
            assert look.ledger.holds_of_any((BOB,), Span(NOON + 5 * HOUR, NOON + 6 * HOUR)) == []

    def test_a_sessions_own_holds_do_not_block_it(self, store: Store) -> None:
        wider = hold(start=NOON - HOUR, hours=3)
        with store.writing() as work:
            work.ledger.hold([hold()])
            work.ledger.hold([hold()])
            work.ledger.hold([wider])
        with store.reading() as look:
            assert look.ledger.holds(ALICE, DAY_OF_NOON) == [wider, hold()]

    def test_two_sessions_in_one_call_block_each_other(self, store: Store) -> None:
        with pytest.raises(HoldRefusedError), store.writing() as work:
            work.ledger.hold([hold(), hold(name="s2")])

    def test_a_released_hour_is_free_again(self, store: Store) -> None:
        with store.writing() as work:
            work.ledger.hold([hold(), hold(BOB)])
            work.ledger.release(S1)
            work.ledger.hold([hold(name="s2")])
        with store.reading() as look:
            assert look.ledger.holds(ALICE, DAY_OF_NOON) == [hold(name="s2")]
            assert look.ledger.holds(BOB, DAY_OF_NOON) == []

    def test_a_hold_keeps_when_it_expires(self, store: Store) -> None:
        kept = replace(hold(), expires=NOON + 90)
        with store.writing() as work:
            work.ledger.hold([kept])
        with store.reading() as look:
            assert look.ledger.holds(ALICE, DAY_OF_NOON) == [kept]

    def test_a_race_for_one_hour_has_one_winner(self, store: Store) -> None:
        won: list[Hold] = []

        def take(asked: Hold) -> None:
            try:
                with store.writing() as work:
                    work.ledger.hold([asked, replace(asked, person=BOB)])
            except HoldRefusedError:
                return
            won.append(asked)

        threads = [
            threading.Thread(target=take, args=(hold(name=f"race-{number}", start=NOON + number),))
            for number in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        with store.reading() as look:
            assert look.ledger.holds(ALICE, DAY_OF_NOON) == won


def _fields(booking: Booking) -> dict[str, object]:
    return {name: getattr(booking, name) for name in Booking.__slots__}
