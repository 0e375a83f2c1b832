"""Reads that change something, fail or take their time are SyncJob documents; idle ones are not."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Response

from daemon.app.insight.sync_jobs import jobs_of, under_way
from daemon.services import Services
from daemon.sync.source import Source
from engine.errors import SourceUnavailableError, UnknownThingError
from engine.ids import ConnectorName, UserId
from engine.model.calendar import CalendarAccount
from engine.model.daemon_life import DaemonLife
from engine.model.operations import SyncJob, SyncJobStatus, SyncJobType
from engine.operations.custody import cutoffs
from engine.operations.sync_jobs import BROKEN_OFF, begun, broken_off, counted, ended, sync_job_document
from engine.ports.connector import Connector
from engine.time.instant import format_instant
from engine.time.span import DAY
from tests.standins.feeds import PublishedFeed
from tests.standins.time import StillClock
from tests.worlds.command_line import PATIENCE
from tests.worlds.folder_world import FolderWorld, Somebody, event

NOW = "2026-11-12T10:00:00Z"
ANN, FEED = ConnectorName("ann-folder"), ConnectorName("ann-feed")
FEED_TABLE = """
[connectors.ann-feed]
kind = "ics"
user = "ann"
url = "{url}"
allow_private_network = true
"""


class Ahead(StillClock):
    """A still clock whose monotonic time is moved by hand."""

    ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), NOW)
    world.busy("ann", ("2026-11-13T10:00:00Z", "2026-11-13T11:00:00Z"))
    world.clock = Ahead(world.clock.at)
    return world


def read(services: Services, name: ConnectorName = ANN) -> str | None:
    return services.pull.run(services.sources[name]).error


def jobs(services: Services, name: ConnectorName = ANN) -> list[SyncJob]:
    """Give them, the oldest first."""
    with services.store.reading() as tx:
        return list(reversed(jobs_of(tx, name, services.sources, 100)))


def test_acc_77_the_first_read_is_a_full_sync_that_counts_what_it_brought(world: FolderWorld) -> None:
    world.busy("ann", ("2026-11-14T10:00:00Z", "2026-11-14T11:00:00Z"))
    with world.services() as services:
        assert read(services) is None
        (job,) = jobs(services)
    assert (job.job_type, job.status) == (SyncJobType.FULL, SyncJobStatus.COMPLETED)
    assert (job.progress_percentage, job.items_processed, job.items_total) == (100, 2, 2)
    assert (job.started_at, job.completed_at) == (world.clock.at, world.clock.at)
    assert (job.user_id, job.connector) == (UserId("ann"), ANN)


def test_an_idle_poll_leaves_none_and_a_change_an_incremental_one(world: FolderWorld) -> None:
    with world.services() as services:
        for _ in range(4):
            world.clock.at += 300
            read(services)
        assert len(jobs(services)) == 1
        world.clock.at += 300
        world.busy("ann", ("2026-11-14T10:00:00Z", "2026-11-14T11:00:00Z"))
        read(services)
        job = jobs(services)[-1]
    assert (job.job_type, job.items_processed) == (SyncJobType.INCREMENTAL, 1)


def test_what_vanished_is_a_change(world: FolderWorld) -> None:
    with world.services() as services:
        read(services)
        for one in world.folder("ann").iterdir():
            one.unlink()
        world.busy("ann")
        world.clock.at += 300
        read(services)
        (with_event, *later) = jobs(services)
    assert with_event.items_processed == 1
    assert [one.items_processed for one in later] in ([], [1])  # an emptied calendar may be doubted first


def test_a_read_that_fails_says_why_each_time(world: FolderWorld) -> None:
    with world.services() as services:
        read(services)
        folder = world.folder("ann")
        folder.rename(folder.with_name("elsewhere"))
        for _ in range(2):
            world.clock.at += 7200
            assert read(services) is not None
        found = jobs(services)[1:]
        with services.store.reading() as tx:
            account = tx.calendars.account(ANN)
    assert account is not None
    assert [(one.status, one.error_message) for one in found] == [
        (SyncJobStatus.FAILED, account.last_error)
    ] * 2
    assert {one.progress_percentage for one in found} == {0}


class Broken:
    """A connector in which something breaks that nobody has foreseen."""

    def __init__(self, inner: Connector, error: BaseException) -> None:
        self._inner = inner
        self._error = error

    def changes(self, *_: object) -> Any:
        raise self._error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_whatever_a_connector_raises_is_its_own_failed_job(world: FolderWorld) -> None:
    with world.services() as services:
        source: Source = services.sources[ANN]
        for error in (ZeroDivisionError("x"), RecursionError(), SourceUnavailableError("It is away")):
            broken = replace(source, connector=cast(Connector, Broken(source.connector, error)))
            world.clock.at += 60
            assert services.pull.run(broken).error is not None
            job = jobs(services)[-1]
            assert job.status is SyncJobStatus.FAILED
            assert job.error_message
            world.clock.at += 7200
            world.busy("ann", (format_instant(world.clock.at), format_instant(world.clock.at + 60)))
            assert read(services) is None
            assert jobs(services)[-1].status is SyncJobStatus.COMPLETED


@dataclass(frozen=True, slots=True)
class Hanging:
    """A read that has asked its feed, which does not answer before it is let go."""

    services: Services
    feed: PublishedFeed
    clock: Ahead
    go_on: threading.Event
    reading: threading.Thread

    def end(self) -> None:
        self.go_on.set()
        self.reading.join(PATIENCE)

    @property
    def jobs(self) -> list[SyncJob]:
        return jobs(self.services, FEED)


@pytest.fixture
def hanging(httpserver: HTTPServer, world: FolderWorld) -> Iterator[Hanging]:
    feed = PublishedFeed(httpserver)
    feed.whole = event("one", "2026-11-13T08:00:00Z", "2026-11-13T09:00:00Z").encode()
    with world.file.open("a") as file:
        file.write(FEED_TABLE.format(url=feed.url))
    asked, go_on = threading.Event(), threading.Event()

    def held() -> Response:
        asked.set()
        go_on.wait(PATIENCE)
        return Response(feed.body(), content_type="text/calendar")

    feed.fault = held
    with world.services() as services:
        reading = threading.Thread(target=lambda: read(services, FEED))
        made = Hanging(services, feed, cast(Ahead, world.clock), go_on, reading)
        reading.start()
        try:
            assert asked.wait(PATIENCE)
            yield made
        finally:
            made.end()


def test_a_read_that_takes_its_time_is_told_of_while_it_goes_on(hanging: Hanging) -> None:
    pulling = hanging.services.pull.jobs
    pulling.tell()
    assert hanging.jobs == []
    hanging.clock.ahead += 2
    pulling.tell()
    (running,) = hanging.jobs
    assert (running.status, running.items_total) == (SyncJobStatus.RUNNING, None)
    pulling.tell()
    assert hanging.jobs == [running]
    with hanging.services.store.reading() as tx:
        assert [one.id for one in under_way(tx, [alive(running.created_at)])] == [running.id]
        assert under_way(tx, [alive(running.created_at + 1)]) == []
        assert under_way(tx, []) == []
    hanging.end()
    (over,) = hanging.jobs
    assert (over.id, over.status, over.items_processed) == (running.id, SyncJobStatus.COMPLETED, 1)
    pulling.tell()
    assert hanging.jobs == [over]


def test_one_that_took_its_time_is_told_of_though_it_brought_nothing(hanging: Hanging) -> None:
    hanging.feed.whole = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
    hanging.clock.ahead += 2
    hanging.end()
    (over,) = hanging.jobs
    assert (over.status, over.items_processed, over.items_total) == (SyncJobStatus.COMPLETED, 0, 0)


def test_one_that_was_told_of_is_cancelled_as_the_daemon_ends(hanging: Hanging) -> None:
    hanging.clock.ahead += 2
    hanging.services.pull.jobs.tell()
    hanging.services.pull.jobs.break_off()
    (job,) = hanging.jobs
    assert (job.status, job.error_message) == (SyncJobStatus.CANCELLED, BROKEN_OFF)


def test_one_that_nobody_was_told_of_leaves_nothing_as_the_daemon_ends(hanging: Hanging) -> None:
    hanging.clock.ahead += 2
    hanging.services.pull.jobs.break_off()
    hanging.services.pull.jobs.tell()
    assert hanging.jobs == []


def test_of_somebody_who_was_forgotten_meanwhile_nothing_is_written(hanging: Hanging) -> None:
    hanging.clock.ahead += 2
    hanging.services.pull.jobs.tell()
    hanging.services.custody.erase(UserId("ann"), hanging.clock.at)
    hanging.services.pull.jobs.tell()
    hanging.end()
    assert hanging.jobs == []


def test_what_a_daemon_left_that_died_is_cancelled_by_the_next(world: FolderWorld) -> None:
    with world.services() as services:
        read(services)
        (job,) = jobs(services)
        with services.store.writing() as tx:
            left = replace(job, id="left", version=0, status=SyncJobStatus.RUNNING, completed_at=None)
            tx.repositories.sync_jobs.put(left)
    with world.services() as services:
        found = {one.id: one for one in jobs(services)}
    assert (found["left"].status, found["left"].error_message) == (SyncJobStatus.CANCELLED, BROKEN_OFF)
    assert found[job.id] == job


def test_they_are_kept_for_thirty_days(world: FolderWorld) -> None:
    with world.services() as services:
        read(services)
        world.clock.at += 29 * DAY
        assert services.prune().reads == 0
        world.clock.at += 2 * DAY
        assert services.prune().reads == 1
        assert jobs(services) == []
    assert cutoffs(40 * DAY).reads == 10 * DAY


def test_a_connector_that_is_none_is_told_as_such(world: FolderWorld) -> None:
    with world.services() as services, services.store.reading() as tx:
        assert jobs_of(tx, ANN, services.sources, 10) == []
        with pytest.raises(UnknownThingError, match="nobody"):
            jobs_of(tx, "nobody", services.sources, 10)


ACCOUNT = CalendarAccount(connector=ANN, user_id=UserId("ann"), kind="folder")


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_acc_77_progress_is_a_share_that_is_whole_once_the_read_is(
    calendars: int, read: int, brought: int, stored: int, fails: bool
) -> None:
    read, stored = min(read, calendars), min(stored, brought)
    job = counted(begun("j", ACCOUNT, 5), calendars=calendars, read=read, brought=brought, stored=stored)
    assert 0 <= job.progress_percentage < 100
    assert (job.items_total is None) == (read < calendars)
    over = ended(job, "It is away" if fails else None, 9)
    assert (over.progress_percentage == 100) is not fails
    assert over.completed_at == broken_off(job, 9).completed_at == 9
    assert 0 <= broken_off(job, 9).progress_percentage < 100
    document = sync_job_document(over)
    assert (document["status"], document["itemsProcessed"]) == (over.status.value, stored)


def alive(since: int) -> DaemonLife:
    return DaemonLife(
        id="d",
        host="h",
        place="p",
        pid=1,
        born=1,
        since=since,
        last_seen=since,
        release="1",
        configuration="c",
    )
