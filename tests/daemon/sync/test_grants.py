"""Grants under two processes, rotation, a store that fails, and a provider that says no."""

import multiprocessing
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.gcal.auth import exchange_of
from connectors.gcal.options import GoogleOptions
from connectors.web.dated import DatedHttp
from connectors.web.http import Http
from daemon.runtime.clock import SystemClock, SystemRandomness
from daemon.sync.grants import StoredGrant
from engine.errors import SourceExpiredError, SourceUnavailableError
from engine.ids import ConnectorName, UserId
from engine.model.integration import GrantStatus
from engine.model.operations import Grant, Tokens
from engine.model.user import User
from engine.operations.grants import PROBE, due_at
from engine.ports.store import Store
from store.keys import Keyring
from store.open import open_store
from store.vault import KeyVault
from tests.doubles.store.store import MemoryStore
from tests.standins.flaky import FlakyStore
from tests.standins.surroundings import surroundings
from tests.standins.time import Numbered, StillClock
from tests.worlds.google_world import ALICE, GoogleServices, google_services

NAME = ConnectorName("alice-work")
USER = UserId("alice")
PROCESSES = 2
KEY = b"k" * 32


def given(refresh: str, **fields: Any) -> Grant:
    return Grant(
        connector=NAME,
        user_id=USER,
        provider="google",
        refresh_token=refresh,
        status=GrantStatus.CONNECTED,
        created_at=0,
        updated_at=0,
        **fields,
    )


def kept(store: Store) -> Grant:
    with store.reading() as tx:
        grant = tx.repositories.grants.get(NAME)
    assert grant is not None
    return grant


@pytest.fixture
def store() -> Store:
    made = MemoryStore()
    with made.writing() as tx:
        tx.users.put(
            User(id=USER, name="Alice", email=ALICE, timezone="Europe/Berlin", created_at=0, updated_at=0)
        )
        tx.repositories.grants.put(given("r-1", access_token="a-1", token_expires_at=0))
    return made


def keeper(store: Store, clock: StillClock) -> StoredGrant:
    return StoredGrant(store, clock, Numbered(), NAME)


def open_at(place: Path) -> Store:
    return open_store(f"sqlite:///{place}", KeyVault(Keyring(KEY)))


def refresh_often(place: Path, base: Path, url: str, rounds: int) -> None:
    """Renew a grant again and again, as one of several daemons; every fifth write to the store fails."""
    clock = SystemClock()
    context = replace(surroundings(base, write="primary"), clock=clock)
    http = DatedHttp(Http(clock, allow_private=True))
    store = FlakyStore(open_at(place), every=5)
    mine = StoredGrant(store, clock, SystemRandomness(), NAME)
    options = settings_of(url)
    spent = None
    done = 0
    while done < rounds:
        try:
            spent = mine.renewed(spent, exchange_of(options, context, http)).access_token
        except SourceUnavailableError:
            continue
        done += 1
    mine.renewed(None, exchange_of(options, context, http))
    http.close()
    store.close()


def settings_of(url: str) -> GoogleOptions:
    return GoogleOptions.model_validate(
        {
            "client_secret_file": "client.json",
            "api_root": url,
            "token_uri": f"{url}/token",
            "allow_private_network": True,
        }
    )


@pytest.fixture
def services(tmp_path: Path) -> Iterator[GoogleServices]:
    with google_services(tmp_path) as made:
        made.google.state.settings.rotate = True
        yield made


def refresh_together(services: GoogleServices, folder: Path, rounds: int) -> None:
    """Let two processes renew one grant so many times each, and see that none of it was lost."""
    place = folder / "shared.db"
    store = open_at(place)
    with store.writing() as tx:
        tx.users.put(
            User(id=USER, name="Alice", email=ALICE, timezone="Europe/Berlin", created_at=0, updated_at=0)
        )
        tx.repositories.grants.put(given(services.refresh, token_expires_at=0))
    spawn = multiprocessing.get_context("spawn")
    workers = [
        spawn.Process(target=refresh_often, args=(place, folder, services.server.url, rounds))
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(300)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    last = kept(store)
    store.close()
    assert last.status is GrantStatus.CONNECTED
    assert services.google.state.refreshes[str(last.refresh_token)].dead is None
    assert str(last.access_token) in services.google.state.accesses
    asked = [one.status for one in services.google.log if one.method == "oauth.token"]
    assert set(asked) == {200}
    assert len(asked) >= rounds
    alive = [name for name, one in services.google.state.refreshes.items() if one.dead is None]
    assert alive == [last.refresh_token]


def test_gg16_two_processes_refresh_one_rotating_grant_and_none_is_lost(
    services: GoogleServices, tmp_path: Path
) -> None:
    refresh_together(services, tmp_path, rounds=25)


@pytest.mark.long
@pytest.mark.chaos
def test_gg16_two_processes_refresh_500_times_and_no_grant_is_lost(
    services: GoogleServices, tmp_path: Path
) -> None:
    refresh_together(services, tmp_path, rounds=250)


def test_threads_that_ask_at_once_cause_one_exchange(store: Store) -> None:
    clock = StillClock()
    shared = keeper(store, clock)
    asked: list[str] = []

    def exchange(grant: Grant) -> Tokens:
        asked.append(str(grant.refresh_token))
        return Tokens(access_token="a-2", expires_at=clock.now() + 3600)

    got: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: got.append(shared.renewed("a-1", exchange).access_token))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["a-2"] * 16
    assert asked == ["r-1"]


