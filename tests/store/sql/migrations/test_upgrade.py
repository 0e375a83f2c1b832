"""From every earlier release to this one, with data, and killed at every step on the way."""

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import StoreError
from store.keys import Keyring
from store.open import holds_secrets, open_store, sqlite_path
from store.sql.database.migrate import upgrade
from store.sql.database.postgres import PostgresDatabase
from store.sql.database.sqlite import SqliteDatabase
from store.vault import KeyVault
from tests.chaos.processes import End, spawn
from tests.contracts.stores.repository import REPOSITORIES, name_of
from tests.contracts.stores.samples import ALICE, session, user
from tests.store.servers import KEY
from tests.store.sql.migrations.conftest import Release
from tests.store.sql.migrations.releases import (
    EARLIER,
    NOW,
    RELEASES,
    lost,
    raw,
    rows_of,
    schema_of,
)
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld

LATER = [pytest.mark.long, pytest.mark.upload, pytest.mark.chaos]
BEFORE = EARLIER[-1]
"""The release before this one."""
YOUNGER: frozenset[str] = frozenset()
"""Repositories that the release before did not have."""
YOUNGER_FIELDS: Mapping[str, Mapping[str, Any]] = {}
"""What rows of the release before read as where it had no column."""
IN_THE_SUITE = 4
TRIED = [one if one in (EARLIER[0], BEFORE) else pytest.param(one, marks=LATER) for one in EARLIER]
"""The suite tries the way from the first and from the last; the others are for later."""


@pytest.mark.parametrize("earlier", TRIED)
def test_everything_of_every_earlier_release_is_there_afterwards(
    release: Release, earlier: str, vault: KeyVault
) -> None:
    url, before = release(earlier)
    assert sum(map(len, before.values())) >= 15
    store = open_store(url, vault)
    assert list(store.check()) == []
    with store.reading() as look:
        assert look.users.get(ALICE) == user(version=1)
        assert look.sessions.get(session().id) == replace(session(), version=1)
        assert look.audit.intact()
    store.close()
    assert schema_of(url) == [NOW]
    assert lost(before, rows_of(url)) == []


def test_what_the_release_before_kept_reads_as_it_was(release: Release, vault: KeyVault) -> None:
    url, _ = release(BEFORE)
    store = open_store(url, vault)
    with store.reading() as look:
        for repository, (open_repository, entity, _) in REPOSITORIES.items():
            younger = YOUNGER_FIELDS.get(repository, {})
            expected = None if repository in YOUNGER else replace(entity, version=1, **younger)
            assert open_repository(look).get(name_of(entity)) == expected
    store.close()


@pytest.mark.parametrize("earlier", [EARLIER[0], BEFORE])
def test_a_migration_that_is_killed_leaves_what_was_there(release: Release, earlier: str) -> None:
    _kill_on_the_way(release, earlier, IN_THE_SUITE)


@pytest.mark.long
@pytest.mark.chaos
@pytest.mark.parametrize("earlier", EARLIER)
def test_a_migration_that_is_killed_at_any_statement_leaves_what_was_there(
    release: Release, earlier: str
) -> None:
    _kill_on_the_way(release, earlier, None)


def _kill_on_the_way(release: Release, earlier: str, times: int | None) -> None:
    """Kill the migrating process at its k-th statement, for every k or so many of them; then let it be."""
    url, before = release(earlier)
    for step in _points(_length(url, earlier), times):
        assert spawn(partial(_migrate_and_die, url, step)).wait() is End.KILLED
        assert schema_of(url) == [earlier]
        assert rows_of(url) == before
    assert spawn(partial(_migrate_and_die, url, None)).wait() is End.DONE
    assert schema_of(url) == [NOW]
    assert lost(before, rows_of(url)) == []


def _points(length: int, times: int | None) -> list[int]:
    if times is None or times >= length:
        return list(range(1, length + 1))
    return sorted({1 + length * number // times for number in range(times)})


def _length(url: str, earlier: str) -> int:
    """Count the statements of the whole way by walking it and turning back at its end."""
    found = []

    def note(*_: object) -> None:
        found.append(1)

    on_server = url.startswith("postgresql")
    database = PostgresDatabase(sa.make_url(url)) if on_server else SqliteDatabase(sqlite_path(url))
    with suppress(_TurnBack), database.migrating() as connection:
        sa.event.listen(connection, "before_cursor_execute", note)
        upgrade(connection)
        raise _TurnBack
    database.close()
    assert schema_of(url) == [earlier]
    return len(found)


class _TurnBack(Exception):
    """Nothing of this is to stay."""


def _migrate_and_die(url: str, at: int | None) -> None:
    """Open the store as the daemon does, and die at the statement of that number."""
    left = at

    def note(*_: object) -> None:
        nonlocal left
        if left is not None:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    open_store(url, KeyVault(Keyring(KEY))).close()


@pytest.mark.parametrize("alien", ["9999", "none"])
def test_the_command_refuses_what_it_does_not_know(
    release: Release, alien: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a later version, or somebody else's: told in one line, and left as it is."""
    url, _ = release(NOW)
    with raw(url) as connection:
        if alien == "none":
            connection.execute(sa.text("DROP TABLE alembic_version"))
        else:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = :v"), {"v": alien})
    before = rows_of(url)
    world = FolderWorld(tmp_path, (), "2025-11-12T10:00:00Z", settings=f'[store]\nurl = "{url}"\n')
    (tmp_path / "gatherly.key").write_bytes(KEY)
    (tmp_path / "gatherly.key").chmod(0o600)
    done = Line(capsys)("db", "upgrade", "-c", world.file)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert ("later gatherly (schema 9999)" if alien == "9999" else "not gatherly's") in done.stderr
    assert rows_of(url) == before


def test_the_command_brings_an_older_store_up(
    release: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, before = release(RELEASES[0])
    world = FolderWorld(tmp_path, (), "2025-11-12T10:00:00Z", settings=f'[store]\nurl = "{url}"\n')
    (tmp_path / "gatherly.key").write_bytes(KEY)
    (tmp_path / "gatherly.key").chmod(0o600)
    copied = ("--no-backup",) if url.startswith("postgresql") else ()
    done = Line(capsys)("db", "upgrade", *copied, "-c", world.file)
    assert done.returncode == 0, done.stderr
    assert schema_of(url) == [NOW]
    unconfigured = ("calendar", "busy", "event", "resource", "reminders")
    kept = {table: rows for table, rows in before.items() if not table.startswith(unconfigured)}
    assert lost(kept, rows_of(url)) == []


@pytest.mark.parametrize("earlier", [EARLIER[0], EARLIER[3], BEFORE])
def test_of_an_older_store_too_it_is_told_whether_it_holds_secrets(release: Release, earlier: str) -> None:
    url, _ = release(earlier)
    assert holds_secrets(url)
    with raw(url) as connection:
        for table in ("data_keys", "effect"):
            connection.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 # two names
    assert not holds_secrets(url)


def test_an_older_store_is_refused_where_it_may_not_be_upgraded(release: Release, vault: KeyVault) -> None:
    url, before = release(BEFORE)
    with pytest.raises(StoreError, match="Run gatherly db upgrade"):
        open_store(url, vault, may_upgrade=False)
    assert rows_of(url) == before
