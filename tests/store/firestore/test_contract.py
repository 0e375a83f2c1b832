"""The store with live documents in Firestore against the contract; each look is one at both sides."""

import pytest
from google.cloud.firestore import Client

from engine.ports.store import Store
from store.firestore.store import FirestoreStore
from tests.contracts.store import LiveStoreContract
from tests.store.firestore.shared import InStep


class TestFirestoreStore(LiveStoreContract):
    @pytest.fixture
    def store(self, live: FirestoreStore, client: Client) -> Store:
        return InStep(live, client)
