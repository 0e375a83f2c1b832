"""Each kind of store as the configuration names it; a test's world is wired from that and nothing else.

`live` is for what may lie in a live store (users, sessions, messages), `sql` for everything else. A new
kind of live store is a fixture that gives the text of its `[store]` table, and its name in `LIVE_STORES`.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from daemon.store_access import load_configuration, store_url
from tests.worlds.folder_world import FolderWorld, Somebody

if TYPE_CHECKING:
    from tests.standins.firestore import Emulator

BESIDE = pytest.param("postgres_table", marks=[pytest.mark.long, pytest.mark.upload])
"""Beside the suite: what differs there, the contract of stores tries in it."""
SQL_STORES = ("sqlite_table", BESIDE)
LIVE_STORES = (*SQL_STORES, "firestore_table")
NOW = "2025-11-12T10:00:00Z"

MakeWorld = Callable[..., FolderWorld]


@pytest.fixture
def sqlite_table(tmp_path: Path, made: Path) -> str:
    """The default: a file beside the configuration."""
    shutil.copyfile(made, tmp_path / "gatherly.db")
    return ""


@pytest.fixture
def postgres_table(postgres: str) -> str:
    return f'[store]\nurl = "{postgres}"\n'


@pytest.fixture
def firestore_table(firestore: "Emulator", tmp_path: Path, made: Path) -> Iterator[str]:
    """Live documents on the emulator; afterwards what lies there is what the store says, word for word."""
    from tests.store.firestore.lying_there import inside, outside

    shutil.copyfile(made, tmp_path / "gatherly.db")
    project = firestore.project()
    table = f'[store]\nlive = "firestore"\n[firestore]\nproject = "{project}"\n'
    yield table
    world = FolderWorld(tmp_path, (), NOW, settings=table)
    with world.services() as services, closing(firestore.client(project)) as client:
        assert services.app_documents is not None
        services.app_documents.flush()
        with services.store.reading() as look:
            assert inside(look) == outside(client)


def _maker(root: Path, table: str) -> MakeWorld:
    def make(people: Sequence[Somebody] = (), now: str = NOW) -> FolderWorld:
        return FolderWorld(root, people, now, settings=table)

    return make


@pytest.fixture(params=LIVE_STORES)
def live(request: pytest.FixtureRequest, tmp_path: Path) -> MakeWorld:
    """Give what makes a world on one kind of live store."""
    return _maker(tmp_path, request.getfixturevalue(request.param))


@pytest.fixture(params=SQL_STORES)
def sql(request: pytest.FixtureRequest, tmp_path: Path) -> MakeWorld:
    """Give what makes a world on one kind of SQL store."""
    return _maker(tmp_path, request.getfixturevalue(request.param))


def url_of(world: FolderWorld) -> str:
    """Give the address of a world's store, for who looks at it from outside."""
    return store_url(load_configuration(world.file))
