"""Stores as earlier releases left them: today's rows without what those releases did not know."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory

import store.sql
from store.sql.database.migrate import upgrade
from store.sql.schema import SCHEMA
from store.sql.types import Document

SCRIPTS = ScriptDirectory(str(Path(store.sql.__file__).with_name("migrations")))
RELEASES = tuple(script.revision for script in reversed(list(SCRIPTS.walk_revisions())))
"""Every schema that there was, the oldest first; the last is today's."""
EARLIER, NOW = RELEASES[:-1], RELEASES[-1]

Rows = Mapping[str, list[dict[str, Any]]]


@contextmanager
def raw(url: str) -> Iterator[sa.Connection]:
    """Look at a database, and change it, as it is."""
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def rows_of(url: str) -> Rows:
    """Give what every table holds, as the driver gives it."""
    with raw(url) as connection:
        there = set(sa.inspect(connection).get_table_names())
        return {
            table.name: [
                dict(row)
                for row in connection.execute(sa.text(f"SELECT * FROM {table.name}")).mappings()  # noqa: S608 # the schema's own names
            ]
            for table in SCHEMA.sorted_tables
            if table.name in there
        }


def schema_of(url: str) -> list[str]:
    """Give the schema that a database says it has."""
    with raw(url) as connection:
        return list(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars())


def make_release(url: str, release: str, today: Rows) -> Rows:
    """Make the store of an earlier release in an empty database, and give what it holds."""
    with raw(url) as connection:
        upgrade(connection, release)
        look = sa.inspect(connection)
        known = {table: {one["name"] for one in look.get_columns(table)} for table in look.get_table_names()}
        for table, rows in today.items():
            for row in rows if table in known else ():
                _insert(connection, table, {name: row[name] for name in row if name in known[table]})
    return rows_of(url)


def _insert(connection: sa.Connection, table: str, row: Mapping[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)
    given = {name: _given(connection, table, name, value) for name, value in row.items()}
    connection.execute(sa.text(f"INSERT INTO {table} ({names}) VALUES ({values})"), given)  # noqa: S608 # the schema's own names


def _given(connection: sa.Connection, table: str, name: str, value: Any) -> Any:
    """Give a value as the driver takes it; a sealed document is a text, and a document all the same."""
    column = SCHEMA.tables[table].c.get(name) if table in SCHEMA.tables else None
    is_document = column is not None and isinstance(column.type, Document)
    if connection.dialect.name == "postgresql" and is_document and value is not None:
        from psycopg.types.json import Jsonb

        return Jsonb(value)
    return value


def lost(before: Rows, after: Rows) -> list[str]:
    """Name the tables whose rows are not all there as they were."""
    return [table for table, rows in before.items() if not _kept(rows, after[table])]


def _kept(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
    names = before[0].keys() if before else ()
    then = [{name: row[name] for name in names} for row in after]
    return len(before) == len(after) and all(row in then for row in before)
