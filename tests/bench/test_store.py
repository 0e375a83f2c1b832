"""Every question of the daemon's ticks among 100,000 sessions, 10,000 people and 1,000,000 events.

The median of each stays under 50 ms, and a whole tick costs at most half more than among a hundredth of it.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from store.keys import Keyring
from store.open import open_store
from store.sql.database.port import Database
from store.sql.database.postgres import PostgresDatabase
from store.sql.database.sqlite import SqliteDatabase
from store.sql.store import SqlTransaction
from store.vault import KeyVault
from tests.store.servers import KEY, administrator, postgres_url
from tests.store.sql.database.ticks import LOOKS
from tests.store.sql.population import multiply, settle

pytestmark = pytest.mark.bench
SMALL = {"users": 1000, "busy": 10_000, "others": 1000, "events": 10_000}
LARGE = {"users": 10_000, "busy": 1_000_000, "others": 100_000, "events": 1_000_000}
MOST_SECONDS = 0.05
MOST_GROWTH = 1.5
ROUNDS = 31
Measured = dict[str, float]


@pytest.fixture(params=["sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """Give what opens a new, settled store of one kind by a name."""
    found: list[Database] = []

    def open_new(name: str) -> Database:
        database: Database
        if request.param == "sqlite":
            url = f"sqlite:///{tmp_path}/{name}.db"
            database = SqliteDatabase(tmp_path / f"{name}.db")
        else:
            server = request.getfixturevalue("server")
            with administrator(server, "postgres") as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            url = postgres_url(server, name)
            database = PostgresDatabase(sa.make_url(url))
        store = open_store(url, KeyVault(Keyring(KEY)))
        settle(store)
        store.close()
        found.append(database)
        return database

    yield open_new
    for database in found:
        database.close()


def test_ticks_cost_the_same_however_much_is_stored(opened: Callable[[str], Database]) -> None:
    few, many = _measure(_filled(opened("few"), SMALL), _filled(opened("many"), LARGE))
    lines = [f"{name:32} {few[name] * 1000:8.2f} ms {many[name] * 1000:8.2f} ms" for name in LOOKS]
    sys.stderr.write("\n" + "\n".join(lines) + "\n")
    slow = {name: many[name] for name in LOOKS if many[name] > MOST_SECONDS}
    assert not slow
    assert sum(many.values()) <= MOST_GROWTH * sum(few.values())


def _filled(database: Database, sizes: dict[str, int]) -> Database:
    with database.migrating() as connection:
        multiply(connection, **sizes)
    with database.migrating() as connection:
        connection.execute(sa.text("ANALYZE"))
    return database


def _measure(*databases: Database) -> list[Measured]:
    """Give the median of each question, in turns, so that whatever else the machine does slows all alike."""
    found: list[Measured] = [{} for _ in databases]
    for name, ask in LOOKS.items():
        taken = [[_seconds(database, ask) for database in databases] for _ in range(ROUNDS)]
        for measured, seconds in zip(found, zip(*taken, strict=True), strict=True):
            measured[name] = statistics.median(seconds)
    return found


def _seconds(database: Database, ask: Callable[[SqlTransaction], object]) -> float:
    """Time one question in a transaction of its own, as a tick asks it."""
    begun = time.perf_counter()
    with database.reading() as connection:
        ask(SqlTransaction(connection, KeyVault(Keyring(KEY))))
    return time.perf_counter() - begun
