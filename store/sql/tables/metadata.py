"""The schema's name book: constraints get their names from it, so that migrations can name them too.

A table's `info["owner"]` names the column that says whose row it is, where that is not `user_id`.
"""

from typing import Any

import sqlalchemy as sa

METADATA = sa.MetaData(
    naming_convention={
        "ix": "idx_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def partial_index(name: str, *columns: str, where: sa.ColumnElement[bool] | sa.TextClause) -> sa.Index:
    """Describe an index of some rows; said in a dialect's own words, it would import that dialect."""
    return sa.Index(name, *columns, info={"where": where})


def told(table: sa.Table) -> list[sa.Column[Any]]:
    """Give the columns that mean something: not the number by which the database counts rows.

    Who runs a transaction again gets other numbers, and everything else as before.
    """
    return [column for column in table.columns if column is not table.autoincrement_column]


def owner_of(table: sa.Table) -> sa.Column[str] | None:
    """Give the column that says whose a row is; None where rows belong to nobody alone."""
    name = table.info.get("owner", "user_id")
    return table.columns.get(name)
