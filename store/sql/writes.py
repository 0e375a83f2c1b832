"""The writes that every part makes: insert what is new, replace just the version that was read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import sqlalchemy as sa

from engine.errors import GatherlyError

_INSERTS: dict[tuple[str, sa.Table], sa.Executable] = {}
_UPDATES: dict[sa.Table, sa.Update] = {}
"""Statements that are made once: that takes its time."""


def insert(connection: sa.Connection, table: sa.Table) -> Any:
    """Begin an insert that may say what is done on a conflict; only the dialect in use is imported."""
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table)


def insert_new(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its keys is there; tell whether it was inserted."""
    place = (connection.dialect.name, table)
    if place not in _INSERTS:
        there = insert(connection, table).on_conflict_do_nothing()
        _INSERTS[place] = there.returning(sa.literal_column("1"))
    return connection.execute(_INSERTS[place], values).first() is not None


@contextmanager
def savepoint(connection: sa.Connection, name: str) -> Iterator[None]:
    """Take back what the block wrote when it refuses, and nothing else of the transaction.

    In plain statements: whoever runs a transaction again runs them again too.
    """
    connection.execute(sa.text(f"SAVEPOINT {name}"))
    try:
        yield
    except GatherlyError:
        connection.execute(sa.text(f"ROLLBACK TO SAVEPOINT {name}"))
        connection.execute(sa.text(f"RELEASE SAVEPOINT {name}"))
        raise
    connection.execute(sa.text(f"RELEASE SAVEPOINT {name}"))


def replace_row(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], version: int) -> bool:
    """Replace the row with the primary key in `values` if it has that version; tell whether it had."""
    if table not in _UPDATES:
        keys = [column == sa.bindparam(f"its_{column.name}") for column in table.primary_key.columns]
        _UPDATES[table] = sa.update(table).where(*keys, table.c.version == sa.bindparam("its_version"))
    its = {f"its_{column.name}": values[column.name] for column in table.primary_key.columns}
    return connection.execute(_UPDATES[table], {**values, **its, "its_version": version}).rowcount == 1


def put_version(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], version: int) -> bool:
    """Insert (version 0) or replace that version; the row gets the next one. Tell whether it succeeded."""
    row = {**values, "version": version + 1}
    return (
        insert_new(connection, table, row) if version == 0 else replace_row(connection, table, row, version)
    )
