"""The kills again, with the ledger on a PostgreSQL that several daemons share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.sql.schema import SCHEMA
from tests.chaos.loop import kill_loop
from tests.chaos.test_kills import assert_sound, seed
from tests.chaos.town import Town
from tests.store.servers import KEPT, administrator, postgres_url

pytestmark = pytest.mark.chaos


@pytest.fixture
def town(server: Path) -> Iterator[Town]:
    """A town whose store is a database of the test server; whoever empties it is stopped by no guard."""
    name = f"chaos_{os.getpid()}"
    with administrator(server, "postgres") as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())

    def empty() -> None:
        with administrator(server, name) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in SCHEMA.tables:
                if table != KEPT:
                    connection.execute(f"DELETE FROM {table}".encode())  # noqa: S608 # the schema's own names

    yield Town(postgres_url(server, name), empty)
    with administrator(server, "postgres") as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(24, marks=[pytest.mark.long, pytest.mark.upload], id="a few"),
        pytest.param(200, marks=pytest.mark.long, id="two hundred"),
    ],
)
def test_kills_on_postgresql_break_no_invariant(town: Town, kills: int) -> None:
    assert_sound(kill_loop(seed(), kills, town))
