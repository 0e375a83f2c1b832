"""What was named stays named, and who was forgotten stays forgotten, whatever becomes of the master key."""

from pathlib import Path

import pytest

from engine.errors import VaultError
from engine.ids import UserId
from store.keys import Keyring
from store.open import holds_secrets, open_store
from store.sql.store import SqlStore
from store.vault import KeyVault
from tests.contracts.stores.samples import ALICE, NOON, effect, plan, user
from tests.store.contents import contents
from tests.store.servers import KEY

NEW, NEWER = bytes(32), bytes([7] * 32)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, file: Path) -> str:
    return f"sqlite:///{file}" if request.param == "sqlite" else str(request.getfixturevalue("postgres"))


def opened(url: str, *keys: bytes) -> SqlStore:
    store = open_store(url, KeyVault(Keyring(*keys)))
    assert isinstance(store, SqlStore)
    return store


def rotate(url: str, new: bytes, old: bytes) -> None:
    """Change the master key as the command does."""
    both = opened(url, new, old)
    while both.custody.rewrap(1):
        pass
    both.close()


def test_ids_and_tombstones_outlive_every_master_key(url: str) -> None:
    store = opened(url, KEY)
    with store.writing() as work:
        work.users.put(user())
        work.ledger.plan([effect()])
        work.calendars.apply(plan("one.ics"))
    store.custody.erase(ALICE, NOON)
    names = [store.custody.identifier(text) for text in ("v1|s1|alice|work|1", "v1|s1|bob|work|1")]
    store.close()
    for new, old in ((NEW, KEY), (NEWER, NEW)):
        rotate(url, new, old)
        store = opened(url, new)
        assert [store.custody.identifier(f"v1|s1|{who}|work|1") for who in ("alice", "bob")] == names
        assert store.custody.erased(ALICE)
        assert store.custody.erased("ALICE@example.com")
        assert not store.custody.erased("bob")
        store.close()


def test_who_was_forgotten_is_a_secret_that_needs_its_key(url: str) -> None:
    store = opened(url, KEY)
    with store.writing() as work:
        work.users.put(user())
    store.custody.erase(ALICE, NOON)
    store.close()
    assert holds_secrets(url)
    with pytest.raises(VaultError, match="does not fit"):
        opened(url, NEW)


def test_a_store_of_before_goes_on_with_the_names_that_it_gave(url: str) -> None:
    """Names used to be drawn from the master key each time."""
    store = opened(url, KEY)
    with store.writing() as work:
        work.ledger.plan([effect()])
    with store.writing() as work:
        work.users.delete(UserId("gatherly/ids"))
    store.close()
    drawn = Keyring(KEY).identifier("v1|s1|alice")
    assert opened_and_named(url, (KEY,)) == drawn
    assert opened_and_named(url, (NEW, KEY)) == drawn


def opened_and_named(url: str, keys: tuple[bytes, ...]) -> bytes:
    store = opened(url, *keys)
    name = store.custody.identifier("v1|s1|alice")
    store.close()
    return name


def test_a_store_that_names_nothing_takes_another_key(url: str) -> None:
    opened(url, KEY).close()
    assert not holds_secrets(url)
    assert opened_and_named(url, (NEW,)) == Keyring(NEW).identifier("v1|s1|alice")


def test_no_key_lies_open_in_the_store(url: str) -> None:
    store = opened(url, KEY)
    naming = Keyring(KEY).draw(Keyring(KEY).primary, "ids")
    held = contents(url)
    store.close()
    assert b"gatherly/ids" in held
    assert naming not in held
    assert naming.hex().encode() not in held
    assert KEY not in held
