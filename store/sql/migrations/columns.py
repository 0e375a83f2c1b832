"""Tables and column types as migrations write them: the past does not change with the code."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

Tables: TypeAlias = Mapping[str, Sequence[SchemaItem]]
"""Tables by name: their columns, constraints and indexes."""


def create(*described: Tables) -> None:
    """Make the tables with their indexes, in this order."""
    for tables in described:
        for name, items in tables.items():
            op.create_table(name, *items)


def partial_index(name: str, where: str, *columns: str) -> sa.Index:
    """An index of the rows of which this is true."""
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def moment() -> TypeEngine[datetime]:
    """An instant; SQLite keeps its UTC text, to whole seconds."""
    whole_seconds = DATETIME(truncate_microseconds=True)  # type: ignore[no-untyped-call] # theirs is untyped
    return sa.DateTime(timezone=True).with_variant(whole_seconds, "sqlite")


def words(name: str, values: str) -> sa.Enum:
    """A text that is one of these (written with spaces between), checked by the database."""
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)


def opaque() -> TypeEngine[str]:
    """An id of at most 255 characters."""
    return sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql")


def long_key() -> TypeEngine[Any]:
    """A number that counts rows; only a plain INTEGER counts by itself on SQLite."""
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def document() -> TypeEngine[Any]:
    """A JSON document."""
    return sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
