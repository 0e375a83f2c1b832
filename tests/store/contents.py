"""All that a store holds, as bytes: every file of a SQLite store, every table of a PostgreSQL one."""

from pathlib import Path
from typing import Any

from store.open import POSTGRES, sqlite_path


def contents(url: str) -> bytes:
    """Give everything, told by the folder or the catalogue, so that nothing is overlooked."""
    return _tables(url) if url.startswith(POSTGRES) else _files(sqlite_path(url))


def _files(store: Path) -> bytes:
    files = sorted(store.parent.glob(f"{store.name}*"))
    return b"\n".join(file.read_bytes() for file in files)


def _tables(url: str) -> bytes:
    import psycopg

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        found = connection.execute(
            "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        return b"\n".join(_copy(connection, name) for (name,) in found)


def _copy(connection: Any, table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT") as rows:
        return b"".join(bytes(row) for row in rows)
