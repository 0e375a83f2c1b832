"""Sessions that lie as they lay are opened once a process; what was erased or spoilt since does not open."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from engine.errors import VaultError
from engine.ids import SessionId
from engine.model.session import EventSession
from engine.ports.store import Store
from store.sql.store import SqlStore
from store.sql.tables.records import data_keys
from store.sql.tables.sessions import event_sessions
from tests.contracts.stores.samples import session, user

NAME = SessionId("s1")


@pytest.fixture
def kept(store: Store) -> SqlStore:
    assert isinstance(store, SqlStore)
    with store.writing() as tx:
        tx.users.put(user())
        tx.sessions.put(session(NAME))
    return store


def looked_up(store: SqlStore) -> EventSession | None:
    with store.reading() as tx:
        return tx.sessions.get(NAME)


def test_a_session_that_lies_as_it_lay_is_opened_once(kept: SqlStore) -> None:
    first = looked_up(kept)
    assert first is not None
    assert looked_up(kept) is first
    with kept.reading() as tx:
        (listed,) = tx.sessions.listed()
    assert listed is first


def test_a_changed_session_is_opened_anew(kept: SqlStore) -> None:
    first = looked_up(kept)
    assert first is not None
    with kept.writing() as tx:
        tx.sessions.put(replace(first, title="Another"))
    changed = looked_up(kept)
    assert changed is not None
    assert changed.title == "Another"


def test_it_does_not_open_once_its_hosts_key_is_gone(kept: SqlStore) -> None:
    assert looked_up(kept) is not None
    with kept.writing() as tx:
        tx.connection.execute(sa.delete(data_keys))
    with pytest.raises(VaultError):
        looked_up(kept)


def test_it_does_not_open_once_its_row_is_spoilt(kept: SqlStore) -> None:
    assert looked_up(kept) is not None
    with kept.writing() as tx:
        tx.connection.execute(sa.update(event_sessions).values(title="gk1.somebody.wrote.this"))
    with pytest.raises(VaultError):
        looked_up(kept)
