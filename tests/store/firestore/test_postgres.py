"""Firestore beside PostgreSQL: the working copy and its marks are kept there as in a file."""

from contextlib import closing

from google.cloud.firestore import Client

from engine.model.user import Provider
from store.firestore.options import FirestoreOptions
from store.keys import Keyring
from store.open import open_live, open_store
from store.sql.store import SqlStore
from store.vault import KeyVault
from tests.contracts.stores.documents import FIRST_WORDS, MILAN, PROJECT_SYNC
from tests.contracts.stores.samples import NOON
from tests.store.firestore.shared import InStep
from tests.store.servers import KEY


def test_what_lies_in_postgresql_lies_in_firestore(
    options: FirestoreOptions, client: Client, postgres: str
) -> None:
    sql = open_store(postgres, KeyVault(Keyring(KEY)))
    assert isinstance(sql, SqlStore)
    with closing(open_live(sql, options, lambda _: Provider.GOOGLE, lambda: NOON)) as live:
        store = InStep(live, client)
        with store.writing() as work:
            work.users.put(MILAN)
            work.sessions.put(PROJECT_SYNC)
            work.messages.add(FIRST_WORDS)
        with store.reading() as look:
            assert look.messages.of(PROJECT_SYNC.id) == [FIRST_WORDS]
        client.document(f"eventSessions/{PROJECT_SYNC.id}").update({"title": "Tea"})
        assert store.take_in.look() == 1
        with store.reading() as look:
            found = look.sessions.get(PROJECT_SYNC.id)
        assert found is not None
        assert found.title == "Tea"
        with store.writing() as work:
            work.users.delete(MILAN.id)
        with store.reading() as look:
            assert look.sessions.listed() == []
