"""What PostgreSQL holds people's values to, out of the one table of bounds (`engine.bounds`).

SQLite cannot add a check to a table that is there without writing all of it anew; there triggers hold the
same, which only migrations make. What is sealed, and what lies inside documents, is held by the parsers
alone: no database can measure it.
"""

from collections.abc import Iterator

import sqlalchemy as sa

from engine.bounds import EARLIEST, LATEST
from engine.time.instant import to_datetime


def moments(*columns: str) -> Iterator[sa.CheckConstraint]:
    """Hold instants to the years that gatherly knows."""
    first, end = (f"{to_datetime(at):%Y-%m-%d %H:%M:%S}+00" for at in (EARLIEST, LATEST))
    for name in columns:
        inside = f"\"{name}\" >= timestamptz '{first}' AND \"{name}\" < timestamptz '{end}'"
        yield _check(name, inside)


def number(column: str, least: int, most: int) -> sa.CheckConstraint:
    """Hold a number between two, both allowed."""
    return _check(column, f"{column} BETWEEN {least} AND {most}")


def text(column: str, most: int) -> sa.CheckConstraint:
    """Hold a text to so many characters."""
    return _check(column, f"length({column}) <= {most}")


def _check(column: str, inside: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(inside, name=f"{column}_bounds").ddl_if(dialect="postgresql")
