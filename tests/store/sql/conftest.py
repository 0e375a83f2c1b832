"""Stores in a file of their own, and what opens them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.ports.store import Store
from store.keys import Keyring
from store.open import open_store
from store.vault import KeyVault
from tests.store.servers import KEY


@pytest.fixture
def vault() -> KeyVault:
    return KeyVault(Keyring(KEY))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gatherly.db"


@pytest.fixture
def store(file: Path, vault: KeyVault, made: Path) -> Iterator[Store]:
    shutil.copyfile(made, file)
    store = open_store(f"sqlite:///{file}", vault)
    yield store
    store.close()
