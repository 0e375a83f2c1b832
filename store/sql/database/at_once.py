"""An empty SQLite file is made at the newest schema at once, for its history takes five times as long.

What it is made of, `migrations/newest.sqlite.sql`, is what the migrations lead to: written by
`python -m tests.store.sql.migrations.newest`, and held true by a test.
"""

from pathlib import Path

import sqlalchemy as sa

_NEWEST = Path(__file__).parents[1] / "migrations" / "newest.sqlite.sql"
BETWEEN = ";\n\n"
"""What stands between two statements, and in none of them."""


def can_be_made_at_once(connection: sa.Connection) -> bool:
    """Tell whether a database is a SQLite file in which nothing is."""
    return connection.dialect.name == "sqlite" and not sa.inspect(connection).get_table_names()


def make_at_once(connection: sa.Connection) -> None:
    """Make the newest schema in an empty file, in the connection's transaction: whole or not."""
    for statement in _NEWEST.read_text(encoding="utf-8").removesuffix(BETWEEN).split(BETWEEN):
        connection.exec_driver_sql(statement)
