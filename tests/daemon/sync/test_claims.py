"""One daemon at a time reads a connector: claims are taken before a read, renewed while it lasts, and end."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from daemon.booking.last_look import FreshReader
from daemon.knowledge import KnowledgePolicy
from daemon.sync.claims import Claims
from daemon.sync.pull import PullJob
from daemon.sync.source import Source
from engine.availability.evidence import Freshness
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, SessionId, UserId
from engine.model.calendar import CalendarAccount, OnStale
from engine.model.calendar_object import Changes
from engine.model.capabilities import Capabilities
from engine.model.session import EventSession
from engine.model.user import User
from engine.operations import claims
from engine.ports.connector import Connector
from engine.ports.store import Store
from engine.time.span import Span
from tests.doubles.provider.connector import MemoryConnector
from tests.doubles.provider.provider import MemoryProvider
from tests.doubles.store.store import MemoryStore
from tests.standins.time import Numbered, StillClock

NAME = ConnectorName("ann-home")
MAIN = RemoteCalendarId("main")


class Slow(MemoryConnector):
    """A calendar whose reads last until they are let go; counts how many are under way at once."""

    def __init__(self, provider: MemoryProvider, store: Store) -> None:
        super().__init__(provider, store.install, [MAIN])
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)
        self.reads = 0

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: object) -> Changes:
        self.reads += 1
        self.begun.release()
        assert self.go_on.wait(60)
        return super().changes(calendar, token, known)  # type: ignore[arg-type] # as it was handed in


@dataclass
class Two:
    """Two daemons over one store, each with its own job, and one calendar."""

    store: Store = field(default_factory=MemoryStore)
    clock: StillClock = field(default_factory=StillClock)

    def __post_init__(self) -> None:
        self.calendar = Slow(MemoryProvider(self.clock), self.store)
        self.jobs = [self._job(f"daemon-{number}") for number in range(2)]

    def _job(self, owner: str) -> PullJob:
        class Named(Numbered):
            def token(self) -> str:
                return owner

        return PullJob(self.store, self.clock, Named(), 60 * 86400, 3600)

    @property
    def source(self) -> Source:
        connector: Connector = self.calendar
        return Source(
            name=NAME,
            kind="memory",
            user=UserId("ann"),
            zone="UTC",
            read=(MAIN,),
            write=None,
            every=300,
            capabilities=Capabilities(),
            connector=connector,
        )

    def account(self) -> CalendarAccount:
        with self.store.reading() as tx:
            found = tx.calendars.account(NAME)
        assert found is not None
        return found


@pytest.fixture
def two() -> Iterator[Two]:
    made = Two()
    yield made
    made.calendar.go_on.set()


def in_background(job: PullJob, source: Source) -> threading.Thread:
    thread = threading.Thread(target=job.run, args=(source,))
    thread.start()
    return thread


def test_a_second_daemon_does_not_read_what_the_first_reads_and_says_so(two: Two) -> None:
    first = in_background(two.jobs[0], two.source)
    two.calendar.begun.acquire(timeout=60)
    assert two.jobs[1].run(two.source).elsewhere
    with two.store.reading() as tx:
        assert NAME not in tx.calendars.due(two.clock.at + 30)
    two.calendar.go_on.set()
    first.join()
    assert two.calendar.reads == 1
    assert two.account().claimed_by is None
    assert two.account().last_success == two.clock.at
    assert not two.jobs[1].run(two.source).elsewhere
    assert two.calendar.reads == 2


def test_what_a_daemon_that_died_was_reading_is_read_within_a_minute(two: Two) -> None:
    gone = Claims(two.store, two.clock, "gone")
    gone.take(CalendarAccount(connector=NAME, user_id=UserId("ann"), kind="memory"))
    two.calendar.go_on.set()
    assert two.jobs[0].run(two.source).elsewhere
    two.clock.at += 59
    assert not two.jobs[0].run(two.source).elsewhere
    assert two.calendar.reads == 1


def test_a_long_read_keeps_its_claim_and_its_outcome(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "RENEWED_EVERY", 0.01)
    first = in_background(two.jobs[0], two.source)
    two.calendar.begun.acquire(timeout=60)
    before = two.account().claimed_until
    two.clock.at += 40
    while two.account().claimed_until == before:
        assert first.is_alive()
    two.clock.at += 40
    assert two.jobs[1].run(two.source).elsewhere
    two.calendar.go_on.set()
    first.join()
    assert (two.account().state, two.calendar.reads) == ("ok", 1)


def test_who_lost_a_claim_does_not_write_over_the_one_who_has_it(two: Two) -> None:
    slow = in_background(two.jobs[0], two.source)
    two.calendar.begun.acquire(timeout=60)
    with two.store.writing() as tx:
        theirs = claims.claimed(two.account(), "somebody", two.clock.at)
        tx.calendars.put_account(theirs)
    two.calendar.go_on.set()
    slow.join()
    assert two.account().claimed_by == "somebody"


def test_a_wish_to_be_read_soon_that_comes_during_a_read_is_kept(two: Two) -> None:
    slow = in_background(two.jobs[0], two.source)
    two.calendar.begun.acquire(timeout=60)
    with two.store.writing() as tx:
        tx.calendars.put_account(replace(two.account(), next_run=two.clock.at + 1))
    two.calendar.go_on.set()
    slow.join()
    assert two.account().next_run == two.clock.at + 1


@pytest.mark.parametrize("ahead", [61, 3600, 30 * 86400])
def test_a_claim_that_lies_further_ahead_than_any_is_not_believed(two: Two, ahead: int) -> None:
    with two.store.writing() as tx:
        account = CalendarAccount(
            connector=NAME,
            user_id=UserId("ann"),
            kind="memory",
            claimed_by="gone",
            claimed_until=two.clock.at + ahead,
            last_attempt=two.clock.at + ahead - 45,
            next_run=two.clock.at + ahead + 300,
        )
        tx.calendars.put_account(account)
    with two.store.reading() as tx:
        assert list(tx.calendars.due(two.clock.at)) == [NAME]
    two.calendar.go_on.set()
    assert not two.jobs[0].run(two.source).elsewhere


def test_a_slot_is_unknown_while_another_daemon_reads_the_calendar(two: Two) -> None:
    with two.store.writing() as tx:
        tx.users.put(
            User(
                id=UserId("ann"),
                email="ann@example.com",
                name="Ann",
                created_at=two.clock.at,
                updated_at=two.clock.at,
            )
        )
    two.calendar.go_on.set()
    two.jobs[0].run(two.source)
    two.clock.at += 100
    Claims(two.store, two.clock, "somebody").take(
        CalendarAccount(connector=NAME, user_id=UserId("ann"), kind="memory")
    )
    knowledge_policy = KnowledgePolicy(
        freshness=Freshness(3600, OnStale.IGNORE), expected={UserId("ann"): (NAME,)}
    )
    fresh = FreshReader(two.store, two.clock, knowledge_policy, two.jobs[0], {NAME: two.source})
    slot = Span(two.clock.at + 3600, two.clock.at + 7200)
    session = EventSession(
        id=SessionId("s"),
        host_user_id=UserId("ann"),
        invitee_ids=(),
        title="Think",
        duration=60,
        created_at=two.clock.at,
        expires_at=two.clock.at + 86400,
    )
    assert "could not be read just now" in fresh(session, slot).unknown[0]


def test_a_list_without_any_known_calendar_is_not_believed(two: Two) -> None:
    two.calendar.go_on.set()
    source = replace(two.source, read=None)
    two.jobs[0].run(source)
    key = CalendarKey(NAME, MAIN)
    with two.store.reading() as tx:
        assert tx.calendars.get(key) is not None
    two.jobs[0].run(
        replace(source, connector=MemoryConnector(MemoryProvider(two.clock), two.store.install, []))
    )
    with two.store.reading() as tx:
        assert tx.calendars.get(key) is not None
