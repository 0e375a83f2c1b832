"""A store with many people in it: one row of each kind, multiplied inside the database."""

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from engine.ids import SessionId
from engine.model.app_document import session_place
from engine.ports.store import Store
from engine.time.span import DAY
from store.sql.schema import SCHEMA
from store.sql.store import SqlTransaction
from tests.contracts.stores.documents import FIRST_WORDS
from tests.contracts.stores.repository import REPOSITORIES
from tests.contracts.stores.sample_rows import CAR, PARTICIPANT, event
from tests.contracts.stores.samples import (
    NOON,
    account,
    booking,
    effect,
    hold,
    line,
    mail,
    plan,
    session,
    user,
)
from tests.store.sql.conditions import say_conditions

USERS, BUSY, OTHERS, EVENTS = "u", "b", "o", "e"
"""What a table's size follows: people, their busy spans, sessions, or events of their own."""
LATER = {  # spread over two years
    "sqlite": "datetime('2025-01-01', '+' || (i % 17520 + {more}) || ' hours')",
    "postgresql": "timestamptz '2025-01-01 00:00Z' + (i % 17520 + {more}) * interval '1 hour'",
}

GROWTH: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "users": (USERS, {"id": "'u' || i", "email": "'u' || i || '@example.com'"}),
    "calendars": (USERS, {"id": "'c' || i", "calendar_id": "'c' || i", "user_id": "'u' || i"}),
    "calendar_objects": (USERS, {"calendar_id": "'c' || i", "href": "'h' || i", "user_id": "'u' || i"}),
    "data_keys": (USERS, {"user_id": "'u' || i"}),
    "busy_spans": (
        BUSY,
        {
            "id": "i + 10",
            "calendar_id": "'c' || (i % 1000 + 1)",
            "href": "'h' || i",
            "user_id": "'u' || (i % 1000)",
        },
    ),
    "event_sessions": (
        OTHERS,
        {
            "id": "'s-' || i",
            "host_user_id": "'u' || (i % 1000)",
            "status": "CASE WHEN i % 20 = 0 THEN 'pending' ELSE 'scheduled' END",
        },
    ),
    "session_attendees": (
        OTHERS,
        {"session_id": "'s-' || i", "user_id": "'u' || (i % 1000)", "pending": "i % 20 = 0"},
    ),
    "messages": (OTHERS, {"position": "i + 10", "id": "'m-' || i", "session_id": "'s-' || i"}),
    "wakes": (OTHERS, {"session_id": "'s-' || i"}),
    "live_documents": (OTHERS, {"path": "'eventSessions/s-' || i", "mark": "0"}),
    "booking": (
        OTHERS,
        {
            "session": "'s-' || i",
            "state": "CASE WHEN i <= 20 THEN 'writing' ELSE 'confirmed' END",
            "reason": "NULL",
            "progress": "NULL",
        },
    ),
    "effect": (OTHERS, {"session": "'s-' || i", "event_id": "'e-' || i"}),
    "hold": (OTHERS, {"id": "i + 10", "person": "'u' || i", "session": "'s-' || i"}),
    "outbox": (
        OTHERS,
        {"position": "i + 10", "id": "'o' || i", "dedupe_key": "'o' || i", "state": "'done'"},
    ),
    "audit_logs": (OTHERS, {"id": "i + 10", "resource_id": "'s-' || i"}),
    "events": (
        EVENTS,
        {
            "id": "'e' || i",
            "calendar_id": "'c' || (i % :users + 1)",
            "start_time": "{begins}",
            "end_time": "{ends}",
            "recurrence_rule": "CASE WHEN i % 50 = 0 THEN 'FREQ=WEEKLY;COUNT=20' END",
            "recurrence_parent_id": "CASE WHEN i % 50 = 1 AND i > 1 THEN 'e' || (i - 1) END",
            "original_start_time": "CASE WHEN i % 50 = 1 AND i > 1 THEN {begins} END",
            "created_by": "'u' || (i % :users + 1)",
        },
    ),
    "event_participants": (
        EVENTS,
        {"id": "'part-' || i", "event_id": "'e' || i", "user_id": "'u' || (i % :users + 1)"},
    ),
    "resources": (USERS, {"id": "'thing' || i"}),
    "resource_reservations": (
        OTHERS,
        {
            "id": "'v' || i",
            "resource_id": "'thing' || (i % :users + 1)",
            "event_id": "'e' || (i % :events + 1)",
            "start_time": "{begins}",
            "end_time": "{ends}",
        },
    ),
    "calendar_accounts": (USERS, {"connector": "'c' || i", "user_id": "'u' || i", "next_run": "{later}"}),
    "preference_profiles": (USERS, {"user_id": "'u' || i"}),
    "scheduling_events": (OTHERS, {"id": "'x' || i", "session_id": "'s-' || i"}),
    "grants": (USERS, {"connector": "'g' || i", "user_id": "'u' || i"}),
    "reminders": (OTHERS, {"id": "'r-' || i", "event_id": "'e' || (i % :events + 1)", "status": "'sent'"}),
    "notifications": (OTHERS, {"id": "'n-' || i", "user_id": "'u' || (i % 1000)"}),
    "constraints": (USERS, {"id": "'k' || i", "user_id": "'u' || i"}),
    "set_aside": (OTHERS, {"id": "'aside-' || i", "session_id": "'s-' || i"}),
}


