"""What the migrations make of an empty SQLite file, as the product keeps it to make one at once.

`python -m tests.store.sql.migrations.newest` writes it anew.
"""

import sqlite3
import tempfile
from pathlib import Path

from store.sql.database.at_once import BETWEEN
from store.sql.database.migrate import upgrade
from store.sql.database.sqlite import SqliteDatabase

FILE = Path(__file__).parents[4] / "store" / "sql" / "migrations" / "newest.sqlite.sql"

INDEX = ("CREATE INDEX", "CREATE UNIQUE INDEX")


def newest() -> str:
    """Migrate an empty file and tell all that is in it then."""
    with tempfile.TemporaryDirectory(prefix="gatherly-newest-") as folder:
        file = Path(folder) / "gatherly.db"
        database = SqliteDatabase(file)
        database.prepare()
        with database.migrating() as connection:
            upgrade(connection)
        database.close()
        return told(file)


def told(file: Path) -> str:
    """Tell all that is in a file, as statements that make it: tables, then indexes by their names."""
    connection = sqlite3.connect(file)
    try:
        _begin, *statements, _commit = connection.iterdump()
    finally:
        connection.close()
    indexes = sorted(one for one in statements if one.startswith(INDEX))
    tables = [one for one in statements if not one.startswith(INDEX)]
    return "".join(one.removesuffix(";") + BETWEEN for one in (*tables, *indexes))


if __name__ == "__main__":
    FILE.write_text(newest(), encoding="utf-8")
