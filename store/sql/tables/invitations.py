"""Invitation links, and the times that strangers took by them."""

import sqlalchemy as sa

from store.sql.tables.metadata import METADATA, partial_index
from store.sql.types import Moment, document, opaque

invitations = sa.Table(
    "invitations",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("duration", sa.Integer, nullable=False),
    sa.Column("search_days", sa.Integer, nullable=False),
    sa.Column("constraints", document(), nullable=False),
    sa.Column("uses", sa.Integer, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("revoked_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_invitations_user_id", "user_id", "created_at"),
)

visits = sa.Table(
    "visits",
    METADATA,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("invitation_id", sa.String(32), nullable=False),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("session_id", opaque(), nullable=False),
    sa.Column("start", Moment, nullable=False),
    sa.Column("end", Moment, nullable=False),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("address_mark", sa.String(64), nullable=False),
    sa.Column("client_mark", sa.String(64), nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment),
    sa.Column("over_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_visits_invitation_id", "invitation_id"),
    sa.Index("idx_visits_address_mark", "address_mark", "created_at"),
    sa.Index("idx_visits_session_id", "session_id"),
    partial_index("idx_visits_open", "expires_at", where=sa.text("over_at IS NULL")),
)
"""Who the stranger is lies sealed with the key of whom they visit; the marks are keyed hashes."""
