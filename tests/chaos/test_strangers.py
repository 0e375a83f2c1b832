"""Twenty strangers want five starts at once: each is booked once, and everybody is told the truth."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.sql.database.postgres import SETTINGS
from tests.chaos.strangers import DAYS, WINDOWS, Crowd
from tests.daemon.outside.outsiders import outside
from tests.store.servers import administrator, postgres_url

pytestmark = pytest.mark.chaos

A_WORLD = len(DAYS) * len(WINDOWS)
"""So many rounds are played in one world."""


def play(folder: Path, rounds: int, settings: str = "") -> None:
    """Play so many rounds, a new world whenever one is full."""
    while rounds:
        some = min(rounds, A_WORLD)
        root = folder / str(rounds)
        root.mkdir()
        with outside(root, settings) as at:
            crowd = Crowd(at, rounds)
            crowd.play(some)
        assert crowd.wrong == []
        assert crowd.told["taken"] > crowd.told["held"] > 0
        rounds -= some


@pytest.fixture
def database(server: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The settings of a world whose store is a database of its own on the test server.

    Whoever waits for a lock waits for others' turns: longer where the machine has other work, too.
    """
    for patience in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        monkeypatch.setitem(SETTINGS, patience, "300s")
    name = f"strangers_{os.getpid()}"
    with administrator(server, "postgres") as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield f'[store]\nurl = "{postgres_url(server, name)}"\n'
    with administrator(server, "postgres") as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.mark.long
@pytest.mark.upload
def test_each_start_goes_to_one_of_twenty_strangers(tmp_path: Path) -> None:
    play(tmp_path, 4)


@pytest.mark.long
def test_each_start_goes_to_one_of_twenty_strangers_two_hundred_times(tmp_path: Path) -> None:
    play(tmp_path, 200)


@pytest.mark.long
@pytest.mark.upload
def test_each_start_goes_to_one_of_twenty_strangers_on_postgresql(tmp_path: Path, database: str) -> None:
    play(tmp_path, 2, database)


@pytest.mark.long
def test_each_start_goes_to_one_of_twenty_strangers_on_postgresql_forty_times(
    tmp_path: Path, database: str
) -> None:
    play(tmp_path, A_WORLD, database)
