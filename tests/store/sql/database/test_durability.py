"""What was committed outlives a power loss: the settings that make it so, on every connection that writes."""

from contextlib import closing
from pathlib import Path

from store.sql.database.sqlite import SqliteDatabase

FULL = 2


def test_every_writer_waits_for_the_disc(tmp_path: Path) -> None:
    with closing(SqliteDatabase(tmp_path / "store.db")) as database:
        database.prepare()
        for _ in range(3):
            with database.writing() as connection:
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == FULL
                assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
