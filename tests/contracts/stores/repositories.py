"""What each repository answers beside: windows, who takes part, what is due, who is worth learning from."""

from dataclasses import replace

import pytest

from engine.errors import StoreError
from engine.ids import ConnectorName, SessionId
from engine.model.constraint import Rule
from engine.model.event import EventStatus, ReminderStatus
from engine.model.history import SchedulingEvent
from engine.model.operations import NotificationStatus, SyncJobStatus
from engine.model.reservation import ConflictStatus
from engine.ports.store import Store
from engine.time.span import DAY, HOUR, Span
from tests.contracts.stores.repository import REPOSITORIES, furnish
from tests.contracts.stores.sample_rows import (
    BUDGET,
    CAR,
    CONFLICT,
    ENDED,
    FULL_EVENT,
    GRANT,
    NOTIFICATION,
    PARTICIPANT,
    PROFILE,
    REMINDER,
    RESERVATION,
    RULE,
    RULES,
    SET_ASIDE,
    SYNC_JOB,
    VISIT,
    event,
)
from tests.contracts.stores.samples import ALICE, BOB, CARA, NOON, calendar, key, plan, user


class EventRepositoryContract:
    def test_acc_71_a_window_finds_what_overlaps_it_and_what_repeats_into_it(self, store: Store) -> None:
        series = replace(event("series", start=NOON - 7 * DAY), recurrence_rule="FREQ=WEEKLY")
        moved = replace(
            event("moved", start=NOON + 9 * DAY), recurrence_parent_id="series", original_start_time=NOON
        )
        others = [
            event("before", start=NOON - HOUR),
            event("running", start=NOON - HOUR, minutes=61),
            event("after", start=NOON + HOUR),
            replace(event("later", start=NOON + HOUR), recurrence_rule="FREQ=DAILY"),
            replace(event("elsewhere"), calendar=key("home")),
        ]
        with store.writing() as work:
            furnish(work)
            work.calendars.apply(replace(plan(), calendar=calendar("home")))
            for each in (series, moved, *others):
                work.repositories.events.put(each)
        with store.reading() as look:
            found = look.repositories.events.candidates(key(), Span(NOON, NOON + HOUR))
        assert [each.id for each in found] == ["series", "running", "event_123", "moved"]

    def test_acc_65_whoever_takes_part_is_busy_whatever_the_calendar(self, store: Store) -> None:
        with store.writing() as work:
            furnish(work)
            work.repositories.events.put(event("theirs"))
            work.repositories.events.put(
                replace(event("weekly", start=NOON - DAY), recurrence_rule="FREQ=DAILY")
            )
            for number, name in enumerate(("theirs", "weekly")):
                work.repositories.participants.put(
                    replace(PARTICIPANT, id=f"p{number}", event_id=name, user_id=BOB)
                )
        with store.reading() as look:
            inside = Span(NOON, NOON + HOUR)
            found = look.repositories.events.candidates_with(BOB, inside)
            assert [each.id for each in found] == ["weekly", "theirs"]
            assert look.repositories.events.candidates_with(CARA, inside) == []

    def test_acc_61_somebody_takes_part_once(self, store: Store) -> None:
        with store.writing() as work:
            furnish(work)
            work.repositories.participants.put(PARTICIPANT)
            work.repositories.participants.put(replace(PARTICIPANT, id="p2", user_id=BOB))
        with pytest.raises(StoreError), store.writing() as work:
            work.repositories.participants.put(replace(PARTICIPANT, id="p3"))
        with store.reading() as look:
            assert [each.user_id for each in look.repositories.participants.of_event("event_123")] == [
                ALICE,
                BOB,
            ]

    def test_acc_64_a_reservation_follows_its_events_status(self, store: Store) -> None:
        alone = replace(RESERVATION, id="res2", event_id=None)
        with store.writing() as work:
            furnish(work)
            work.repositories.reservations.put(replace(RESERVATION, status=EventStatus.PROPOSED))
            work.repositories.reservations.put(alone)
            there = work.repositories.events.get("event_123")
            assert there is not None
            work.repositories.events.put(replace(there, status=EventStatus.CANCELLED, updated_at=NOON + 9))
        with store.reading() as look:
            followed = look.repositories.reservations.of_event("event_123")
            assert [(each.status, each.version, each.updated_at) for each in followed] == [
                (EventStatus.CANCELLED, 2, NOON + 9)
            ]
            assert look.repositories.reservations.get("res2") == replace(alone, version=1)

    def test_what_belongs_to_an_event_goes_with_it(self, store: Store) -> None:
        with store.writing() as work:
            furnish(work)
            work.repositories.participants.put(PARTICIPANT)
            work.repositories.reminders.put(REMINDER)
            work.repositories.reservations.put(RESERVATION)
            work.repositories.events.put(FULL_EVENT)
            work.repositories.events.delete("event_123")
        with store.reading() as look:
            assert look.repositories.events.get("event_456") is None
            assert look.repositories.participants.get("p1") is None
            assert look.repositories.reminders.get("r1") is None
            assert look.repositories.reservations.get("res1") is None

    @pytest.mark.parametrize("lacking", ["participants", "reminders", "reservations", "events"])
    def test_what_rests_on_nothing_is_refused(self, store: Store, lacking: str) -> None:
        open_repository, entity, _ = REPOSITORIES[lacking]
        with pytest.raises(StoreError), store.writing() as work:
            open_repository(work).put(entity)

    def test_acc_74_several_reminders_of_an_event_are_due_in_turn(self, store: Store) -> None:
        pending = replace(REMINDER, status=ReminderStatus.PENDING)
        with store.writing() as work:
            furnish(work)
            work.repositories.reminders.put(replace(pending, id="late", due_at=NOON + 1))
            work.repositories.reminders.put(replace(pending, id="early", due_at=NOON - 60))
            work.repositories.reminders.put(replace(pending, id="sent", status=ReminderStatus.SENT))
        with store.reading() as look:
            found = look.repositories.reminders.of_event("event_123")
            assert [each.id for each in found] == ["sent", "early", "late"]
            assert [each.id for each in look.repositories.reminders.due(NOON)] == ["early"]
            assert [each.id for each in look.repositories.reminders.due(NOON + 1, limit=1)] == ["early"]
            assert len(look.repositories.reminders.due(NOON + 1)) == 2


