"""Users, sessions, messages and wakes: the documents' own examples, versions, and who is woken."""

from dataclasses import replace
from datetime import date

import pytest

from engine.errors import StaleVersionError, UnknownThingError
from engine.ids import MessageId, SessionId, UserId
from engine.model.booking import BookingState
from engine.model.constraint import DateOverride, WeeklyAvailability
from engine.model.session import (
    Answer,
    EventSession,
    MessageRole,
    Response,
    SessionStatus,
    TimeSlot,
)
from engine.model.user import (
    CalendarConnection,
    FamilyPreferences,
    Preferences,
    Provider,
    Role,
    TentativeAs,
    WorkingHours,
)
from engine.ports.sessions import Position
from engine.ports.store import Store, Transaction
from engine.time.span import DAY, HOUR
from engine.time.weekday import Weekday
from tests.contracts.stores.documents import FIRST_WORDS, FULL, MILAN, PROJECT_SYNC
from tests.contracts.stores.samples import (
    ALICE,
    BOB,
    CARA,
    NOON,
    account,
    booking,
    effect,
    hold,
    key,
    plan,
    session,
    user,
)
from tests.contracts.stores.untouched import untouched


def pages(look: Transaction, limit: int, status: SessionStatus | None = None) -> list[EventSession]:
    """Read all pages, one after another."""
    found: list[EventSession] = []
    last: Position | None = None
    while page := look.sessions.page(limit, last, status):
        assert len(page) <= limit
        found += look.sessions.some([one.id for one in page])
        last = page[-1]
    return found


class UserContract:
    def test_acc_18_the_documents_user_round_trips(self, store: Store) -> None:
        with store.writing() as work:
            written = work.users.put(MILAN)
        with store.reading() as look:
            assert look.users.get(MILAN.id) == written == replace(MILAN, version=1)

    def test_every_field_of_a_user_round_trips(self, store: Store) -> None:
        full = replace(
            MILAN,
            role=Role.PARENT,
            avatar_url="https://example.com/m.png",
            default_preferences=Preferences(
                working_hours=(WorkingHours(22 * 60, 6 * 60, (Weekday.SUNDAY,)), WorkingHours(0, 1440)),
                tentative_as=TentativeAs.SOFT,
                preferred_duration=30,
                buffer_time=15,
            ),
            google_auth_token="as it came",
            calendars=(
                CalendarConnection(provider=Provider.GOOGLE, calendar_id="primary", synced_at=NOON),
                CalendarConnection(
                    provider=Provider.APPLE, calendar_id="home", is_primary=True, read_only=True
                ),
            ),
            preferences=FamilyPreferences(
                preferred_start=9 * 60,
                preferred_end=24 * 60,
                no_events_before=8 * 60,
                no_events_after=21 * 60,
                default_duration=60,
                min_gap=15,
                max_events_per_day=5,
                email_enabled=False,
                reminders=(60, 15),
                custom={"colour": {"of_choice": "blue"}},
            ),
            availability=(
                WeeklyAvailability(Weekday.SUNDAY, 9 * 60, 24 * 60, is_available=False),
                WeeklyAvailability(Weekday.MONDAY, 22 * 60, 6 * 60),
            ),
            date_overrides=(
                DateOverride(date(2025, 12, 24), ((540, 720), (900, 1440))),
                DateOverride(date(2025, 12, 25)),
            ),
        )
        assert untouched(full) == set()
        assert untouched(full.preferences) == set()
        with store.writing() as work:
            work.users.put(user("bob"))
            work.users.put(full)
        with store.reading() as look:
            assert look.users.get(MILAN.id) == replace(full, version=1)
            assert look.users.all() == [user("bob", version=1), replace(full, version=1)]
        with store.writing() as work:
            work.users.put(replace(full, version=1, availability=()))
        with store.reading() as look:
            assert look.users.get(MILAN.id) == replace(full, version=2, availability=())

    def test_users_come_by_id_and_nobody_is_none(self, store: Store) -> None:
        with store.writing() as work:
            for name in ("cara", "alice", "bob"):
                work.users.put(user(name))
        with store.reading() as look:
            assert [each.id for each in look.users.all()] == [ALICE, BOB, CARA]
            assert look.users.get(UserId("nobody")) is None

    def test_only_the_version_that_was_read_is_replaced(self, store: Store) -> None:
        with store.writing() as work:
            first = work.users.put(user())
            second = work.users.put(replace(first, name="Alicia"))
        assert second.version == 2
        for stale in (first, user(), replace(second, version=9)):
            with pytest.raises(StaleVersionError), store.writing() as work:
                work.users.put(stale)
        with store.reading() as look:
            assert look.users.get(ALICE) == second

    def test_a_user_that_is_not_there_cannot_be_replaced(self, store: Store) -> None:
        with pytest.raises(StaleVersionError), store.writing() as work:
            work.users.put(user(version=1))

    def test_acc_79_a_user_goes_with_everything_that_is_theirs(self, store: Store) -> None:
        with store.writing() as work:
            for name in ("alice", "bob"):
                work.users.put(user(name))
            work.sessions.put(session("hosted"))
            work.sessions.put(session("of-bob", host=BOB))
            work.messages.add(replace(FIRST_WORDS, session_id=SessionId("hosted")))
            work.calendars.put_account(account())
            work.calendars.apply(plan("one.ics"))
            work.ledger.plan([effect(ALICE), effect(BOB)])
            work.ledger.hold([hold(ALICE), hold(BOB)])
        with store.writing() as work:
            work.users.delete(ALICE)
        with store.reading() as look:
            assert [each.id for each in look.users.all()] == [BOB]
            assert [each.id for each in look.sessions.listed()] == ["of-bob"]
            assert not look.messages.of(SessionId("hosted"))
            assert not look.calendars.accounts()
            assert not look.calendars.of_user(ALICE)
            assert not look.calendars.objects(key())
            assert not look.calendars.busy(ALICE, hold().span)
            assert [each.attendee for each in look.ledger.effects(SessionId("s1"))] == [BOB]
            assert not look.ledger.holds(ALICE, hold().span)
            assert look.ledger.holds(BOB, hold().span)


