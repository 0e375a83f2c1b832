"""The schema as a diagram (Mermaid), drawn from the tables themselves."""

from collections.abc import Iterator

import sqlalchemy as sa

from store.sql.schema import SCHEMA
from store.sql.tables.metadata import owner_of
from store.sql.tables.sessions import users


def diagram() -> str:
    """Draw every table with its keys and its owner's column, and what points where.

    Lines drawn through are kept by the database; dotted ones name a user, who may live elsewhere.
    """
    tables = sorted(SCHEMA.sorted_tables, key=lambda table: table.name)
    lines = [line for table in tables for line in (*_boxes(table), *_arrows(table))]
    return "\n".join(("erDiagram", *lines)) + "\n"


def _boxes(table: sa.Table) -> Iterator[str]:
    yield f"    {table.name} {{"
    for column in table.columns:
        if column.primary_key or column.foreign_keys or column is owner_of(table):
            key = "PK" if column.primary_key else "FK"
            yield f"        {_word(column)} {column.name} {key}"
    yield "    }"


def _word(column: sa.Column[object]) -> str:
    return type(column.type).__name__.lower()


def _arrows(table: sa.Table) -> Iterator[str]:
    for column in table.columns:
        for key in column.foreign_keys:
            yield f"    {key.column.table.name} ||--o{{ {table.name} : {column.name}"
        if column is owner_of(table) and table is not users and not _points_to_users(column):
            yield f"    users ||..o{{ {table.name} : {column.name}"


def _points_to_users(column: sa.Column[str]) -> bool:
    return any(key.column.table is users for key in column.foreign_keys)
