"""A store whose live documents are in a project of their own on the emulator."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.cloud.firestore import Client

from engine.model.user import Provider
from store.firestore.connect import Access, access
from store.firestore.options import FirestoreOptions
from store.firestore.store import FirestoreStore
from store.keys import Keyring
from store.open import open_live, open_store
from store.sql.store import SqlStore
from store.vault import KeyVault
from tests.contracts.stores.samples import NOON
from tests.standins.firestore import Emulator
from tests.store.servers import KEY


@pytest.fixture
def project(firestore: Emulator) -> str:
    return firestore.project()


@pytest.fixture
def client(firestore: Emulator, project: str) -> Iterator[Client]:
    """An app's own."""
    client = firestore.client(project)
    yield client
    client.close()  # type: ignore[no-untyped-call] # theirs is untyped


@pytest.fixture
def options(firestore: Emulator, project: str) -> FirestoreOptions:
    return FirestoreOptions(project=project, emulator=firestore.host)


@pytest.fixture
def door(options: FirestoreOptions) -> Access:
    return access(options)


@pytest.fixture
def sql(made: Path, tmp_path: Path) -> Iterator[SqlStore]:
    """Where everything else lies."""
    file = tmp_path / "gatherly.db"
    shutil.copyfile(made, file)
    store = open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY)))
    assert isinstance(store, SqlStore)
    yield store
    store.close()


@pytest.fixture
def live(sql: SqlStore, options: FirestoreOptions) -> Iterator[FirestoreStore]:
    store = open_live(sql, options, lambda _: Provider.GOOGLE, lambda: NOON)
    yield store
    store.close()
