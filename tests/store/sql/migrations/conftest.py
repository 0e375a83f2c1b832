"""Stores as earlier releases left them, on either database."""

import os
import shutil
from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="module")
def today_on_sqlite(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Rows:
    file = tmp_path_factory.mktemp("today") / "gatherly.db"
    shutil.copyfile(made, file)
    return _filled(f"sqlite:///{file}")


@pytest.fixture(scope="module")
def today_on_postgresql(server: Path, postgres_pattern: str) -> Rows:
    name = f"today_{os.getpid()}"
    with administrator(server, "postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_pattern}".encode())
    return _filled(postgres_url(server, name))


def _filled(url: str) -> Rows:
    store = open_store(url, KeyVault(Keyring(KEY)))
    fill(store)
    store.close()
    return rows_of(url)


@pytest.fixture(params=["sqlite", "postgres"])
def release(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Release]:
    """Give what makes a release's store; gives its url and what it holds."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/gatherly.db"
        today = request.getfixturevalue("today_on_sqlite")
        yield lambda name: (url, make_release(url, name, today))
        return
    server, database = request.getfixturevalue("server"), f"old_{os.getpid()}"
    today = request.getfixturevalue("today_on_postgresql")
    with administrator(server, "postgres") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {database}".encode())
    url = postgres_url(server, database)
    yield lambda name: (url, make_release(url, name, today))
