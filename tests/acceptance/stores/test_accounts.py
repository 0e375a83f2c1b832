"""F3 and F4 on each SQL store: accounts and tokens, reminders, jobs, the log, and whose rows are whose."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.errors import StaleVersionError, StoreError
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.booking import AuditEntry
from engine.model.calendar import CalendarAccount
from engine.model.calendar_object import SyncPlan
from engine.model.event import (
    AttendeeResponse,
    CalendarEvent,
    EventAttendee,
    EventStatus,
    Reminder,
    ReminderStatus,
    ReminderType,
)
from engine.model.integration import GrantStatus, SyncFrequency
from engine.model.operations import Grant, SyncJob, SyncJobStatus, SyncJobType
from engine.ports.store import Store, Transaction
from engine.time.span import DAY, HOUR, MINUTE, Span
from store.sql.store import SqlStore
from tests.acceptance.stores.conftest import MakeWorld, url_of
from tests.acceptance.stores.family import CHILD, MADE, PARENT, at_home, event, kept, put, taking_part
from tests.contracts.stores.sample_rows import GRANT, NOTIFICATION, PROFILE, SYNC_JOB
from tests.contracts.stores.samples import calendar, effect, hold, plan, session
from tests.store.contents import contents
from tests.worlds.command_line import Line
from tests.worlds.folder_world import Somebody

GOOGLE = ConnectorName("parent-google")
CANARIES = ("ya29.canary-access", "1//canary-refresh")
ALWAYS = Span(0, MADE + 999 * DAY)


def grant(connector: str = GOOGLE, user: UserId = PARENT, **more: Any) -> Grant:
    """Give what a provider gave."""
    plain = Grant(
        connector=ConnectorName(connector),
        user_id=user,
        provider="google",
        access_token=CANARIES[0],
        refresh_token=CANARIES[1],
        created_at=MADE,
        updated_at=MADE,
    )
    return replace(plain, **more)


def test_acceptance_72_an_event_keeps_its_attendees_and_what_providers_call_it(sql: MakeWorld) -> None:
    people = tuple(EventAttendee(f"{answer}@example.com", answer) for answer in AttendeeResponse)
    ids = {"google": "abc123", "outlook": "AAMk=="}
    with at_home(sql) as store:
        for number, word in enumerate(("confirmed", "tentative", "cancelled")):
            put(
                store,
                event(
                    word,
                    f"2026-01-0{5 + number}T10:00:00Z",
                    status=EventStatus.from_word(word),
                    attendees=people,
                    external_ids=ids,
                    all_day=word == "cancelled",
                ),
            )
        with store.reading() as tx:
            found = [tx.repositories.events.get(word) for word in ("confirmed", "tentative", "cancelled")]
    assert [each.status for each in found if each] == [
        EventStatus.CONFIRMED,
        EventStatus.PROPOSED,
        EventStatus.CANCELLED,
    ]
    assert [each.all_day for each in found if each] == [False, False, True]
    assert {(each.attendees, tuple(each.external_ids.items())) for each in found if each} == {
        (people, tuple(ids.items()))
    }
    assert CalendarEvent.__dataclass_fields__["all_day"].default is False


def test_acceptance_73_an_account_knows_its_provider_tokens_expiry_calendars_and_last_sync(
    sql: MakeWorld,
) -> None:
    with at_home(sql) as store:
        with store.writing() as tx:
            tx.calendars.put_account(
                CalendarAccount(connector=GOOGLE, user_id=PARENT, kind="google", last_success=MADE + HOUR)
            )
            tx.repositories.grants.put(grant(token_expires_at=MADE + HOUR, account_email="p@example.com"))
            for name in ("primary", "work"):
                key = CalendarKey(GOOGLE, RemoteCalendarId(name))
                tx.calendars.apply(
                    SyncPlan(calendar=replace(calendar(), key=key, user_id=PARENT), based_on=0)
                )
        with store.reading() as tx:
            account, tokens = tx.calendars.account(GOOGLE), tx.repositories.grants.get(GOOGLE)
            ids = [each.key.calendar for each in tx.calendars.of_connector(GOOGLE)]
    assert account is not None
    assert tokens is not None
    assert (account.kind, tokens.provider, tokens.account_email) == ("google", "google", "p@example.com")
    assert (tokens.access_token, tokens.refresh_token) == CANARIES
    assert (tokens.token_expires_at, account.last_success, ids) == (
        MADE + HOUR,
        MADE + HOUR,
        ["primary", "work"],
    )


def test_acceptance_74_an_event_has_several_reminders_of_three_kinds(sql: MakeWorld) -> None:
    start = event("dentist", "2026-01-05T10:00:00Z").start_time
    plain = Reminder(
        id="r", event_id="dentist", user_id=CHILD, minutes_before=60, due_at=start - HOUR, created_at=MADE
    )
    assert plain.status is ReminderStatus.PENDING
    with at_home(sql) as store:
        put(store, event("dentist", "2026-01-05T10:00:00Z"))
        with store.writing() as tx:
            for minutes, kind in zip((60, 15, 5), ReminderType, strict=True):
                due = start - minutes * MINUTE
                tx.repositories.reminders.put(
                    replace(plain, id=kind.value, reminder_type=kind, minutes_before=minutes, due_at=due)
                )
        for status in (ReminderStatus.SENT, ReminderStatus.FAILED):
            with store.writing() as tx:
                first = tx.repositories.reminders.due(start)[0]
                tx.repositories.reminders.put(replace(first, status=status))
        with store.reading() as tx:
            told = [(each.id, each.status) for each in tx.repositories.reminders.of_event("dentist")]
            left = [each.id for each in tx.repositories.reminders.due(start)]
    assert told == [("email", "sent"), ("push", "failed"), ("both", "pending")]
    assert left == ["both"]


def test_acceptance_76_a_connector_has_one_grant_in_one_of_four_states(sql: MakeWorld) -> None:
    plain = grant()
    assert (plain.status, plain.sync_frequency) == (GrantStatus.DISCONNECTED, SyncFrequency.HOURLY)
    with at_home(sql) as store:
        for number, status in enumerate(GrantStatus):
            frequency = list(SyncFrequency)[number % 3]
            with store.writing() as tx:
                tx.repositories.grants.put(grant(status, status=status, sync_frequency=frequency))
        with pytest.raises(StaleVersionError), store.writing() as tx:
            tx.repositories.grants.put(grant("connected"))
        with store.reading() as tx:
            found = {each.connector: each for each in tx.repositories.grants.of_user(PARENT)}
    assert {name: each.status.value for name, each in found.items()} == {
        name: name for name in ("connected", "disconnected", "error", "expired")
    }
    assert {each.sync_frequency.value for each in found.values()} == {"realtime", "hourly", "daily"}


def test_acceptance_77_a_job_counts_from_0_to_100_in_five_states(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        for number, status in enumerate(SyncJobStatus):
            job = SyncJob(
                id=status.value,
                user_id=PARENT,
                connector=GOOGLE,
                job_type=list(SyncJobType)[number % 3],
                status=status,
                progress_percentage=25 * number,
                items_processed=number,
                items_total=4,
                created_at=MADE + number,
            )
            with store.writing() as tx:
                tx.repositories.sync_jobs.put(job)
        for beyond in (-1, 101):
            with pytest.raises(StoreError), store.writing() as tx:
                tx.repositories.sync_jobs.put(
                    replace(job, id="beyond", version=0, progress_percentage=beyond)
                )
        with store.reading() as tx:
            found = tx.repositories.sync_jobs.of_user(PARENT)
            running = tx.repositories.sync_jobs.with_status(SyncJobStatus.RUNNING)
    assert [each.status.value for each in reversed(found)] == [
        "pending",
        "running",
        "completed",
        "failed",
        "cancelled",
    ]
    assert [each.progress_percentage for each in reversed(found)] == [0, 25, 50, 75, 100]
    assert {each.job_type.value for each in found} == {
        "full_sync",
        "incremental_sync",
        "contact_enrichment",
    }
    assert [(each.items_processed, each.items_total) for each in running] == [(1, 4)]


def test_acceptance_78_the_log_keeps_what_was_done_with_the_values_before_and_after(sql: MakeWorld) -> None:
    actions = ("create", "update", "delete", "view", "export")
    changes = {"old": {"title": "Tea", "duration": 30}, "new": {"title": "Coffee", "duration": None}}
    lines = [
        AuditEntry(
            at=MADE + number,
            actor=PARENT,
            action=action,
            object_type="session",
            object_id="s1",
            details=changes,
            user_id=PARENT,
        )
        for number, action in enumerate(actions)
    ]
    with at_home(sql) as store:
        for line in lines:
            with store.writing() as tx:
                tx.audit.add(line)
        with store.reading() as tx:
            assert tx.audit.listed("s1") == lines
            assert tx.audit.intact()


def test_acceptance_78_what_an_operator_does_with_a_person_is_in_the_log(
    sql: MakeWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world, gatherly = sql([Somebody(name="ann"), Somebody(name="bob")]), Line(capsys)
    session = world.create("ann", "bob")
    assert gatherly("export", "bob", "-c", world.file).returncode == 0
    assert gatherly("erase", "bob", "--yes", "-c", world.file).returncode == 0
    with world.services() as services, services.store.reading() as tx:
        log = tx.audit.listed()
        assert tx.audit.intact()
    assert session in {line.object_id for line in log}
    (export, erasure) = (line for line in log if line.object_type == "user")
    assert (export.action, erasure.action) == ("export", "delete")
    assert export.object_id == erasure.object_id != "bob"


OWN: dict[str, Callable[[Transaction, UserId], object]] = {
    "user": lambda tx, who: tx.users.get(who),
    "sessions that a change touches": lambda tx, who: tx.sessions.pending_with(who),
    "calendars": lambda tx, who: tx.calendars.of_user(who),
    "busy": lambda tx, who: tx.calendars.busy(who, ALWAYS),
    "holds": lambda tx, who: tx.ledger.holds(who, ALWAYS),
    "events": lambda tx, who: tx.repositories.events.candidates_with(who, ALWAYS),
    "rules": lambda tx, who: tx.repositories.constraints.for_user(who),
    "profile": lambda tx, who: tx.repositories.profiles.get(who),
    "ends": lambda tx, who: tx.repositories.analytics.of_host(who),
    "notifications": lambda tx, who: tx.repositories.notifications.of_user(who),
    "jobs": lambda tx, who: tx.repositories.sync_jobs.of_user(who),
    "grants": lambda tx, who: tx.repositories.grants.of_user(who),
}


def live(store: Store, who: UserId) -> None:
    """Give somebody a row of each kind, with their name in all of them."""
    own = CalendarKey(ConnectorName(f"{who}-google"), RemoteCalendarId("work"))
    read = plan("one.ics")
    with store.writing() as tx:
        tx.sessions.put(replace(session(f"{who}-s", host=who), invitee_ids=(UserId(f"{who}-friend"),)))
        tx.calendars.apply(replace(read, calendar=replace(read.calendar, key=own, user_id=who)))
        tx.ledger.hold([hold(who, name=f"{who}-s")])
        tx.ledger.plan([effect(who, name=f"{who}-s")])
        tx.repositories.profiles.put(replace(PROFILE, user_id=who))
        tx.repositories.notifications.put(replace(NOTIFICATION, id=f"{who}-n", user_id=who))
        tx.repositories.sync_jobs.put(replace(SYNC_JOB, id=f"{who}-j", user_id=who))
        tx.repositories.grants.put(replace(GRANT, connector=ConnectorName(f"{who}-google"), user_id=who))
    held = event(f"{who}-e", "2026-01-05T10:00:00Z", created_by=who, calendar=own)
    put(store, held, taking_part(held.id, who))
    put(store, kept(f"{who}-r", "laptop", "2026-01-05T10:00:00Z", "2026-01-05T11:00:00Z", reserved_by=who))


def test_acceptance_79_no_query_of_one_person_gives_rows_of_another(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        assert isinstance(store, SqlStore)
        for who in (PARENT, CHILD):
            live(store, who)
        with store.reading() as tx:
            for name, ask in OWN.items():
                answers = {who: str(ask(tx, who)) for who in (PARENT, CHILD)}
                assert CHILD not in answers[PARENT], name
                assert PARENT not in answers[CHILD], name
        exported = {who: str(store.custody.export(who)) for who in (PARENT, CHILD)}
    assert CHILD in exported[CHILD]
    assert CHILD not in exported[PARENT]
    assert PARENT not in exported[CHILD]


def test_acceptance_79_a_deleted_user_takes_everything_along_and_nothing_of_others(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        assert isinstance(store, SqlStore)
        for who in (PARENT, CHILD):
            live(store, who)
        before = _sizes(store, CHILD)
        with store.writing() as tx:
            tx.users.delete(PARENT)
        assert _sizes(store, PARENT) == {}
        assert len(before) >= 15
        assert _sizes(store, CHILD) == before


def _sizes(store: SqlStore, who: UserId) -> dict[str, int]:
    return {table: len(rows) for table, rows in store.custody.export(who).items() if rows}


def test_acceptance_79_no_token_lies_in_the_store_or_the_logs(
    sql: MakeWorld, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with at_home(sql) as store:
        with store.writing() as tx:
            tx.repositories.grants.put(grant())
        with store.reading() as tx:
            found = tx.repositories.grants.get(GOOGLE)
        assert found is not None
        assert (found.access_token, found.refresh_token) == CANARIES
        held = contents(url_of(sql(())))
        assert GOOGLE.encode() in held
        printed = capsys.readouterr()
        said = caplog.text + printed.out + printed.err + repr(found) + str(found)
    assert not [canary for canary in CANARIES if canary.encode() in held or canary in said]
