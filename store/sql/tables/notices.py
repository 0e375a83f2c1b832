"""What goes out to people and programs, the links by which they answer, and who follows the log."""

import sqlalchemy as sa

from engine.model.booking import OutboxState
from store.sql.tables.metadata import METADATA, partial_index
from store.sql.types import Moment, document, opaque, words

_pending = sa.text("state = 'pending'")
_failed = sa.text("state = 'failed'")

dispatches = sa.Table(
    "dispatches",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque()),
    sa.Column("outlet", sa.String(255), nullable=False),
    sa.Column("subject", opaque(), nullable=False),
    sa.Column("state", words(OutboxState, "state"), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("told_at", Moment),
    sa.Column("last_error", sa.Text),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_dispatches_user_id", "user_id", "created_at"),
    sa.Index("idx_dispatches_subject", "subject"),
    partial_index("idx_dispatches_due", "next_at", "id", where=_pending),
    partial_index("idx_dispatches_stuck", "created_at", "id", where=_failed),
)

links = sa.Table(
    "links",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("session_id", opaque()),
    sa.Column("epoch", sa.String(64), nullable=False),
    sa.Column("verbs", document(), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_links_user_id", "user_id", "created_at"),
    sa.Index("idx_links_session_id", "session_id"),
    sa.Index("idx_links_expires_at", "expires_at"),
)

outages = sa.Table(
    "outages",
    METADATA,
    sa.Column("connector", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("told_at", Moment),
    sa.Column("over_at", Moment),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_outages_user_id", "user_id"),
)

cursors = sa.Table(
    "cursors",
    METADATA,
    sa.Column("name", opaque(), primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
