"""Whose turn it was at what one daemon does for all."""

import sqlalchemy as sa

from store.sql.tables.metadata import METADATA
from store.sql.types import Moment, opaque

turns = sa.Table(
    "turns",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("taken_at", Moment, nullable=False),
    sa.Column("taken_by", opaque(), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