def test_a_rotated_token_survives_a_store_that_is_full(store: Store) -> None:
    clock = StillClock()
    full = FlakyStore(store, every=0)
    mine = StoredGrant(full, clock, Numbered(), NAME)

    def exchange(grant: Grant) -> Tokens:
        full.fails = True
        return Tokens(access_token="a-2", expires_at=clock.now() + 3600, refresh_token="r-2")

    assert mine.renewed("a-1", exchange).access_token == "a-2"
    assert kept(store).refresh_token == "r-1"
    assert mine.renewed("a-1", exchange).access_token == "a-2"
    full.fails = False
    assert mine.renewed("a-1", exchange).access_token == "a-2"
    assert kept(store).refresh_token == "r-2"


def test_an_answer_without_a_refresh_token_keeps_the_old_one(store: Store) -> None:
    clock = StillClock()
    tokens = Tokens(access_token="a-2", expires_at=clock.now() + 3600)
    keeper(store, clock).renewed("a-1", lambda grant: tokens)
    assert kept(store).refresh_token == "r-1"


def test_a_grant_that_was_connected_anew_meanwhile_is_not_overwritten(store: Store) -> None:
    clock = StillClock()

    def exchange(grant: Grant) -> Tokens:
        with store.writing() as tx:
            there = kept(store)
            fresh = given("r-new", access_token="a-new", token_expires_at=clock.now() + 3600)
            tx.repositories.grants.put(replace(fresh, version=there.version))
        return Tokens(access_token="a-old", expires_at=clock.now() + 3600)

    assert keeper(store, clock).renewed("a-1", exchange).access_token == "a-new"
    assert kept(store).refresh_token == "r-new"


def test_a_dead_grant_is_tried_seldom_and_comes_back(store: Store) -> None:
    clock = StillClock()
    mine = keeper(store, clock)
    asked: list[int] = []

    def refuse(grant: Grant) -> Tokens:
        asked.append(clock.now())
        raise SourceExpiredError("alice-work: the grant was revoked", "Connect it again")

    for _ in range(5):
        with pytest.raises(SourceExpiredError, match="revoked"):
            mine.renewed("a-1", refuse)
    assert len(asked) == 1
    clock.at += PROBE
    with pytest.raises(SourceExpiredError):
        mine.renewed("a-1", refuse)
    assert len(asked) == 2
    assert "revoked" in str(kept(store).error_message)
    clock.at += PROBE
    tokens = Tokens(access_token="a-2", expires_at=clock.now() + 3600)
    assert mine.renewed("a-1", lambda grant: tokens).status is GrantStatus.CONNECTED
    assert kept(store).error_message is None


def test_no_answer_leaves_the_grant_as_it_was_and_rests_a_moment(store: Store) -> None:
    clock = StillClock()
    mine = keeper(store, clock)

    def silence(grant: Grant) -> Tokens:
        raise SourceUnavailableError("no answer", retry_after=30)

    for _ in range(2):
        with pytest.raises(SourceUnavailableError):
            mine.renewed("a-1", silence)
    assert kept(store).status is GrantStatus.CONNECTED
    clock.at += 31
    tokens = Tokens(access_token="a-2", expires_at=clock.now() + 3600)
    assert mine.renewed("a-1", lambda grant: tokens).access_token == "a-2"


def test_a_lease_whose_holder_died_is_taken_over(store: Store) -> None:
    clock = StillClock()
    with store.writing() as tx:
        held = replace(kept(store), lease_owner="dead", lease_until=clock.now() + 60)
        tx.repositories.grants.put(held)
    clock.at += 61
    tokens = Tokens(access_token="a-2", expires_at=clock.now() + 3600)
    assert keeper(store, clock).renewed("a-1", lambda grant: tokens).access_token == "a-2"


def test_tokens_are_renewed_at_four_fifths_of_their_life_each_at_its_own_moment() -> None:
    moments = {
        due_at(replace(given("r", token_expires_at=3600), connector=ConnectorName(f"c{number}")))
        for number in range(100)
    }
    assert all(0.69 * 3600 <= at <= 0.8 * 3600 for at in moments)
    assert len(moments) > 50
