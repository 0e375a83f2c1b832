"""What the daemon asks at every tick follows an index: nothing reads a whole table, among 10,000 rows."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from store.keys import Keyring
from store.open import open_store
from store.sql.database.opening import open_sql
from store.sql.database.postgres import PostgresDatabase
from store.sql.database.sqlite import SqliteDatabase
from store.sql.store import SqlTransaction
from store.vault import KeyVault
from tests.store.servers import KEY, administrator, postgres_url
from tests.store.sql.database.ticks import LOOKS, SCREENS, WRITES
from tests.store.sql.population import multiply, settle

SIZES = {"users": 1000, "busy": 10_000, "others": 10_000, "events": 10_000}
QUESTIONS = {**LOOKS, **SCREENS, **WRITES}
SMALL = {"audit_anchor", "about", "alembic_version", "availability"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Path:
    file = tmp_path_factory.mktemp("plans") / "gatherly.db"
    shutil.copyfile(made, file)
    return file


@pytest.fixture(scope="module")
def sqlite(file: Path) -> Iterator[SqliteDatabase]:
    database = SqliteDatabase(file)
    database.prepare()
    store = open_sql(database, KeyVault(Keyring(KEY)), lambda: "install", may_upgrade=True)
    settle(store)
    with database.writing() as connection:
        multiply(connection, **SIZES)
    yield database
    store.close()


@pytest.fixture(scope="module")
def postgres_crowded(server: Path) -> Iterator[PostgresDatabase]:
    with administrator(server, "postgres") as connection:
        connection.execute("DROP DATABASE IF EXISTS crowded")
        connection.execute("CREATE DATABASE crowded")
    url = postgres_url(server, "crowded")
    store = open_store(url, KeyVault(Keyring(KEY)))
    settle(store)
    store.close()
    database = PostgresDatabase(sa.make_url(url))
    with database.migrating() as connection:
        multiply(connection, **SIZES)
    with administrator(server, "crowded") as connection:
        connection.execute("ANALYZE")
    yield database
    database.close()


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_a_tick_reads_no_whole_table(sqlite: SqliteDatabase, question: str) -> None:
    for statement, steps in _plans(sqlite, QUESTIONS[question], _sqlite_plan):
        assert not [step for step in steps if step.startswith("SCAN") and not _is_small(step.split()[1])], (
            statement,
            steps,
        )


def _is_small(scanned: str) -> bool:
    """Whether it is a small table, or what a statement has found before: how it did has a line of its own."""
    return scanned in SMALL or scanned.startswith(("(subquery-", "anon_"))


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_a_tick_reads_no_whole_table_on_postgresql(postgres_crowded: PostgresDatabase, question: str) -> None:
    for statement, steps in _plans(postgres_crowded, QUESTIONS[question], _postgres_plan):
        scans = [step.split("Seq Scan on ")[1].split()[0] for step in steps if "Seq Scan on" in step]
        assert not set(scans) - SMALL, (statement, steps)


def _plans(
    database: Any,
    ask: Callable[[SqlTransaction], object],
    plan_of: Callable[[sa.Connection, str, Any], list[str]],
) -> list[tuple[str, list[str]]]:
    """Note what is asked, take it back, and have each of it explained."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, _x: object, many: bool) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            asked.append((statement, values[0] if many else values))

    plans: list[tuple[str, list[str]]] = []
    with suppress(_Undo), database.writing() as connection:
        sa.event.listen(database.engine, "before_cursor_execute", note)
        try:
            ask(SqlTransaction(connection, KeyVault(Keyring(KEY))))
        finally:
            sa.event.remove(database.engine, "before_cursor_execute", note)
        plans += [(statement, plan_of(connection, statement, values)) for statement, values in asked]
        raise _Undo
    assert plans
    return plans


class _Undo(Exception):
    """Nothing of a question is to stay."""


def _sqlite_plan(connection: sa.Connection, statement: str, values: Any) -> list[str]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    steps = [str(row[3]) for row in rows]
    return [step for step in steps if not step.startswith("SCAN CONSTANT")]


def _postgres_plan(connection: sa.Connection, statement: str, values: Any) -> list[str]:
    return [str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values)]
