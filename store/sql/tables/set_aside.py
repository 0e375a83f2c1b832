"""What is set aside: one item whose trouble is its own."""

import sqlalchemy as sa

from store.sql.tables.metadata import METADATA
from store.sql.types import Moment, opaque

set_aside = sa.Table(
    "set_aside",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("step", sa.String(32), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("session_id", opaque()),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("forgotten", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_set_aside_user_id", "user_id"),
    sa.Index("idx_set_aside_session_id", "session_id"),
    sa.Index("idx_set_aside_since", "since"),
)