class ResourceRepositoryContract:
    def test_acc_62_a_resource_is_made_inactive_never_deleted(self, store: Store) -> None:
        with store.writing() as work:
            furnish(work)
            work.repositories.reservations.put(RESERVATION)
            work.repositories.resources.delete("car")
        with store.reading() as look:
            assert look.repositories.resources.get("car") == replace(CAR, active=False, version=2)
            assert [each.id for each in look.repositories.resources.all()] == ["car"]
            assert look.repositories.reservations.get("res1") is not None

    def test_acc_63_what_uses_a_resource_is_found_and_touching_is_not(self, store: Store) -> None:
        start, end = RESERVATION.start_time, RESERVATION.end_time
        with store.writing() as work:
            furnish(work)
            work.repositories.reservations.put(RESERVATION)
            work.repositories.reservations.put(replace(RESERVATION, id="no", status=EventStatus.CANCELLED))
        with store.reading() as look:
            found = look.repositories.reservations.overlapping
            assert [each.id for each in found("car", Span(start + HOUR, end + HOUR))] == ["res1"]
            assert found("car", Span(end, end + HOUR)) == []
            assert found("car", Span(start - HOUR, start)) == []
            assert found("kitchen", Span(start, end)) == []

    def test_a_resource_that_nobody_could_use_is_refused(self, store: Store) -> None:
        with pytest.raises(StoreError), store.writing() as work:
            work.repositories.resources.put(replace(CAR, capacity=0))

    def test_acc_66_conflicts_come_by_status_newest_first(self, store: Store) -> None:
        open_one = replace(CONFLICT, id="open", status=ConflictStatus.DETECTED)
        with store.writing() as work:
            work.repositories.conflicts.put(CONFLICT)
            work.repositories.conflicts.put(open_one)
            work.repositories.conflicts.put(
                replace(open_one, id="newer", detected_at=open_one.detected_at + 1)
            )
        with store.reading() as look:
            found = look.repositories.conflicts.with_status(ConflictStatus.DETECTED)
            assert [each.id for each in found] == ["newer", "open"]
            assert [each.id for each in look.repositories.conflicts.some({"open", "newer", "none"})] == [
                "newer",
                "open",
            ]

    def test_conflicts_are_found_by_whatever_is_involved_while_they_are_open(self, store: Store) -> None:
        open_one = replace(CONFLICT, status=ConflictStatus.DETECTED)
        involved = {"soccer": ("a", "b"), "dinner": ("b", "c%"), "choir": ("d", 'e"')}
        with store.writing() as work:
            for name, events in involved.items():
                work.repositories.conflicts.put(replace(open_one, id=name, involved_events=events))
            work.repositories.conflicts.put(
                replace(CONFLICT, id="over", status=ConflictStatus.RESOLVED, involved_events=("a", "b"))
            )
        with store.reading() as look:
            for asked, found in {
                ("a",): ["soccer"], ("b",): ["dinner", "soccer"], ("a", "b", "z"): ["dinner", "soccer"],
                ("c%", 'e"'): ["choir", "dinner"], ("c", "%", "e"): [], (): [],
            }.items():  # fmt: skip
                assert [each.id for each in look.repositories.conflicts.involving(asked)] == found, asked


