"""Column types as migrations write them: they never change with the code, since the past does not."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.types import TypeEngine


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
