"""Four processes change the same rows at the same time: no change is lost, and none counts twice."""

import shutil
import sys
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from engine.errors import HoldRefusedError, StaleVersionError
from engine.ids import UserId
from engine.model.user import User
from engine.ports.store import Store
from engine.time.span import HOUR, Span
from store.keys import Keyring
from store.open import open_store
from store.vault import KeyVault
from tests.chaos.processes import End, spawn
from tests.contracts.stores.samples import ALICE, BOB, NOON, hold, line, user
from tests.store.servers import KEY

PROCESSES = 4
PEOPLE = tuple(UserId(f"user-{number}") for number in range(8))
IN_THE_SUITE, WHOLE = 1000, 10_000
HOURS = 25
PATIENCE = 120
"""So many seconds of computing are far more than a process's share takes."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def url(request: pytest.FixtureRequest, file: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres"))
    shutil.copyfile(request.getfixturevalue("made"), file)
    return f"sqlite:///{file}"


@pytest.mark.upload
def test_acceptance_7_a_thousand_interleaved_updates(url: str) -> None:
    interleave(url, IN_THE_SUITE)


@pytest.mark.long
@pytest.mark.chaos
def test_acceptance_7_ten_thousand_interleaved_updates(url: str) -> None:
    interleave(url, WHOLE)


def interleave(url: str, updates: int) -> None:
    """Let every process do its part of the updates, on the same people as the others."""
    store = opened(url)
    with store.writing() as work:
        for name in PEOPLE:
            work.users.put(user(name))
    store.close()
    begun = time.monotonic()
    share = updates // PROCESSES
    workers = [spawn(partial(work_on, url, number, share), PATIENCE) for number in range(PROCESSES)]
    assert [worker.wait() for worker in workers] == [End.DONE] * PROCESSES
    taken = time.monotonic() - begun
    store = opened(url)
    with store.reading() as look:
        people = look.users.all()
        told = look.audit.listed()
        assert look.audit.intact()
    assert not list(store.check())
    store.close()
    assert sum(each.version - 1 for each in people) == updates
    by_process = [sum(_count(each, number) for each in people) for number in range(PROCESSES)]
    assert by_process == [updates // PROCESSES] * PROCESSES
    assert sorted(each.action for each in told) == sorted(
        f"{number}/{turn}" for number in range(PROCESSES) for turn in range(updates // PROCESSES)
    )
    sys.stderr.write(f"{updates} updates by {PROCESSES} processes: {updates / taken:.0f} a second\n")


def test_one_process_wins_each_hour(url: str) -> None:
    workers = [spawn(partial(take_hours, url, number)) for number in range(PROCESSES)]
    assert [worker.wait() for worker in workers] == [End.DONE] * PROCESSES
    store = opened(url)
    with store.reading() as look:
        kept = [look.ledger.holds(who, Span(NOON, NOON + HOURS * HOUR)) for who in (ALICE, BOB)]
    store.close()
    assert [each.span.start for each in kept[0]] == [NOON + hour * HOUR for hour in range(HOURS)]
    assert [each.session for each in kept[0]] == [each.session for each in kept[1]]


def take_hours(url: str, number: int) -> None:
    """Try to hold each hour for two people."""
    store = opened(url)
    for hour in range(HOURS):
        asked = [hold(who, name=f"s{number}-{hour}", start=NOON + hour * HOUR) for who in (BOB, ALICE)]
        with suppress(HoldRefusedError), store.writing() as work:
            work.ledger.hold(asked)
    store.close()


def opened(url: str) -> Store:
    return open_store(url, KeyVault(Keyring(KEY)))


def work_on(url: str, number: int, updates: int) -> None:
    """Change people in turns, each from what was read in a transaction before, with a line in the log."""
    store = opened(url)
    for turn in range(updates):
        while not _changed(store, PEOPLE[(turn + 2 * number) % len(PEOPLE)], number, turn):
            continue
    store.close()


def _changed(store: Store, name: UserId, number: int, turn: int) -> bool:
    with store.reading() as look:
        found = look.users.get(name)
    assert found is not None
    try:
        with store.writing() as work:
            work.users.put(_counted(found, number))
            work.audit.add(replace(line(f"{number}/{turn}"), object_id=name))
    except StaleVersionError:
        return False
    return True


def _counted(person: User, number: int) -> User:
    custom = {**person.preferences.custom, f"p{number}": _count(person, number) + 1}
    return replace(person, preferences=replace(person.preferences, custom=custom))


def _count(person: User, number: int) -> int:
    return int(person.preferences.custom.get(f"p{number}", 0))
