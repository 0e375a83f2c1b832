"""A store in a file of its own, and what opens it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.ports import Store
from store.keys import Keyring
from store.open import open_store
from store.vault import KeyVault

KEY = bytes(range(32))


@pytest.fixture
def vault() -> KeyVault:
    return KeyVault(Keyring(KEY))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gatherly.db"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new store's file, made once: its migrations need not run for each test."""
    file = tmp_path_factory.mktemp("made") / "gatherly.db"
    open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY))).close()
    return file


@pytest.fixture
def store(file: Path, vault: KeyVault, made: Path) -> Iterator[Store]:
    shutil.copyfile(made, file)
    store = open_store(f"sqlite:///{file}", vault)
    yield store
    store.close()