class ConstraintRepositoryContract:
    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
    def test_acc_70_every_rule_type_round_trips(self, store: Store, rule: Rule) -> None:
        kept = replace(RULE, rule=rule)
        with store.writing() as work:
            work.repositories.constraints.put(kept)
        with store.reading() as look:
            assert look.repositories.constraints.get(RULE.id) == replace(kept, version=1)

    def test_acc_68_somebody_is_bound_by_their_own_rules_and_by_everybodys(self, store: Store) -> None:
        with store.writing() as work:
            work.repositories.constraints.put(RULE)
            for name, owner in (("mine", ALICE), ("everybodys", None), ("bobs", BOB)):
                work.repositories.constraints.put(replace(RULE, id=name, user=owner, active=True))
        with store.reading() as look:
            repository = look.repositories.constraints
            assert [each.id for each in repository.for_user(ALICE)] == ["everybodys", "mine"]
            assert [each.id for each in repository.for_user(CARA)] == ["everybodys"]
            assert [each.id for each in repository.concerning([ALICE, BOB])] == [
                "bobs",
                "dinner",
                "everybodys",
                "mine",
            ]
            assert [each.id for each in repository.all()] == ["bobs", "dinner", "everybodys", "mine"]

    @pytest.mark.parametrize("priority", [0, 11])
    def test_acc_68_a_priority_is_1_to_10(self, store: Store, priority: int) -> None:
        with pytest.raises(StoreError), store.writing() as work:
            work.repositories.constraints.put(replace(RULE, priority=priority))


