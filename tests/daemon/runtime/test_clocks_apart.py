"""Two daemons on one PostgreSQL whose machines' clocks stand ten minutes apart: the store's clock counts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.jobs.single_pass import run_once
from daemon.runtime.clock import SystemClock
from daemon.services import Services
from daemon.wire import open_daemon
from engine.booking.timing import LEASE
from engine.ids import SessionId
from engine.sessions.session_options import SessionOptions
from engine.time.instant import format_instant
from engine.time.span import MINUTE, Instant
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
APART = 10 * MINUTE


class Off(SystemClock):
    """A machine's clock that is wrong."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self._by = by

    def now(self) -> Instant:
        return super().now() + self._by


@contextmanager
def opened(world: FolderWorld, by: int) -> Iterator[Services]:
    with open_daemon(world.file, machine=Off(by)) as services:
        yield services


@pytest.fixture(params=[APART, -APART], ids=["the first is ahead", "the first is behind"])
def daemons(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: str
) -> Iterator[tuple[FolderWorld, Services, Services]]:
    settings = f'[store]\nurl = "{postgres}"\n'
    world = FolderWorld(tmp_path, PEOPLE, format_instant(SystemClock().now()), settings)
    with opened(world, request.param) as first, opened(world, 0) as second:
        yield world, first, second


def accepted(first: Services, second: Services) -> SessionId:
    """Have one daemon create and read, the other propose and accept."""
    wish = SessionOptions(host="alice", invitees=("bob",), title="Plan", duration="30m", notice="2h")
    session = first.desk.create(wish).id
    run_once(first, print)
    second.propose.run()
    second.desk.accept(session, 1)
    return session


def leased(services: Services, session: SessionId, for_: int) -> Instant:
    """Have a daemon that is dead hold the booking for so many seconds of the store's time; gives the end.

    It was due a minute ago: two daemons need not agree on the second.
    """
    with services.store.writing() as tx:
        booking = tx.ledger.booking(session)
        assert booking is not None
        now = services.book_deps.store_time()
        until, was_due = now + for_, min(booking.next_at, now - MINUTE)
        held = replace(booking, lease_owner="dead", lease_until=until, next_at=was_due)
        tx.ledger.advance(booking, held)
    return until


def is_due_while_leased(services: Services, session: SessionId) -> bool:
    """Look once the lease runs; where the machine was so busy that it ended meanwhile, look again."""
    while True:
        until = leased(services, session, LEASE)
        due = session in services.book.due()
        if services.book_deps.store_time() < until:
            return due


def copies(world: FolderWorld) -> list[int]:
    return [len(world.events(one.name)) for one in PEOPLE]


def test_both_tell_the_same_time(daemons: tuple[FolderWorld, Services, Services]) -> None:
    """Ten minutes apart they are not, however busy the machine."""
    _, first, second = daemons
    assert abs(first.clock.now() - second.clock.now()) < APART / 2
    assert abs(first.book_deps.store_time() - second.book_deps.store_time()) < APART / 2


def test_a_lease_holds_for_as_long_as_the_store_says_whoever_looks(
    daemons: tuple[FolderWorld, Services, Services],
) -> None:
    _, *both = daemons
    session = accepted(*both)
    assert [is_due_while_leased(services, session) for services in both] == [False, False]


def test_a_dead_daemons_lease_is_taken_over_and_nothing_is_doubled_or_lost(
    daemons: tuple[FolderWorld, Services, Services],
) -> None:
    world, *both = daemons
    session = accepted(*both)
    leased(both[0], session, -MINUTE)
    assert [session in services.book.due() for services in both] == [True, True]
    for services in (*both, *both):
        run_once(services, print)
    assert copies(world) == [1, 1]
    assert [one.desk.view(session)["booking"]["state"] for one in both] == ["confirmed", "confirmed"]


def test_what_one_has_read_is_not_old_for_the_other(
    daemons: tuple[FolderWorld, Services, Services],
) -> None:
    _, first, second = daemons
    assert run_once(first, print).changed >= 0
    with second.store.reading() as tx:
        read = [one.synced_at for one in tx.calendars.of_connector(next(iter(second.sources)))]
    assert read
    assert all(at is not None and abs(second.clock.now() - at) < APART / 2 for at in read)
