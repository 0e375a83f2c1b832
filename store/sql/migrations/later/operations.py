"""Notifications, sync jobs and grants, as they were first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque, words


def create() -> None:
    """Make the tables."""
    _grants()
    _notifications()
    _sync_jobs()


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("connector", opaque(), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("provider", sa.String(length=50), nullable=False),
        sa.Column("account_email", sa.String(length=320)),
        sa.Column("access_token", sa.Text()),
        sa.Column("refresh_token", sa.Text()),
        sa.Column("token_expires_at", moment()),
        sa.Column("scope", document(), nullable=False),
        sa.Column("status", words("status", "connected disconnected error expired"), nullable=False),
        sa.Column("sync_frequency", words("sync_frequency", "realtime hourly daily"), nullable=False),
        sa.Column("error_message", sa.Text()),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connector", name=op.f("pk_grants")),
    )
    op.create_index("idx_integrations_platform", "grants", ["provider"])
    op.create_index("idx_integrations_status", "grants", ["status"])
    op.create_index("idx_integrations_user_id", "grants", ["user_id"])


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("contact_id", opaque()),
        sa.Column("notification_type", sa.String(length=50), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("priority", words("priority", "low medium high urgent"), nullable=False),
        sa.Column("status", words("status", "unread read dismissed acted_upon"), nullable=False),
        sa.Column("action_url", sa.Text()),
        sa.Column("metadata", document(), nullable=False),
        sa.Column("scheduled_for", moment()),
        sa.Column("delivered_at", moment()),
        sa.Column("read_at", moment()),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications")),
    )
    op.create_index(
        "idx_notifications_scheduled",
        "notifications",
        ["scheduled_for", "id"],
        sqlite_where=sa.text("scheduled_for IS NOT NULL AND delivered_at IS NULL"),
        postgresql_where=sa.text("scheduled_for IS NOT NULL AND delivered_at IS NULL"),
    )
    op.create_index("idx_notifications_status", "notifications", ["status"])
    op.create_index("idx_notifications_type", "notifications", ["notification_type"])
    op.create_index("idx_notifications_user_id", "notifications", ["user_id", "created_at"])


def _sync_jobs() -> None:
    op.create_table(
        "sync_jobs",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("connector", opaque(), nullable=False),
        sa.Column(
            "job_type", words("job_type", "full_sync incremental_sync contact_enrichment"), nullable=False
        ),
        sa.Column("status", words("status", "pending running completed failed cancelled"), nullable=False),
        sa.Column("progress_percentage", sa.Integer(), nullable=False),
        sa.Column("items_processed", sa.Integer(), nullable=False),
        sa.Column("items_total", sa.Integer()),
        sa.Column("error_message", sa.Text()),
        sa.Column("started_at", moment()),
        sa.Column("completed_at", moment()),
        sa.Column("metadata", document(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "progress_percentage BETWEEN 0 AND 100", name=op.f("ck_sync_jobs_progress_percentage")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_jobs")),
    )
    op.create_index("idx_sync_jobs_connector", "sync_jobs", ["connector"])
    op.create_index("idx_sync_jobs_created", "sync_jobs", ["created_at"])
    op.create_index("idx_sync_jobs_status", "sync_jobs", ["status", "created_at"])
    op.create_index("idx_sync_jobs_user_id", "sync_jobs", ["user_id", "created_at"])