class HistoryRepositoryContract:
    def test_acc_13_and_39_profiles_that_are_worth_training_on(self, store: Store) -> None:
        samples = {"a": (42, 78.5), "b": (9, 99.0), "c": (10, 70.0), "d": (10, 69.99), "e": (50, 71.0)}
        with store.writing() as work:
            for name, (size, rate) in samples.items():
                work.repositories.profiles.put(
                    replace(PROFILE, user_id=user(name).id, sample_size=size, acceptance_rate=rate)
                )
        with store.reading() as look:
            found = look.repositories.profiles.for_training()
            assert [each.user_id for each in found] == ["e", "a", "c"]
            assert [each.user_id for each in look.repositories.profiles.for_training(limit=1)] == ["e"]

    def test_acc_33_a_rate_that_is_no_percentage_is_refused(self, store: Store) -> None:
        for rate in (-0.01, 100.01):
            with pytest.raises(StoreError), store.writing() as work:
                work.repositories.profiles.put(replace(PROFILE, acceptance_rate=rate))

    def test_acc_36_ends_of_sessions_come_by_session_and_by_host(self, store: Store) -> None:
        with store.writing() as work:
            for number in range(3):
                work.repositories.analytics.put(
                    replace(ENDED, id=f"se{number}", created_at=NOON + number, session_id=_session(number))
                )
        with store.reading() as look:
            found = look.repositories.analytics.of_session(ENDED.session_id)
            assert [each.id for each in found] == ["se0", "se2"]
            assert [each.id for each in look.repositories.analytics.of_host(ALICE)] == ["se2", "se1", "se0"]
            assert [each.id for each in look.repositories.analytics.of_host(ALICE, limit=1)] == ["se2"]
            assert look.repositories.analytics.of_host(BOB) == []

    def test_the_newest_ends_are_told_by_marks_and_read_by_id(self, store: Store) -> None:
        with store.writing() as work:
            analytics = work.repositories.analytics
            known = replace(ENDED, anonymised_at=None)
            for number, after in enumerate((3, 1, 2)):
                analytics.put(replace(known, id=f"se{number}", created_at=NOON + after))
            analytics.put(replace(ENDED, id="nobodys", created_at=NOON + 9))
            seen = analytics.get("se1")
            assert seen is not None
            analytics.put(replace(seen, num_messages=2))
        with store.reading() as look:
            analytics = look.repositories.analytics
            assert analytics.marks(2) == [("se2", 1), ("se0", 1)]
            assert analytics.marks(9) == [("se1", 2), ("se2", 1), ("se0", 1)]
            assert [one.id for one in analytics.newest(9)] == [name for name, _ in analytics.marks(9)]
            assert [one.id for one in analytics.some(["se2", "se0", "none"])] == ["se0", "se2"]

    def test_only_budgets_that_were_refused_and_not_served_since_are_refusing(self, store: Store) -> None:
        with store.writing() as work:
            for name, refusals in (("google-writes b", 1), ("google-account b", 3), ("caldav a", 0)):
                work.repositories.budgets.put(replace(BUDGET, name=name, refusals=refusals))
        with store.reading() as look:
            found = look.repositories.budgets.refusing()
        assert [each.name for each in found] == ["google-account b", "google-writes b"]

    def test_what_is_set_aside_comes_for_several_sessions_at_once(self, store: Store) -> None:
        with store.writing() as work:
            for number in range(4):
                aside = replace(SET_ASIDE, id=f"a{number}", since=NOON - number, session_id=_session(number))
                work.repositories.set_aside.put(aside)
            work.repositories.set_aside.put(replace(SET_ASIDE, id="of-none", session_id=None))
        with store.reading() as look:
            of_sessions = look.repositories.set_aside.of_sessions
            found = of_sessions([_session(0), _session(1)])
            assert [each.id for each in found] == ["a3", "a2", "a1", "a0"]
            assert [each.id for each in of_sessions([_session(1)])] == ["a3", "a1"]
            assert list(of_sessions([])) == list(of_sessions([SessionId("none")])) == []

    def test_acc_36_a_session_without_messages_counts_none(self, store: Store) -> None:
        bare = SchedulingEvent(
            id="bare",
            session_id=ENDED.session_id,
            host_user_id=ALICE,
            num_invitees=0,
            outcome=ENDED.outcome,
            created_at=NOON,
        )
        with store.writing() as work:
            work.repositories.analytics.put(bare)
        with store.reading() as look:
            assert look.repositories.analytics.get("bare") == replace(bare, version=1)