class SessionContract:
    def test_acc_24_the_documents_session_round_trips(self, store: Store) -> None:
        with store.writing() as work:
            written = work.sessions.put(PROJECT_SYNC)
        with store.reading() as look:
            assert look.sessions.get(PROJECT_SYNC.id) == written == replace(PROJECT_SYNC, version=1)

    def test_acc_20_every_field_of_a_session_round_trips(self, store: Store) -> None:
        assert untouched(FULL) == {"status"}
        assert not untouched(FULL.record)
        with store.writing() as work:
            work.sessions.put(FULL)
        with store.reading() as look:
            assert look.sessions.get(FULL.id) == replace(FULL, version=1)

    @pytest.mark.parametrize("status", list(SessionStatus))
    def test_acc_21_every_status_is_kept_listed_and_counted(
        self, store: Store, status: SessionStatus
    ) -> None:
        with store.writing() as work:
            work.sessions.put(replace(session("s1"), status=status))
            work.sessions.put(session("s2", created_at=NOON + 1))
        with store.reading() as look:
            assert "s1" in [each.id for each in look.sessions.listed(status)]
            assert [each.id for each in look.sessions.listed()] == ["s2", "s1"]
            counts = look.sessions.counts()
        assert set(counts) == set(SessionStatus)
        assert counts[status] == (2 if status is SessionStatus.PENDING else 1)
        assert sum(counts.values()) == 2

    def test_sessions_come_page_by_page_each_once(self, store: Store) -> None:
        made = [NOON, NOON + 5, NOON + 5, NOON + 5, NOON + 9, NOON - 3]
        with store.writing() as work:
            for number, moment in enumerate(made):
                host = (ALICE, BOB, CARA)[number % 3]
                work.sessions.put(session(f"s{number}", created_at=moment, host=host))
            work.sessions.put(replace(session("over", created_at=NOON + 5), status=SessionStatus.FAILED))
        with store.reading() as look:
            for limit in (1, 2, 3, 7, 100):
                found = pages(look, limit)
                assert found == list(look.sessions.listed())
            assert [each.id for each in pages(look, 2)] == ["s4", "over", "s1", "s2", "s3", "s0", "s5"]
            pending = pages(look, 2, SessionStatus.PENDING)
            assert [each.id for each in pending] == ["s4", "s1", "s2", "s3", "s0", "s5"]
            assert pages(look, 2, SessionStatus.CANCELLED) == []

    def test_how_somebodys_sessions_stand_is_told_newest_first(self, store: Store) -> None:
        slot = TimeSlot(start=NOON + DAY, end=NOON + DAY + HOUR, confidence=0.5)
        said = Response(BOB, Answer.DECLINED, None, NOON)
        last = replace(slot, start=NOON - DAY, end=NOON - DAY + HOUR)
        made = {
            "looks": session("looks"),
            "offers": replace(session("offers", created_at=NOON + 1), proposed_times=(slot,)),
            "heard": replace(session("heard"), proposed_times=(slot,), responses=(said,)),
            "booked": replace(session("booked"), status=SessionStatus.SCHEDULED, final_time=slot),
            "over": replace(session("over"), status=SessionStatus.SCHEDULED, final_time=last),
            "stuck": replace(session("stuck"), status=SessionStatus.CANCELLED, completed_at=NOON - DAY),
            "others": session("others", host=CARA),
        }
        made["others"] = replace(made["others"], invitee_ids=(ALICE,))
        with store.writing() as work:
            for one in made.values():
                work.sessions.put(one)
            work.ledger.open(replace(booking("booked"), state=BookingState.CONFIRMED))
            work.ledger.open(replace(booking("stuck"), state=BookingState.STUCK, slot=None))
        with store.reading() as look:
            told = {one.id: one for one in look.sessions.standing(BOB, NOON)}
            assert list(told) == ["offers", "booked", "heard", "looks", "stuck"]
            assert [one for one in told if told[SessionId(one)].is_offered] == ["offers", "heard"]
            assert [one for one in told if told[SessionId(one)].is_answered] == ["heard"]
            assert told[SessionId("booked")].slot == booking("booked").slot
            assert told[SessionId("booked")].state is BookingState.CONFIRMED
            assert (told[SessionId("looks")].state, told[SessionId("looks")].slot) == (None, None)
            assert told[SessionId("stuck")].status is SessionStatus.CANCELLED
            assert {one.host for one in told.values()} == {ALICE}
            assert not any(one.is_answered for one in look.sessions.standing(ALICE, NOON))
            assert "over" in [one.id for one in look.sessions.standing(BOB, NOON - 2 * DAY)]

    def test_a_page_goes_on_where_a_session_was_that_is_gone(self, store: Store) -> None:
        with store.writing() as work:
            for number in range(3):
                work.sessions.put(session(f"s{number}", created_at=NOON - number))
        with store.writing() as work:
            (first,) = work.sessions.page(1)
            work.sessions.delete(first.id)
            work.sessions.put(session("new", created_at=NOON + 1))
        with store.reading() as look:
            assert [each.id for each in look.sessions.page(9, first)] == ["s1", "s2"]

    def test_a_session_is_replaced_only_in_the_version_that_was_read(self, store: Store) -> None:
        with store.writing() as work:
            first = work.sessions.put(session())
            second = work.sessions.put(replace(first, title="Tea"))
        for stale in (first, session()):
            with pytest.raises(StaleVersionError), store.writing() as work:
                work.sessions.put(stale)
        with store.reading() as look:
            assert look.sessions.get(second.id) == second

    def test_sessions_are_found_by_how_their_ids_begin(self, store: Store) -> None:
        ids = ("ab", "abc", "ab_", "ab%", "Abc", "aä", "a\U0010ffff", "b", "ab\U0001f389")
        with store.writing() as tx:
            for id_ in ids:
                tx.sessions.put(replace(PROJECT_SYNC, id=SessionId(id_), version=0))
        with store.reading() as look:
            for text in ("", "a", "ab", "abc", "ab_", "aä", "A", "b", "c", "ab\U0001f389", "abcd"):
                assert set(look.sessions.begun(text)) == {id_ for id_ in ids if id_.startswith(text)}, text

    def test_a_change_touches_the_pending_sessions_of_whoever_attends(self, store: Store) -> None:
        with store.writing() as work:
            work.sessions.put(FULL)
            work.sessions.put(replace(session("over"), status=SessionStatus.SCHEDULED))
            work.sessions.put(session("mine"))
        with store.reading() as look:
            found = {name: look.sessions.pending_with(UserId(name)) for name in ("alice", "cara", "dan", "x")}
        assert found == {"alice": ["mine"], "cara": [FULL.id], "dan": [FULL.id], "x": []}

    def test_the_pending_sessions_of_several_people_are_asked_for_at_once(self, store: Store) -> None:
        with store.writing() as work:
            full = work.sessions.put(FULL)
            work.sessions.put(replace(session("over"), status=SessionStatus.SCHEDULED))
            mine = work.sessions.put(session("mine"))
        alice, dan, nobody = UserId("alice"), UserId("dan"), UserId("x")
        with store.reading() as look:
            asked = look.sessions.pending_with_any
            assert asked((alice, dan, CARA)) == sorted((full.id, mine.id))
            assert (asked({alice}), asked((dan, CARA))) == ([mine.id], [full.id])
            assert (asked((nobody,)), asked(())) == ([], [])

    def test_who_no_longer_attends_is_no_longer_touched(self, store: Store) -> None:
        with store.writing() as work:
            first = work.sessions.put(session())
            work.sessions.put(replace(first, invitee_ids=(CARA,)))
        with store.reading() as look:
            assert look.sessions.pending_with(BOB) == []
            assert look.sessions.pending_with(CARA) == [first.id]

    def test_those_who_have_met_are_those_of_scheduled_sessions(self, store: Store) -> None:
        with store.writing() as work:
            work.sessions.put(session())
            work.sessions.put(replace(session("s2"), status=SessionStatus.SCHEDULED, invitee_ids=(CARA,)))
            off = replace(session("s3"), status=SessionStatus.CANCELLED, invitee_ids=(UserId("dan"),))
            work.sessions.put(off)
        with store.reading() as look:
            assert set(look.sessions.company(ALICE)) == {CARA}
            assert set(look.sessions.company(CARA)) == {ALICE}
            assert set(look.sessions.company(BOB)) == set()

    def test_acc_25_a_session_is_over_from_the_second_it_expires(self, store: Store) -> None:
        with store.writing() as work:
            for number, name in enumerate(("b", "a", "c")):
                work.sessions.put(session(name, created_at=NOON + number))
            work.sessions.put(replace(session("done"), status=SessionStatus.SCHEDULED))
        over = session().expires_at
        with store.reading() as look:
            assert look.sessions.expired(over - 1) == []
            assert look.sessions.expired(over) == ["b"]
            assert look.sessions.expired(over + 9) == ["b", "a", "c"]
            assert look.sessions.expired(over + 9, limit=2) == ["b", "a"]

    def test_a_session_goes_with_its_messages(self, store: Store) -> None:
        with store.writing() as work:
            work.sessions.put(PROJECT_SYNC)
            work.messages.add(FIRST_WORDS)
            work.wakes.add([PROJECT_SYNC.id], NOON)
        with store.writing() as work:
            work.sessions.delete(PROJECT_SYNC.id)
        with store.reading() as look:
            assert look.sessions.get(PROJECT_SYNC.id) is None
            assert look.sessions.pending_with(PROJECT_SYNC.host_user_id) == []
            assert look.messages.of(PROJECT_SYNC.id) == []
            assert look.wakes.due(NOON) == []


