"""Rows that are opened one by one, where together they cannot be."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.trouble import Trouble, Unopened, attempt, that_open
from store.sql.tables.sessions import event_sessions

T = TypeVar("T")


def in_turns(*order: sa.ColumnElement[Any]) -> sa.Label[int]:
    """Number the rows of each session's host, in their order: who has many lets everybody else go between."""
    numbered = sa.func.row_number().over(partition_by=event_sessions.c.host_user_id, order_by=order)
    return numbered.label("turn")


def opened_rows(
    connection: sa.Connection,
    statement: sa.Select[Any],
    key: sa.Column[Any],
    read: Callable[[Mapping[Any, Any]], T],
    unopened: Unopened | None,
    values: Mapping[str, Any] | None = None,
) -> list[T]:
    """Give what a statement with its values finds; rows that cannot be read are told to `unopened` by key.

    Raises:
        StoreUnavailableError: the database is away.
        Exception: whatever the first such row raised, where nobody is to be told.
    """

    def all_of_them() -> list[T]:
        # Fetched before any is read: a statement that is left half-way keeps its connection at an old state.
        return [read(row) for row in connection.execute(statement, values).mappings().all()]

    def one(name: object) -> T:
        return read(connection.execute(statement.where(key == name), values).mappings().one())

    together = attempt(all_of_them)
    if not isinstance(together, Trouble):
        return together
    if unopened is None or together.is_the_stores:
        raise together.raised
    names = connection.execute(statement.with_only_columns(key), values).scalars().all()
    return that_open(names, one, unopened)
