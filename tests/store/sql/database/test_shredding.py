"""What was deleted is in no byte of a SQLite store, wherever its pages were moved to meanwhile."""

import random
import sqlite3
import string
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.errors import StoreUnavailableError
from store.keys import Keyring
from store.open import open_store
from store.sql.database import dialect
from store.sql.database.sqlite import SqliteDatabase
from store.sql.store import SqlStore
from store.vault import KeyVault
from tests.store.servers import KEY

LETTERS = string.ascii_lowercase + string.digits
STORIES = 60
INSERT = sa.text("INSERT INTO told VALUES (:id, :who, :words)")
UPDATE = sa.text("UPDATE told SET words = :words WHERE id = :id")


def written(database: SqliteDatabase, lots: random.Random) -> set[bytes]:
    """Write rows of two people, change some, delete one person's; give all that was ever said of them."""
    said = set[bytes]()
    with database.writing() as connection:
        connection.execute(sa.text("CREATE TABLE told (id TEXT PRIMARY KEY, who TEXT, words TEXT)"))
        connection.execute(sa.text("CREATE INDEX by_who ON told (who, id)"))
    with database.writing() as connection:
        for _ in range(lots.randrange(20, 200)):
            row = {"id": f"{lots.random()}", "who": lots.choice(("goes", "stays"))}
            for statement in (INSERT, UPDATE) if lots.random() < 0.3 else (INSERT,):
                words = f"gk1.{''.join(lots.choices(LETTERS, k=lots.randrange(30, 900)))}"
                connection.execute(statement, {**row, "words": words})
                said |= {words.encode()} if row["who"] == "goes" else set()
    with database.writing() as connection:
        connection.execute(sa.text("DELETE FROM told WHERE who = 'goes'"))
    return said


def test_nothing_that_was_deleted_is_left_in_any_page(tmp_path: Path) -> None:
    lots, left = random.Random(1), list[bytes]()
    for number in range(STORIES):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        database = SqliteDatabase(folder / "store.db")
        database.prepare()
        said = written(database, lots)
        database.shred()
        whole = b"".join(one.read_bytes() for one in folder.glob("store.db*"))
        database.close()
        left += [one for one in said if one in whole]
    assert left == []


def be_hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have connections wait for one another for an instant."""
    patient = f"PRAGMA busy_timeout = {dialect.BUSY_TIMEOUT}"
    hasty = [one if one != patient else "PRAGMA busy_timeout = 50" for one in dialect._PREPARE]
    monkeypatch.setattr(dialect, "_PREPARE", hasty)


def test_a_store_opens_though_its_journal_is_read_and_an_erasure_there_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_hasty(monkeypatch)
    file = tmp_path / "store.db"
    SqliteDatabase(file).prepare()
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("PRAGMA journal_mode = WAL")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM sqlite_master").fetchall()
        store = open_store(f"sqlite:///{file}", KeyVault(Keyring(KEY)))
        assert isinstance(store, SqlStore)
        with pytest.raises(StoreUnavailableError, match="still holds what was removed"):
            store.custody.shred()
    store.custody.shred()
    store.close()


def test_a_journal_that_somebody_reads_is_said_to_hold_what_was_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_hasty(monkeypatch)
    database = SqliteDatabase(tmp_path / "store.db")
    database.prepare()
    said = written(database, random.Random(2))
    with closing(sqlite3.connect(tmp_path / "store.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM told").fetchall()
        assert not database.shred()
    assert database.shred()
    whole = b"".join(one.read_bytes() for one in tmp_path.glob("store.db*"))
    database.close()
    assert [one for one in said if one in whole] == []
