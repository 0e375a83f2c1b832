"""Stores as earlier releases left them, on either database."""

import os
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

from store.keys import Keyring
from store.open import open_store
from store.vault import KeyVault
from tests.store.servers import KEY, administrator, postgres_url
from tests.store.sql.filled import fill
from tests.store.sql.migrations.releases import Rows, make_release, rows_of

Release: TypeAlias = Callable[[str], tuple[str, Rows]]
Made: TypeAlias = Callable[[str], tuple[str, Rows]]
"""Gives where a release's store lies, which nobody changes, and what it holds."""


@pytest.fixture(scope="session")
def today_on_sqlite(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Rows:
    file = tmp_path_factory.mktemp("today") / "gatherly.db"
    shutil.copyfile(made, file)
    return _filled(f"sqlite:///{file}")


@pytest.fixture(scope="session")
def today_on_postgresql(server: Path, postgres_pattern: str) -> Rows:
    return _filled(_new_database(server, f"today_{os.getpid()}", postgres_pattern))


def _filled(url: str) -> Rows:
    store = open_store(url, KeyVault(Keyring(KEY)))
    fill(store)
    store.close()
    return rows_of(url)


def _new_database(server: Path, name: str, pattern: str = "template1") -> str:
    """Make a database anew, as a copy of another; gives its url."""
    with administrator(server, "postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {pattern}".encode())
    return postgres_url(server, name)


@pytest.fixture(scope="session")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory, today_on_sqlite: Rows) -> Made:
    """Give what makes a release's store in a file, once a run."""
    folder = tmp_path_factory.mktemp("releases")

    @cache
    def made(name: str) -> tuple[str, Rows]:
        file = folder / f"{name}.db"
        return str(file), make_release(f"sqlite:///{file}", name, today_on_sqlite)

    return made


@pytest.fixture(scope="session")
def on_postgresql(server: Path, today_on_postgresql: Rows) -> Made:
    """Give what makes a release's store in a database, once a run."""

    @cache
    def made(name: str) -> tuple[str, Rows]:
        database = f"release_{name}_{os.getpid()}"
        return database, make_release(_new_database(server, database), name, today_on_postgresql)

    return made


@pytest.fixture(params=["sqlite", "postgres"])
def release(request: pytest.FixtureRequest, tmp_path: Path) -> Release:
    """Give what hands out a release's store, a copy for each test; gives its url and what it holds."""
    if request.param == "sqlite":
        on_sqlite: Made = request.getfixturevalue("on_sqlite")

        def in_a_file(name: str) -> tuple[str, Rows]:
            pattern, rows = on_sqlite(name)
            shutil.copyfile(pattern, tmp_path / "gatherly.db")
            return f"sqlite:///{tmp_path}/gatherly.db", rows

        return in_a_file
    server: Path = request.getfixturevalue("server")
    on_postgresql: Made = request.getfixturevalue("on_postgresql")

    def in_a_database(name: str) -> tuple[str, Rows]:
        pattern, rows = on_postgresql(name)
        return _new_database(server, f"old_{os.getpid()}", pattern), rows

    return in_a_database