OWN, WEEK = 100, 7 * DAY
"""How many events the person who is asked for has, as many as anybody, and how far apart."""
MORE = ("participants", "reservations", "profiles", "analytics", "grants", "set_aside")


def settle(store: Store) -> None:
    """Put one row of each kind there."""
    with store.writing() as work:
        work.users.put(user())
        work.sessions.put(session())
        work.calendars.put_account(account())
        work.calendars.apply(plan("one.ics"))
        work.ledger.open(booking())
        work.ledger.plan([effect()])
        work.ledger.hold([hold()])
        work.outbox.add([mail()])
        work.audit.add(line())
        work.messages.add(replace(FIRST_WORDS, session_id=SessionId("s1")))
        work.wakes.add([SessionId("s1")], session().expires_at)
        assert isinstance(work, SqlTransaction)
        work.documents.mark([session_place(SessionId("s1"))])
        work.repositories.events.put(event("event_123"))
        work.repositories.resources.put(CAR)
        for week in range(OWN):
            once = event(f"own-{week}", start=NOON + (week - OWN // 2) * WEEK)
            rule = "FREQ=DAILY;COUNT=5" if week % 10 == 0 else None
            work.repositories.events.put(replace(once, recurrence_rule=rule))
            work.repositories.participants.put(replace(PARTICIPANT, id=f"own-{week}", event_id=once.id))
        for name in ("reminders", "notifications", "constraints", *MORE):
            open_repository, entity, _ = REPOSITORIES[name]
            open_repository(work).put(entity)


def multiply(connection: sa.Connection, *, users: int, busy: int, others: int, events: int) -> None:
    """Make so many of each out of the one; parents first, indexes last."""
    say_conditions(connection.dialect.name)
    sizes = {USERS: users, BUSY: busy, OTHERS: others, EVENTS: events}
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
    for table in SCHEMA.sorted_tables:
        if table.name in GROWTH:
            kind, changed = GROWTH[table.name]
            for index in table.indexes:
                index.drop(connection)
            statement = sa.text(_statement(table, changed, connection.dialect.name))
            asked = {"count": sizes[kind], "users": users, "events": events}
            connection.execute(
                statement.bindparams(**{name: asked[name] for name in statement.compile().params})
            )
            for index in sorted(table.indexes, key=lambda one: str(one.name)):
                index.create(connection)


def _statement(table: sa.Table, changed: Mapping[str, str], dialect: str) -> str:
    names = [column.name for column in table.columns]
    into = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f'one."{name}"') for name in names)
    values = values.replace("{begins}", LATER[dialect].format(more=0))
    values = values.replace("{later}", LATER[dialect].format(more=8000))
    values = values.replace("{ends}", LATER[dialect].format(more=1))
    return (
        f"INSERT INTO {table.name} ({into})"  # noqa: S608 # the schema's own names
        " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
        f" SELECT {values} FROM (SELECT * FROM {table.name} LIMIT 1) AS one, n"
    )
