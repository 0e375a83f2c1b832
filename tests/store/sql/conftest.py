"""A store in a file of its own, and what opens it."""

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


@pytest.fixture
def store(file: Path, vault: KeyVault) -> Iterator[Store]:
    store = open_store(f"sqlite:///{file}", vault)
    yield store
    store.close()
