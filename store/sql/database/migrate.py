"""Bring a database to the schema that this version knows; refuse one that is ahead of it."""

from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.errors import StoreError

_SCRIPTS = Path(__file__).parents[1] / "migrations"


RELEASE_BEFORE, ITS_SCHEMA = "0.1.0", "0014"
"""The release before this one, and its schema: as far back as a store can be brought."""


class SchemaAge(StrEnum):
    """How a database's schema stands to the one that the code knows."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"


def check_version(connection: sa.Connection, name: str) -> SchemaAge:
    """Tell how old the schema is.

    Raises:
        StoreError: a later version of gatherly made it, or it is not gatherly's.
    """
    found = MigrationContext.configure(connection).get_current_heads()
    scripts = ScriptDirectory(str(_SCRIPTS))
    if not found:
        return _unmarked(connection, name)
    known = {script.revision for script in scripts.walk_revisions()}
    if not known.issuperset(found):
        raise StoreError(
            f"The store {name} was made by a later gatherly (schema {', '.join(found)})",
            "Run that version, or restore a backup of this one",
        )
    return SchemaAge.CURRENT if set(found) == set(scripts.get_heads()) else SchemaAge.OLDER


def _unmarked(connection: sa.Connection, name: str) -> SchemaAge:
    if sa.inspect(connection).get_table_names():
        raise StoreError(f"The store {name} holds tables that are not gatherly's", "Name an empty database")
    return SchemaAge.EMPTY


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Migrate to the newest schema, or to the one named, in the connection's transaction: whole or not."""
    command.upgrade(_config(connection), to)


def downgrade(connection: sa.Connection) -> None:
    """Go back to the schema of the release before, in the connection's transaction: whole or not.

    Raises:
        StoreError: something is stored that the release before has no place for.
    """
    command.downgrade(_config(connection), ITS_SCHEMA)


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config
