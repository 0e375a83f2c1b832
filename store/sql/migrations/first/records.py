"""The audit log, the data keys and what the store knows of itself, as they were first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import Tables, document, long_key, moment, opaque


def tables() -> Tables:
    """Describe them."""
    return {
        "about": (
            sa.Column("key", sa.String(length=64), nullable=False),
            sa.Column("value", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("key", name=op.f("pk_about")),
        ),
        "audit_anchor": (
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("position", sa.BigInteger(), nullable=False),
            sa.Column("hash", sa.String(length=64), nullable=False),
            sa.Column("pruned_at", moment(), nullable=False),
            sa.CheckConstraint("id = 1", name=op.f("ck_audit_anchor_only_one")),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchor")),
        ),
        "audit_logs": (
            sa.Column("id", long_key(), nullable=False),
            sa.Column("user_id", opaque()),
            sa.Column("actor", opaque(), nullable=False),
            sa.Column("action", sa.String(length=100), nullable=False),
            sa.Column("resource_type", sa.String(length=50), nullable=False),
            sa.Column("resource_id", opaque(), nullable=False),
            sa.Column("details", document(), nullable=False),
            sa.Column("created_at", moment(), nullable=False),
            sa.Column("hash", sa.String(length=64), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_logs")),
            sa.Index("idx_audit_logs_action", "action"),
            sa.Index("idx_audit_logs_created", "created_at"),
            sa.Index("idx_audit_logs_resource", "resource_type", "resource_id"),
            sa.Index("idx_audit_logs_resource_id", "resource_id", "id"),
            sa.Index("idx_audit_logs_user_id", "user_id"),
        ),
        "data_keys": (
            sa.Column("user_id", opaque(), nullable=False),
            sa.Column("id", sa.String(length=32), nullable=False),
            sa.Column("master", sa.String(length=32), nullable=False),
            sa.Column("wrapped", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint("user_id", name=op.f("pk_data_keys")),
            sa.Index("idx_data_key_master", "master"),
        ),
    }
