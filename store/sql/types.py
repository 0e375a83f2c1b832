"""Column types: moments that are always aware and UTC, words that the database checks, documents."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from engine.ids import LONGEST_ID
from engine.time.instant import from_datetime, to_datetime
from engine.time.span import DAY, Instant

MOST_KNOWN = 16_384
"""Moments whose texts are kept."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - SQLite's texts say no zone


class Moment(sa.TypeDecorator[Instant]):
    """An `Instant`, kept as an aware UTC timestamp; an aware datetime is taken too, a naive one refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite keeps `2026-11-20 14:00:00`: sortable, and read by its own date functions."""
        if dialect.name != "sqlite":
            return dialect.type_descriptor(sa.DateTime(timezone=True))
        from sqlalchemy.dialects.sqlite import DATETIME

        whole_seconds = DATETIME(truncate_microseconds=True)  # type: ignore[no-untyped-call] # theirs is untyped
        return dialect.type_descriptor(whole_seconds)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Write SQLite's texts in one step, each once: most rows are written at one moment."""
        return _sqlite_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Read SQLite's texts in one step."""
        return _sqlite_moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: Instant | datetime | None, dialect: Dialect) -> datetime | None:
        """Turn seconds into an aware datetime."""
        if value is None:
            return None
        if isinstance(value, datetime):
            value = from_datetime(value)
        return to_datetime(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> Instant | None:
        """Turn what the database gives into seconds."""
        return None if value is None else from_datetime(value)


@lru_cache(maxsize=MOST_KNOWN)
def _sqlite_text(value: Instant | datetime | None) -> str | None:
    if value is None:
        return None
    moment = to_datetime(from_datetime(value) if isinstance(value, datetime) else value)
    return moment.replace(tzinfo=None).isoformat(" ", "seconds")


@lru_cache(maxsize=MOST_KNOWN)
def _sqlite_moment(text: str | None) -> Instant | None:
    """Read a text of UTC that says no zone, and may say fractions of a second."""
    if text is None:
        return None
    since = datetime.fromisoformat(text) - _EPOCH
    return since.days * DAY + since.seconds


def words(enum: type[StrEnum], name: str) -> sa.Enum:
    """A text that is one of an enum's values, checked by the database; `name` is the column's."""
    return sa.Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def opaque() -> TypeEngine[str]:
    """An id as it was given, or a name of that length; compared byte by byte, as Python does."""
    return sa.String(LONGEST_ID).with_variant(sa.String(LONGEST_ID, collation="C"), "postgresql")


class Document(sa.TypeDecorator[Any]):
    """A JSON document; PostgreSQL keeps it as JSONB."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Import no dialect but the one in use."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(sa.JSON(none_as_null=True))
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB(none_as_null=True))


def document() -> TypeEngine[Any]:
    """A JSON document."""
    return Document()
