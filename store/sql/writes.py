"""The writes that every part makes: insert what is new, replace just the version that was read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

import sqlalchemy as sa

from engine.errors import GatherlyError


def insert(connection: sa.Connection, table: sa.Table) -> Any:
    """Begin an insert that may say what is done on a conflict; only the dialect in use is imported."""
    return _insert(connection.dialect.name, table)


def _insert(dialect: str, table: sa.Table) -> Any:
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)


def insert_new(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its keys is there; tell whether it was inserted."""
    statement = _insert_new(connection.dialect.name, table)
    return connection.execute(statement, values).first() is not None


@cache
def _insert_new(dialect: str, table: sa.Table) -> sa.Executable:
    """Make the statement once: that takes its time."""
    there: sa.Executable = _insert(dialect, table).on_conflict_do_nothing().returning(sa.literal_column("1"))
    return there


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
    its = {f"its_{column.name}": values[column.name] for column in table.primary_key.columns}
    return connection.execute(_update(table), {**values, **its, "its_version": version}).rowcount == 1


@cache
def _update(table: sa.Table) -> sa.Update:
    """Make the statement once: that takes its time."""
    keys = [column == sa.bindparam(f"its_{column.name}") for column in table.primary_key.columns]
    return sa.update(table).where(*keys, table.c.version == sa.bindparam("its_version"))


def put_version(connection: sa.Connection, table: sa.Table, values: Mapping[str, Any], version: int) -> bool:
    """Insert (version 0) or replace that version; the row gets the next one. Tell whether it succeeded."""
    row = {**values, "version": version + 1}
    return (
        insert_new(connection, table, row) if version == 0 else replace_row(connection, table, row, version)
    )
