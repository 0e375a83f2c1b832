"""What the database itself holds fast: enums, the log, moments with a zone."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from engine.ports.store import Store
from store.sql.types import Moment
from tests.contracts.stores.samples import line, session


@pytest.fixture
def behind(store: Store, file: Path) -> Iterator[sqlite3.Connection]:
    """A connection of somebody who goes round the store."""
    with store.writing() as work:
        work.sessions.put(session())
        for action in ("create", "accept"):
            work.audit.add(line(action))
    connection = sqlite3.connect(file)
    yield connection
    connection.close()


def test_acc_21_any_other_status_is_refused_by_the_database(behind: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="ck_event_sessions_status"):
        behind.execute("UPDATE event_sessions SET status = 'confirmed'")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_logs SET actor = 'nobody'",
        "UPDATE audit_logs SET hash = 'x', masked_at = '2025-11-12 12:00:00'",
        "DELETE FROM audit_logs",
        "DELETE FROM audit_logs WHERE id = 2",
        "INSERT OR REPLACE INTO audit_logs SELECT * FROM audit_logs",
    ],
)
def test_the_log_may_only_grow(behind: sqlite3.Connection, statement: str) -> None:
    behind.execute("PRAGMA recursive_triggers = ON")
    with pytest.raises(sqlite3.IntegrityError, match="may only grow"):
        behind.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_logs SET actor = 'nobody' WHERE id = 1",
        "UPDATE audit_logs SET details = '{}' WHERE id = 2",
        "DELETE FROM audit_logs WHERE id = 1",
        "UPDATE audit_logs SET id = id + 10 WHERE id = 1",
    ],
)
def test_who_breaks_the_guard_breaks_the_chain(
    store: Store, behind: sqlite3.Connection, statement: str
) -> None:
    behind.execute("DROP TRIGGER audit_logs_unchanged")
    behind.execute("DROP TRIGGER audit_logs_kept")
    behind.execute(statement)
    behind.commit()
    with store.reading() as look:
        assert not look.audit.intact()


def test_times_are_readable_in_the_database(behind: sqlite3.Connection) -> None:
    found = behind.execute("SELECT created_at, strftime('%w', created_at) FROM event_sessions").fetchone()
    assert found == ("2025-11-12 12:00:00", "3")


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2025, 11, 12, 12, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="has no zone"):
        Moment().process_bind_param(naive, sqlite.dialect())


@given(st.integers(min_value=-62135596800, max_value=253402300799))
def test_every_moment_round_trips(at: int) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.literal(at, Moment()))).scalar() == at
    engine.dispose()
