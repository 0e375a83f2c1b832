"""The file of a SQLite store: private, sound, and told apart from what is no store."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.errors import StoreError, StoreUnavailableError, VaultError
from engine.ports.store import Store
from store.keys import Keyring
from store.open import holds_secrets, open_store
from store.sql.database.sqlite import SqliteDatabase
from store.vault import KeyVault
from tests.contracts.stores.samples import ALICE, plan, raw, user
from tests.store.servers import KEY
from tests.work import work_of

MOST_CALLS = 105
"""Calls of functions that a question takes."""
CANARY = b"canary-7f3a-dentist"


def test_only_its_owner_can_read_the_file_and_its_side_files(store: Store, file: Path) -> None:
    with store.writing() as work:
        work.users.put(user())
    assert sorted(path.name for path in file.parent.iterdir()) == [
        "gatherly.db",
        "gatherly.db-shm",
        "gatherly.db-wal",
    ]
    assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}


def test_a_file_that_others_could_read_is_closed_to_them(file: Path, vault: KeyVault) -> None:
    file.touch(0o644)
    file.chmod(0o644)
    open_store(f"sqlite:///{file}", vault).close()
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_was_written_is_there_after_closing(file: Path, vault: KeyVault) -> None:
    first = open_store(f"sqlite:///{file}", vault)
    with first.writing() as work:
        work.users.put(user())
    first.close()
    second = open_store(f"sqlite:///{file}", vault)
    with second.reading() as look:
        assert look.users.get(ALICE) == user(version=1)
    assert second.install == first.install
    second.close()


@pytest.mark.parametrize("users", [0, 1])
def test_opening_what_is_in_order_writes_nothing(file: Path, vault: KeyVault, users: int) -> None:
    """A disk that is full can still be looked at, whether or not anything is sealed already."""
    with closing(open_store(f"sqlite:///{file}", vault)) as store, store.writing() as tx:
        if users:
            tx.users.put(user())
    with closing(sqlite3.connect(file)) as watcher:
        before = watcher.execute("PRAGMA data_version").fetchone()
        open_store(f"sqlite:///{file}", vault).close()
        assert watcher.execute("PRAGMA data_version").fetchone() == before


def test_two_installations_have_different_ids(tmp_path: Path, vault: KeyVault) -> None:
    stores = [open_store(f"sqlite:///{tmp_path}/{name}.db", vault) for name in "ab"]
    assert stores[0].install != stores[1].install
    for store in stores:
        store.close()


def test_raw_objects_lie_sealed_on_the_disk(store: Store, file: Path) -> None:
    sealed = replace(plan("one.ics"), upserts=(raw("one.ics", text=CANARY),))
    with store.writing() as work:
        work.calendars.apply(sealed)
    with store.reading() as look:
        assert look.calendars.objects(sealed.calendar.key)[0].raw == CANARY
    on_disk = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert CANARY not in on_disk
    assert b"one.ics" in on_disk


def test_acc_79_what_was_sealed_for_a_user_goes_with_their_data_key(store: Store, file: Path) -> None:
    with store.writing() as work:
        work.users.put(user())
        work.calendars.apply(plan("one.ics"))
    with store.writing() as work:
        work.users.delete(ALICE)
    with sqlite3.connect(file) as look:
        tables = [row[0] for row in look.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        left = {table for table in tables if look.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()}  # noqa: S608 # the names are the schema's own
        keys = look.execute("SELECT user_id FROM data_keys").fetchall()
    look.close()
    assert sorted(keys) == [("gatherly/ids",), ("gatherly/words",)]
    assert left == {"about", "alembic_version", "data_keys"}


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "gatherly.db", "sqlite://", "sqlite:///", "sqlite:///a.db?mode=ro", ""]
)
def test_a_url_that_names_no_store_is_refused_with_the_forms_there_are(url: str, vault: KeyVault) -> None:
    with pytest.raises(StoreError, match=r"Write sqlite:///"):
        open_store(url, vault)


def test_a_refused_url_is_shown_without_its_password(vault: KeyVault) -> None:
    with pytest.raises(StoreError) as told:
        open_store("oracle://scott:tiger@host/x", vault)
    assert "tiger" not in str(told.value)


def test_a_missing_folder_is_named(tmp_path: Path, vault: KeyVault) -> None:
    with pytest.raises(StoreUnavailableError, match=f"Make the folder {tmp_path}/none"):
        open_store(f"sqlite:///{tmp_path}/none/gatherly.db", vault)


def test_a_file_that_is_no_database_is_left_alone(file: Path, vault: KeyVault) -> None:
    file.write_text("BEGIN:VCALENDAR\n" * 100)
    with pytest.raises(StoreUnavailableError, match="is no gatherly store"):
        open_store(f"sqlite:///{file}", vault)
    assert file.read_text() == "BEGIN:VCALENDAR\n" * 100


def test_somebody_elses_database_is_left_alone(file: Path, vault: KeyVault) -> None:
    with sqlite3.connect(file) as theirs:
        theirs.execute("CREATE TABLE notes (text)")
    theirs.close()
    with pytest.raises(StoreError, match="not gatherly's"):
        open_store(f"sqlite:///{file}", vault)


def test_damage_is_found(store: Store, file: Path) -> None:
    with store.writing() as work:
        for number in range(200):
            work.users.put(user(f"user-{number:03}"))
    store.close()
    with file.open("r+b") as damaged:
        damaged.seek(os.path.getsize(file) // 2)
        damaged.write(b"\xff" * 4096)
    with pytest.raises(StoreError, match="damaged"):
        list(store.check()) or pytest.fail("the damage was not seen")


def test_another_key_does_not_open_a_store_with_secrets(file: Path, vault: KeyVault) -> None:
    url = f"sqlite:///{file}"
    other = KeyVault(Keyring(bytes(32)))
    open_store(url, vault).close()
    assert not holds_secrets(url)
    fresh = open_store(url, other)
    with fresh.writing() as work:
        work.calendars.apply(plan("one.ics"))
    fresh.close()
    assert holds_secrets(url)
    with pytest.raises(VaultError, match="does not fit the store"):
        open_store(url, vault)
    open_store(url, KeyVault(Keyring(bytes(range(32)), bytes(32)))).close()


def test_a_store_that_is_not_there_holds_no_secrets(file: Path) -> None:
    assert not holds_secrets(f"sqlite:///{file}")
    assert not file.exists()


def test_an_error_of_the_database_does_not_repeat_what_was_to_be_written(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "a.db")
    database.prepare()
    with pytest.raises(StoreError) as caught, database.reading() as connection:
        connection.execute(sa.text("SELECT nothing FROM nowhere WHERE title = :title"), {"title": "canary"})
    database.close()
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is not None
    assert "canary" not in str(caught.value.__cause__)


def move_the_file(file: Path) -> Path:
    return file.rename(file.with_name("elsewhere.db"))


def move_its_folder(file: Path) -> Path:
    return file.parent.rename(file.parent.with_name("elsewhere")) / file.name


def take_it_away(file: Path) -> Path:
    kept = file.with_name("kept.db")
    os.link(file, kept)
    file.unlink()
    return kept


def put_another_there(file: Path) -> Path:
    moved = file.rename(file.with_name("elsewhere.db"))
    file.write_bytes(moved.read_bytes())
    return moved


def put_an_empty_one_there(file: Path) -> Path:
    moved = file.rename(file.with_name("elsewhere.db"))
    file.touch()
    return moved


MOVED: dict[Callable[[Path], Path], str] = {
    move_the_file: "no longer in its place",
    move_its_folder: "no longer in its place",
    take_it_away: "no longer in its place",
    put_another_there: "Another file stands in the place",
    put_an_empty_one_there: "Another file stands in the place",
}


@pytest.mark.parametrize("moved", MOVED)
def test_nothing_goes_to_a_file_that_is_no_longer_in_its_place(
    store: Store, file: Path, moved: Callable[[Path], Path]
) -> None:
    """SQLite would write on to what it has open, where nobody finds it, and a booking would be lost."""
    with store.writing() as tx:
        tx.users.put(user())
    store.pulse()
    at = moved(file)
    for work in (store.writing, store.reading):
        with pytest.raises(StoreUnavailableError, match=MOVED[moved]), work():
            pass
    with pytest.raises(StoreUnavailableError, match=MOVED[moved]):
        store.pulse()
    file.parent.mkdir(exist_ok=True)
    os.replace(at, file)
    with store.writing() as tx:
        assert tx.users.get(ALICE) == user(version=1)
    store.pulse()


def test_a_question_costs_little_more_than_what_the_database_does(file: Path) -> None:
    """Most of what a daemon does is to ask: nothing else is looked for at each statement.

    In a process of its own: once anybody has listened to all engines, the library asks at each statement
    whether somebody does.
    """
    worker = get_context("spawn").Process(target=asks_often, args=(file,))
    worker.start()
    worker.join()
    assert worker.exitcode == 0


def asks_often(file: Path) -> None:
    store = open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY)))

    def asked(times: int) -> int:
        def ask() -> None:
            with store.reading() as look:
                for _ in range(times):
                    look.wakes.due(0)

        ask()
        return work_of(ask).calls

    assert asked(11) - asked(1) < 10 * MOST_CALLS
    store.close()
