"""The audit log, the data keys, and what the store knows of itself."""

import sqlalchemy as sa

from store.sql.tables.metadata import METADATA
from store.sql.types import Moment, document, opaque

audit_logs = sa.Table(
    "audit_logs",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("user_id", opaque()),
    sa.Column("actor", opaque(), nullable=False),
    sa.Column("action", sa.String(100), nullable=False),
    sa.Column("resource_type", sa.String(50), nullable=False),
    sa.Column("resource_id", opaque(), nullable=False),
    sa.Column("details", document(), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("masked_at", Moment),
    sa.Index("idx_audit_logs_user_id", "user_id"),
    sa.Index("idx_audit_logs_resource", "resource_type", "resource_id"),
    sa.Index("idx_audit_logs_resource_id", "resource_id", "id"),
    sa.Index("idx_audit_logs_action", "action"),
    sa.Index("idx_audit_logs_created", "created_at"),
)

audit_anchor = sa.Table(
    "audit_anchor",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("pruned_at", Moment, nullable=False),
    sa.CheckConstraint("id = 1", name="only_one"),
)
"""The last line that pruning took away: the chain goes on from its hash."""

data_keys = sa.Table(
    "data_keys",
    METADATA,
    sa.Column("user_id", opaque(), primary_key=True),
    sa.Column("id", sa.String(32), nullable=False),
    sa.Column("master", sa.String(32), nullable=False),
    sa.Column("wrapped", sa.Text, nullable=False),
    sa.Index("idx_data_key_master", "master"),
)

tombstones = sa.Table(
    "tombstones",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("erased_at", Moment, nullable=False),
)
"""Keyed hashes of the ids and addresses of people who were erased, so that nothing brings them back."""

about = sa.Table(
    "about",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
"""What the store knows of itself: this installation's id, and which master key it was made with."""