class OperationsRepositoryContract:
    def test_notifications_come_by_user_and_when_they_are_due(self, store: Store) -> None:
        waiting = replace(NOTIFICATION, delivered_at=None, read_at=None, status=NotificationStatus.UNREAD)
        with store.writing() as work:
            work.repositories.notifications.put(NOTIFICATION)
            work.repositories.notifications.put(
                replace(waiting, id="n2", scheduled_for=NOON + 5, created_at=NOON)
            )
            work.repositories.notifications.put(replace(waiting, id="n3", scheduled_for=None, user_id=BOB))
        with store.reading() as look:
            repository = look.repositories.notifications
            assert [each.id for each in repository.of_user(ALICE)] == ["n1", "n2"]
            assert [each.id for each in repository.of_user(ALICE, NotificationStatus.UNREAD)] == ["n2"]
            assert [each.id for each in repository.due(NOON + 5)] == ["n2"]
            assert repository.due(NOON + 4) == []

    def test_acc_77_sync_jobs_come_by_user_and_by_status(self, store: Store) -> None:
        with store.writing() as work:
            work.repositories.sync_jobs.put(SYNC_JOB)
            work.repositories.sync_jobs.put(replace(SYNC_JOB, id="j2", created_at=NOON))
            work.repositories.sync_jobs.put(
                replace(SYNC_JOB, id="j3", status=SyncJobStatus.COMPLETED, user_id=BOB)
            )
        with store.reading() as look:
            assert [each.id for each in look.repositories.sync_jobs.of_user(ALICE)] == ["j1", "j2"]
            running = look.repositories.sync_jobs.with_status(SyncJobStatus.RUNNING)
            assert [each.id for each in running] == ["j2", "j1"]
            of_connector = look.repositories.sync_jobs.of_connector
            assert [each.id for each in of_connector(SYNC_JOB.connector)] == ["j1", "j3", "j2"]
            assert [each.id for each in of_connector(SYNC_JOB.connector, limit=1)] == ["j1"]
            assert of_connector(ConnectorName("another")) == []

    @pytest.mark.parametrize("progress", [-1, 101])
    def test_acc_77_progress_is_a_percentage(self, store: Store, progress: int) -> None:
        with pytest.raises(StoreError), store.writing() as work:
            work.repositories.sync_jobs.put(replace(SYNC_JOB, progress_percentage=progress))

    def test_acc_76_grants_come_by_user_and_show_no_token(self, store: Store) -> None:
        with store.writing() as work:
            work.repositories.grants.put(GRANT)
        with store.reading() as look:
            assert look.repositories.grants.of_user(ALICE) == [replace(GRANT, version=1)]
            assert look.repositories.grants.of_user(BOB) == []
        assert "canary" not in repr(GRANT)


class VisitRepositoryContract:
    def test_visits_are_told_and_counted_for_many_at_once(self, store: Store) -> None:
        other = replace(VISIT, id="b" * 32, session_id=SessionId("other"))
        waiting = replace(other, confirmed_at=None, over_at=None)
        elsewhere = replace(VISIT, id="c" * 32, session_id=SessionId("third"), invitation_id="d" * 32)
        with store.writing() as work:
            for each in (VISIT, waiting, elsewhere):
                work.repositories.visits.put(each)
            work.repositories.visits.queue(VISIT.address_mark, VISIT.client_mark)
        with store.reading() as look:
            visits = look.repositories.visits
            asked = [VISIT.session_id, SessionId("other"), SessionId("of nobody")]
            assert set(visits.among(asked)) == {VISIT.session_id, "other"}
            assert not visits.among([])
            assert visits.confirmed([VISIT.invitation_id, "d" * 32, "e" * 32]) == {
                VISIT.invitation_id: 1,
                "d" * 32: 1,
            }
            assert visits.confirmed([]) == {}


def _session(number: int) -> SessionId:
    return ENDED.session_id if number % 2 == 0 else SessionId("other")
