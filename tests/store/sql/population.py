"""A store with many people in it: one row of each kind, multiplied inside the database."""

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from engine.ids import SessionId
from engine.ports import Store
from store.sql.schema import METADATA
from tests.contracts.stores.documents import FIRST_WORDS
from tests.contracts.stores.samples import account, booking, effect, hold, line, mail, plan, session, user
from tests.contracts.stores.shelf import SHELVES
from tests.contracts.stores.shelved import CAR, event

USERS, BUSY, OTHERS = "u", "b", "o"
"""What a table's size follows: people, their busy spans, or sessions."""

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
    "booking": (
        OTHERS,
        {
            "session": "'s-' || i",
            "state": "CASE WHEN i <= 20 THEN 'writing' ELSE 'confirmed' END",
        },
    ),
    "effect": (OTHERS, {"session": "'s-' || i", "event_id": "'e-' || i"}),
    "hold": (OTHERS, {"id": "i + 10", "person": "'u' || i", "session": "'s-' || i"}),
    "outbox": (
        OTHERS,
        {"position": "i + 10", "id": "'o' || i", "dedupe_key": "'o' || i", "state": "'done'"},
    ),
    "audit_logs": (OTHERS, {"id": "i + 10", "resource_id": "'s-' || i"}),
    "events": (OTHERS, {"id": "'e' || i", "calendar_id": "'c' || (i % 100 + 1)"}),
    "reminders": (OTHERS, {"id": "'r-' || i", "event_id": "'e' || i", "status": "'sent'"}),
    "notifications": (OTHERS, {"id": "'n-' || i", "user_id": "'u' || (i % 1000)"}),
    "constraints": (USERS, {"id": "'k' || i", "user_id": "'u' || i"}),
}


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
        work.shelves.events.put(event("event_123"))
        work.shelves.resources.put(CAR)
        for name in ("reminders", "notifications", "constraints"):
            open_shelf, entity, _ = SHELVES[name]
            open_shelf(work).put(entity)


def multiply(connection: sa.Connection, *, users: int, busy: int, others: int) -> None:
    """Make so many of each out of the one; parents first."""
    sizes = {USERS: users, BUSY: busy, OTHERS: others}
    for table in METADATA.sorted_tables:
        if table.name in GROWTH:
            kind, changed = GROWTH[table.name]
            connection.execute(sa.text(_statement(table, changed)), {"count": sizes[kind]})


def _statement(table: sa.Table, changed: Mapping[str, str]) -> str:
    names = [column.name for column in table.columns]
    into = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(changed.get(name, f'one."{name}"') for name in names)
    return (
        f"INSERT INTO {table.name} ({into})"  # noqa: S608 # the schema's own names
        " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count)"
        f" SELECT {values} FROM (SELECT * FROM {table.name} LIMIT 1) AS one, n"
    )
