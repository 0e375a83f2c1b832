"""The store on SQLite against the contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.ports import Store
from store.keys import Keyring
from store.open import open_store
from store.vault import KeyVault
from tests.contracts.store import StoreContract

VAULT = KeyVault(Keyring(bytes(range(32))))


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = open_store(f"sqlite:///{tmp_path}/gatherly.db", VAULT)
        yield store
        store.close()
