"""The audit log, the data keys and what the store knows of itself, as they were first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, long_key, moment, opaque


def create() -> None:
    """Make the tables."""
    _about()
    _audit_anchor()
    _audit_logs()
    _data_keys()


def _about() -> None:
    op.create_table(
        "about",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_about")),
    )


def _audit_anchor() -> None:
    op.create_table(
        "audit_anchor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("pruned_at", moment(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_anchor_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchor")),
    )


def _audit_logs() -> None:
    op.create_table(
        "audit_logs",
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
    )
    op.create_index("idx_audit_logs_action", "audit_logs", ["action"])
    op.create_index("idx_audit_logs_created", "audit_logs", ["created_at"])
    op.create_index("idx_audit_logs_resource", "audit_logs", ["resource_type", "resource_id"])
    op.create_index("idx_audit_logs_resource_id", "audit_logs", ["resource_id", "id"])
    op.create_index("idx_audit_logs_user_id", "audit_logs", ["user_id"])


def _data_keys() -> None:
    op.create_table(
        "data_keys",
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("master", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_data_keys")),
    )
    op.create_index("idx_data_key_master", "data_keys", ["master"])
