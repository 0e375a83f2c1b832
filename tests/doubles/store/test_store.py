"""The in-memory double against the contract, so that what is tested with it holds on a real store."""

import pytest

from engine.ports.store import Store
from tests.contracts.store import StoreContract
from tests.doubles.store.store import MemoryStore


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self) -> Store:
        return MemoryStore()
