"""Back to the release before: with all that is stored, or not at all; a copy is kept first."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from engine.errors import StoreError
from store.lock import DaemonLock
from store.open import copy_older, go_back, open_store
from store.sql.database.migrate import ITS_SCHEMA
from store.sql.migrations.going_back import drop_empty, drop_unset
from store.vault import KeyVault
from tests.store.sql.migrations.conftest import Release
from tests.store.sql.migrations.releases import NOW, RELEASES, SCRIPTS, raw, rows_of, schema_of
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

AT = 1_764_000_000
KEY_FILE = bytes(range(32))
LATER = [name for name in RELEASES if name > ITS_SCHEMA]
"""The schemas since the release before."""


def test_every_change_since_the_release_before_knows_its_way_back() -> None:
    stuck = [name for name in LATER if not hasattr(SCRIPTS.get_revision(name).module, "downgrade")]
    assert stuck == []


def test_a_store_goes_back_and_comes_up_again_with_all_that_it_held(
    release: Release, vault: KeyVault
) -> None:
    url, before = release(ITS_SCHEMA)
    open_store(url, vault).close()
    upgraded = rows_of(url)
    kept, changed = go_back(url, AT)
    assert (changed, schema_of(url)) == (bool(LATER), [ITS_SCHEMA])
    assert (kept is not None) == (changed and url.startswith("sqlite"))
    assert as_before(rows_of(url), before) == as_before(upgraded, before)
    assert go_back(url, AT) == (None, False)
    open_store(url, vault).close()
    assert schema_of(url) == [NOW]


Rows = Mapping[str, Sequence[Mapping[str, object]]]


def as_before(rows: Rows, before: Rows) -> Rows:
    """Keep what the release before knows: its tables, and of each its columns."""
    return {
        table: [{name: row[name] for name in old[0] if name in row} for row in rows[table]] if old else []
        for table, old in before.items()
    }


def changing(url: str, change: Callable[[], None]) -> None:
    """Change a store as a migration does."""
    with raw(url) as connection, Operations.context(MigrationContext.configure(connection)):
        change()


BUDGET = (
    "INSERT INTO budgets (name, spent_until, quiet_until, refusals, version)"
    " VALUES ('a', 0, '2025-01-01 00:00:00+00', 0, 1)"
)


def test_only_a_table_in_which_nothing_lies_is_dropped_and_a_column_that_nobody_set(release: Release) -> None:
    """Row-level security that is forced on a table's owner hides rows, and is no reason to drop them."""
    url, before = release(ITS_SCHEMA)
    with raw(url) as connection:
        connection.execute(sa.text("DELETE FROM budgets"))
        connection.execute(sa.text(BUDGET))
        connection.execute(sa.text("UPDATE effect SET at = '2025-01-01 00:00:00+00'"))
    with pytest.raises(StoreError, match="1 budgets are stored, which gatherly 0"):
        changing(url, lambda: drop_empty("budgets", "budgets"))
    with pytest.raises(StoreError, match="copies are stored"):
        changing(url, lambda: drop_unset("effect", "at", "copies"))
    assert (len(rows_of(url)["budgets"]), "at" in rows_of(url)["effect"][0]) == (1, True)
    with raw(url) as connection:
        connection.execute(sa.text("DELETE FROM budgets"))
        connection.execute(sa.text("UPDATE effect SET at = NULL"))
    changing(url, lambda: drop_empty("budgets", "budgets"))
    changing(url, lambda: drop_unset("effect", "at", "copies"))
    assert ("budgets" in rows_of(url), "at" in rows_of(url)["effect"][0]) == (False, False)
    assert len(rows_of(url)["effect"]) == len(before["effect"])


def configured(folder: Path, url: str) -> Path:
    settings = f'[store]\nurl = "{url}"\n'
    world = FolderWorld(folder, (Somebody(name="alice"),), "2025-11-12T10:00:00Z", settings=settings)
    (folder / "gatherly.key").write_bytes(KEY_FILE)
    (folder / "gatherly.key").chmod(0o600)
    return world.file


def test_the_commands_keep_a_copy_first_and_say_where(
    release: Release, tmp_path: Path, capsys: pytest.CaptureFixture[str], vault: KeyVault
) -> None:
    url, before = release(RELEASES[0])
    gatherly, file = Line(capsys), configured(tmp_path, url)
    on_server = not url.startswith("sqlite")
    if on_server:
        refused = gatherly("db", "upgrade", "-c", file)
        assert (refused.returncode, schema_of(url)) == (1, [RELEASES[0]])
        assert "pg_dump" in refused.stderr
        assert "db upgrade --no-backup" in refused.stderr
    done = gatherly("db", "upgrade", *(("--no-backup",) if on_server else ()), "-c", file)
    assert done.returncode == 0, done.stderr
    copies = sorted(tmp_path.glob("gatherly.db.before-upgrade-*"))
    assert len(copies) == (1 if url.startswith("sqlite") else 0)
    for copy in copies:
        assert str(copy) in done.stdout
        assert copy.stat().st_mode & 0o777 == 0o600
        assert (schema_of(f"sqlite:///{copy}"), rows_of(f"sqlite:///{copy}")) == ([RELEASES[0]], before)
    again = gatherly("db", "upgrade", "-c", file)
    assert (again.returncode, "kept as" in again.stdout) == (0, False)
    back = gatherly("db", "downgrade", "-c", file)
    assert (back.returncode, schema_of(url)) == (0, [ITS_SCHEMA]), back.stderr
    assert ("kept as" in back.stdout) == bool(LATER and copies)
    assert "0.1.0" in gatherly("db", "downgrade", "-c", file).stdout


def test_of_a_store_that_a_daemon_works_on_nothing_is_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = configured(tmp_path, f"sqlite:///{tmp_path}/gatherly.db")
    gatherly = Line(capsys)
    assert gatherly("db", "upgrade", "-c", file).returncode == 0
    lock = DaemonLock(tmp_path / "gatherly.db")
    lock.take(AT)
    for words in (("db", "downgrade"), ("db", "upgrade")):
        refused = gatherly(*words, "-c", file)
        assert (refused.returncode, "Another gatherly" in refused.stderr) == (1, True)
    lock.release()
    assert list(tmp_path.glob("*.before-*")) == []


@pytest.mark.parametrize("act", [copy_older, go_back])
def test_where_there_is_no_store_none_is_made(tmp_path: Path, act: Callable[[str, int], object]) -> None:
    url = f"sqlite:///{tmp_path}/gatherly.db"
    if act is copy_older:
        assert copy_older(url, AT) is None
    else:
        with pytest.raises(StoreError, match="There is no store"):
            go_back(url, AT)
    assert list(tmp_path.iterdir()) == []
