"""What a way back may take away: only what holds nothing that the release before would lose."""

import sqlalchemy as sa
from alembic import op

from engine.errors import StoreError
from store.sql.database.migrate import RELEASE_BEFORE


def drop_empty(table: str, what: str) -> None:
    """Drop a table in which nothing lies; `what` names its rows for an operator.

    Raises:
        StoreError: something lies there.
    """
    _refuse(table, sa.true(), what)
    op.drop_table(table)


def drop_unset(table: str, column: str, what: str) -> None:
    """Drop a column that no row has a value in.

    Raises:
        StoreError: one has.
    """
    _refuse(table, sa.column(column).is_not(None), what)
    op.drop_column(table, column)


def _refuse(table: str, new: sa.ColumnElement[bool], what: str) -> None:
    """Count what would be lost; under forced row-level security its owner, too, would see nothing."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    found = connection.execute(
        sa.select(sa.func.count()).select_from(sa.table(table)).where(new)
    ).scalar_one()
    if found:
        raise StoreError(
            f"{found} {what} are stored, which gatherly {RELEASE_BEFORE} has no place for",
            "Nothing was changed: stay with this version, or restore a backup from before",
        )
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
