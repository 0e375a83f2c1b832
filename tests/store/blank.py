"""An empty store's file with its tables: made once by each process, then copied."""

import tempfile
from functools import cache
from pathlib import Path

from store.sql.database.at_once import make_at_once
from store.sql.database.sqlite import SqliteDatabase

NAME = "gatherly.db"
"""Where a configuration that names no store looks for one, beside itself."""


def lay_blank_store(folder: Path) -> None:
    """Put a store that nobody has opened into a folder, unless one is there."""
    file = folder / NAME
    if not file.exists():
        file.touch(0o600)
        file.write_bytes(_blank())


@cache
def _blank() -> bytes:
    with tempfile.TemporaryDirectory(prefix="gatherly-blank-") as folder:
        database = SqliteDatabase(Path(folder) / NAME)
        database.prepare()
        with database.migrating() as connection:
            make_at_once(connection)
        database.close()
        return (Path(folder) / NAME).read_bytes()
