"""What calendars without news cost the store: one commit for all that an account's read tells."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa

from daemon.services import Services
from daemon.sync.source import Source
from engine.ids import CalendarKey, RemoteCalendarId, UserId
from engine.model.calendar import ConnectorState
from engine.model.calendar_object import Changes
from engine.ports.connector import Connector
from engine.time.instant import parse_instant
from engine.time.span import DAY, Span
from tests.worlds.folder_world import FolderWorld, Somebody, event

NOW = "2026-11-12T10:00:00Z"


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    """Somebody with a calendar that was read."""
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), NOW)
    world.busy("ann", ("2026-11-13T10:00:00Z", "2026-11-13T11:00:00Z"))
    world.run_once()
    return world


@contextmanager
def commits() -> Iterator[list[str]]:
    """Count the transactions that change something: a write, then its commit."""
    written: list[str] = []
    open_writes: set[int] = set()

    def executed(connection: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split()[0] in ("INSERT", "UPDATE", "DELETE", "REPLACE"):
            open_writes.add(id(connection))

    def committed(connection: sa.Connection) -> None:
        if id(connection) in open_writes:
            open_writes.discard(id(connection))
            written.append("commit")

    sa.event.listen(sa.Engine, "before_cursor_execute", executed)
    sa.event.listen(sa.Engine, "commit", committed)
    try:
        yield written
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", executed)
        sa.event.remove(sa.Engine, "commit", committed)


def pull(services: Services) -> int:
    """Read everybody's connectors; gives how many stored events that touched."""
    pulled = [services.pull.run(source) for source in services.sources.values()]
    assert [one.error for one in pulled] == [None] * len(pulled)
    return sum(one.changed for one in pulled)


def test_a_calendar_without_news_takes_one_commit_and_is_known_to_be_fresh(world: FolderWorld) -> None:
    with world.services() as services:
        world.clock.at += 300
        with commits() as written:
            assert pull(services) == 0
        assert len(written) == 1
        with services.store.reading() as tx:
            (calendar,) = tx.calendars.of_user(UserId("ann"))
            account = tx.calendars.account(calendar.key.connector)
        assert calendar.synced_at == world.clock.at
        assert account is not None
        assert (account.last_attempt, account.last_success) == (world.clock.at, world.clock.at)
        assert account.claimed_by is None
        assert account.next_run > world.clock.at


def test_a_calendar_with_news_is_stored_before_its_accounts_outcome(world: FolderWorld) -> None:
    with world.services() as services:
        world.clock.at += 300
        world.busy("ann", ("2026-11-14T10:00:00Z", "2026-11-14T11:00:00Z"))
        with commits() as written:
            assert pull(services) == 1
        assert len(written) == 2
        with services.store.reading() as tx:
            window = Span(world.clock.at, world.clock.at + 9 * DAY)
            assert len(tx.calendars.busy(UserId("ann"), window)) == 2


def test_many_calendars_of_one_account_take_one_commit_together(tmp_path: Path) -> None:
    names = [f"room-{number}" for number in range(7)]
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), NOW)
    for name in names:
        (world.folder("ann") / name).mkdir()
        text = event(name, "2026-11-13T10:00:00Z", "2026-11-13T11:00:00Z")
        (world.folder("ann") / name / "one.ics").write_text(text, newline="")
    text = world.file.read_text()
    read = ", ".join(f'"{name}"' for name in names)
    world.file.write_text(text.replace('write = "."', f"read = [{read}]"))
    world.run_once()
    with world.services() as services:
        world.clock.at += 300
        with commits() as written:
            assert pull(services) == 0
        with services.store.reading() as tx:
            found = tx.calendars.of_user(UserId("ann"))
        assert len(found) == len(names)
        assert {one.synced_at for one in found} == {world.clock.at}
        assert len(written) == 1


def test_a_day_that_comes_within_the_horizon_is_not_left_out(world: FolderWorld) -> None:
    rule = "RRULE:FREQ=DAILY"
    daily = event("daily", "2026-11-13T12:00:00Z", "2026-11-13T13:00:00Z").replace(
        "END:VEVENT", f"{rule}\r\nEND:VEVENT"
    )
    (world.folder("ann") / "daily.ics").write_text(daily, newline="")
    with world.services() as services:
        assert pull(services) == 1
        for _ in range(12):
            world.clock.at += 5 * DAY
            assert pull(services) == 0
        last = parse_instant("2027-02-20T12:00:00Z")
        with services.store.reading() as tx:
            assert tx.calendars.busy(UserId("ann"), Span(last, last + 3600))


class Overtaken:
    """A connector during whose read somebody forgets the calendar that is read."""

    def __init__(self, source: Source, services: Services) -> None:
        self._inner = source.connector
        self._key = CalendarKey(source.name, RemoteCalendarId("."))
        self._store = services.store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def changes(self, *words: Any) -> Changes:
        with self._store.writing() as tx:
            tx.calendars.forget(self._key)
        return self._inner.changes(*words)


def test_what_somebody_changed_during_a_read_stands_and_the_read_is_told(world: FolderWorld) -> None:
    with world.services() as services:
        (source,) = services.sources.values()
        world.clock.at += 300
        services.pull.run(replace(source, connector=cast("Connector", Overtaken(source, services))))
        with services.store.reading() as tx:
            account = tx.calendars.account(source.name)
            assert tx.calendars.get(CalendarKey(source.name, RemoteCalendarId("."))) is None
        assert account is not None
        assert account.state is ConnectorState.OK
        assert account.last_success == world.clock.at


def test_a_connector_that_fails_is_told_in_one_commit_too(world: FolderWorld) -> None:
    with world.services() as services:
        world.folder("ann").rename(world.root / "elsewhere")
        world.clock.at += 300
        (source,) = services.sources.values()
        with commits() as written:
            assert services.pull.run(source).error is not None
        assert len(written) == 1
        with services.store.reading() as tx:
            account = tx.calendars.account(source.name)
        assert account is not None
        assert account.state is ConnectorState.ERROR
        assert account.last_attempt == world.clock.at