class MessageContract:
    def test_acc_29_the_documents_message_round_trips(self, store: Store) -> None:
        with store.writing() as work:
            work.sessions.put(PROJECT_SYNC)
            work.messages.add(FIRST_WORDS)
            work.messages.add(FIRST_WORDS)
        with store.reading() as look:
            assert look.messages.of(PROJECT_SYNC.id) == [FIRST_WORDS]

    def test_messages_come_oldest_first_and_in_the_order_said(self, store: Store) -> None:
        said = [
            replace(FIRST_WORDS, id=MessageId("late"), timestamp=NOON + 9),
            replace(FIRST_WORDS, id=MessageId("z"), timestamp=NOON, metadata=None),
            replace(FIRST_WORDS, id=MessageId("a"), timestamp=NOON, role=MessageRole.ASSISTANT),
        ]
        with store.writing() as work:
            work.sessions.put(PROJECT_SYNC)
            for message in said:
                work.messages.add(message)
        with store.reading() as look:
            assert look.messages.of(PROJECT_SYNC.id) == [said[1], said[2], said[0]]

    def test_a_message_needs_its_session(self, store: Store) -> None:
        with pytest.raises(UnknownThingError), store.writing() as work:
            work.messages.add(FIRST_WORDS)


class WakeContract:
    def test_the_longest_waiting_session_comes_first_and_the_earlier_of_two_times_counts(
        self, store: Store
    ) -> None:
        one, two, later = SessionId("one"), SessionId("two"), SessionId("later")
        with store.writing() as work:
            work.wakes.add([one, later], NOON + 100)
            work.wakes.add([two], NOON + 50)
            work.wakes.add([two], NOON + 70)
            work.wakes.add([one], NOON + 20)
        with store.reading() as look:
            assert look.wakes.due(NOON) == []
            assert look.wakes.due(NOON + 50) == [one, two]
            assert look.wakes.due(NOON + 100, limit=2) == [one, two]
            assert look.wakes.due(NOON + 100) == [one, two, later]

    def test_one_hosts_many_sessions_let_others_go_between(self, store: Store) -> None:
        with store.writing() as work:
            for number in range(4):
                work.sessions.put(session(f"a{number}", host=ALICE))
                work.wakes.add([SessionId(f"a{number}")], NOON - 50 + number)
            for name in ("b0", "b1"):
                work.sessions.put(session(name, host=BOB))
                work.wakes.add([SessionId(name)], NOON)
        with store.reading() as look:
            assert look.wakes.due(NOON) == ["a0", "b0", "a1", "b1", "a2", "a3"]
            assert look.wakes.due(NOON, limit=2) == ["a0", "b0"]
            assert look.wakes.is_due(SessionId("b1"), NOON)
            assert not look.wakes.is_due(SessionId("b1"), NOON - 1)
            assert not look.wakes.is_due(SessionId("c"), NOON)

    def test_a_session_laid_to_rest_sleeps_until_it_is_woken_again(self, store: Store) -> None:
        one = SessionId("one")
        with store.writing() as work:
            work.wakes.add([one], NOON)
            work.wakes.done(one)
            assert work.wakes.due(NOON) == []
            work.wakes.add([one], NOON + 5)
            assert work.wakes.due(NOON + 5) == [one]
