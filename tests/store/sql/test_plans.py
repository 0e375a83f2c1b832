"""What the daemon asks at every tick follows an index: nothing reads a whole table."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.ids import Href, SessionId, UserId
from engine.model.booking import BookingState
from engine.timespan import DAY, Span
from store.sql.opening import open_sql
from store.sql.sqlite import SqliteDatabase
from store.sql.store import SqlTransaction
from store.vault import KeyVault
from tests.contracts.stores.samples import (
    ALICE,
    BOB,
    NOON,
    account,
    booking,
    effect,
    hold,
    key,
    line,
    mail,
    plan,
    session,
)

WEEK = Span(NOON, NOON + 7 * DAY)
TICK: dict[str, Callable[[SqlTransaction], object]] = {
    "a user": lambda tx: tx.users.get(ALICE),
    "a session": lambda tx: tx.sessions.get(SessionId("s1")),
    "sessions a change touches": lambda tx: tx.sessions.pending_with(BOB),
    "sessions that are over": lambda tx: tx.sessions.expired(NOON),
    "what was said": lambda tx: tx.messages.of(SessionId("s1")),
    "who is woken": lambda tx: tx.wakes.due(NOON),
    "laying to rest": lambda tx: tx.wakes.done(SessionId("s1")),
    "a calendar": lambda tx: tx.calendars.get(key()),
    "calendars of a user": lambda tx: tx.calendars.of_user(ALICE),
    "what is stored of a calendar": lambda tx: tx.calendars.digests(key()),
    "one object": lambda tx: tx.calendars.objects(key(), [Href("one.ics")]),
    "busy": lambda tx: tx.calendars.busy(ALICE, WEEK),
    "a read": lambda tx: tx.calendars.apply(plan("one.ics", based_on=1)),
    "a booking": lambda tx: tx.ledger.booking(SessionId("s1")),
    "effects": lambda tx: tx.ledger.effects(SessionId("s1")),
    "bookings under way": lambda tx: tx.ledger.in_state([BookingState.WRITING, BookingState.HELD]),
    "bookings that are due": lambda tx: tx.ledger.due(NOON),
    "a hold": lambda tx: tx.ledger.hold([hold(UserId("cara"), name="s2")]),
    "holds": lambda tx: tx.ledger.holds(ALICE, WEEK),
    "freed": lambda tx: tx.ledger.release(SessionId("s1")),
    "what is to be told": lambda tx: tx.outbox.due(NOON),
    "the next line of the log": lambda tx: tx.audit.add(line()),
    "the log of one thing": lambda tx: tx.audit.listed("s1"),
}


@pytest.fixture
def database(file: Path, vault: KeyVault, made: Path) -> Iterator[SqliteDatabase]:
    shutil.copyfile(made, file)
    database = SqliteDatabase(file)
    database.prepare()
    store = open_sql(database, vault, lambda: "install", may_upgrade=True)
    with store.writing() as work:
        work.sessions.put(session())
        work.calendars.put_account(account())
        work.calendars.apply(plan("one.ics"))
        work.ledger.open(booking())
        work.ledger.plan([effect()])
        work.ledger.hold([hold()])
        work.outbox.add([mail()])
    yield database
    store.close()


@pytest.mark.parametrize("question", list(TICK))
def test_a_tick_reads_no_whole_table(database: SqliteDatabase, vault: KeyVault, question: str) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, _x: object, many: bool) -> None:
        if not statement.startswith(("BEGIN", "EXPLAIN", "SAVEPOINT", "RELEASE")):
            asked.append((statement, values[0] if many else values))

    with database.writing() as connection:
        sa.event.listen(database.engine, "before_cursor_execute", note)
        TICK[question](SqlTransaction(connection, vault))
        sa.event.remove(database.engine, "before_cursor_execute", note)
        plans = [(statement, _plan(connection, statement, values)) for statement, values in asked]
    assert plans
    for statement, steps in plans:
        assert not [step for step in steps if _reads_a_whole_table(step)], (statement, steps)


def _plan(connection: sa.Connection, statement: str, values: Any) -> list[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return [str(row[3]) for row in rows]


def _reads_a_whole_table(step: str) -> bool:
    """Walking an index in order to its first row is no such reading; one row's table neither."""
    return step.startswith("SCAN") and not step.startswith(("SCAN CONSTANT", "SCAN audit_anchor"))
