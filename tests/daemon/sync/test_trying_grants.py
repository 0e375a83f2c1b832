"""A grant is tried while its owner gives another one: what is learnt of the one is not done to the other."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from daemon.app.connect import try_grant
from engine.ids import ConnectorName
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from engine.model.user import User
from engine.ports.connector import Probe
from engine.ports.store import Store
from tests.daemon.sync.test_grants import NAME, USER, given, kept
from tests.doubles.store.store import MemoryStore

REFUSED = Probe(reachable=True, authorised=False, can_write=False)


@dataclass
class Tried:
    """A connector that answers so, after its owner has done something meanwhile."""

    answer: Probe
    meanwhile: Callable[[], object]
    name: ConnectorName = NAME

    @property
    def connector(self) -> "Tried":
        return self

    def probe(self) -> Probe:
        self.meanwhile()
        return self.answer


def with_account(address: str) -> Probe:
    return Probe(reachable=True, authorised=True, can_write=True, account=address)


@pytest.fixture
def store() -> Store:
    made = MemoryStore()
    with made.writing() as tx:
        tx.users.put(User(id=USER, name="A", email="a@x.example", timezone="UTC", created_at=0, updated_at=0))
    return made


def keep(store: Store, grant: Grant, **fields: Any) -> Grant:
    """Put a grant in the place of the one that is there."""
    with store.writing() as tx:
        there = tx.repositories.grants.get(NAME)
        version = 0 if there is None else there.version
        return tx.repositories.grants.put(replace(grant, **fields, version=version))


def attempt(store: Store, answer: Probe, before: Grant | None, meanwhile: Callable[[], object]) -> Grant:
    source: Any = Tried(answer, meanwhile)
    try_grant(store, source, before)
    return kept(store)


def test_what_works_takes_the_place_of_what_is_refused(store: Store) -> None:
    before = keep(store, given("old"))
    keep(store, given("refused"))
    assert attempt(store, REFUSED, before, lambda: None).refresh_token == "old"


def test_what_is_given_meanwhile_is_not_taken_back_with_what_was_refused(store: Store) -> None:
    before = keep(store, given("old"))
    keep(store, given("refused"))
    after = attempt(store, REFUSED, before, lambda: keep(store, given("newest")))
    assert (after.refresh_token, after.status) == ("newest", GrantStatus.CONNECTED)


def test_what_is_disconnected_meanwhile_does_not_come_back(store: Store) -> None:
    before = keep(store, given("old"))
    keep(store, given("refused"))

    def disconnect() -> None:
        with store.writing() as tx:
            tx.repositories.grants.delete(NAME)

    source: Any = Tried(REFUSED, disconnect)
    try_grant(store, source, before)
    with store.reading() as tx:
        assert tx.repositories.grants.get(NAME) is None


def test_the_account_of_one_grant_is_not_noted_on_another(store: Store) -> None:
    keep(store, given("work"))
    home = given("home", account_email="home@x.example")
    after = attempt(store, with_account("work@x.example"), None, lambda: keep(store, home))
    assert (after.refresh_token, after.account_email) == ("home", "home@x.example")


def test_the_account_is_noted_though_trying_renewed_the_grant(store: Store) -> None:
    """Some providers give another refresh token with each renewal."""
    work = keep(store, given("work"))

    def renew() -> None:
        keep(store, work, refresh_token="work-2", updated_at=work.created_at + 5)

    assert attempt(store, with_account("work@x.example"), None, renew).account_email == "work@x.example"
