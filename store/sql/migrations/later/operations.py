"""Notifications, sync jobs and grants, as they were first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import Tables, document, moment, opaque, partial_index, words


def tables() -> Tables:
    """Describe them."""
    return {
        "grants": (
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
            sa.Index("idx_integrations_platform", "provider"),
            sa.Index("idx_integrations_status", "status"),
            sa.Index("idx_integrations_user_id", "user_id"),
        ),
        "notifications": (
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
            partial_index(
                "idx_notifications_scheduled",
                "scheduled_for IS NOT NULL AND delivered_at IS NULL",
                "scheduled_for",
                "id",
            ),
            sa.Index("idx_notifications_status", "status"),
            sa.Index("idx_notifications_type", "notification_type"),
            sa.Index("idx_notifications_user_id", "user_id", "created_at"),
        ),
        "sync_jobs": (
            sa.Column("id", opaque(), nullable=False),
            sa.Column("user_id", opaque(), nullable=False),
            sa.Column("connector", opaque(), nullable=False),
            sa.Column(
                "job_type", words("job_type", "full_sync incremental_sync contact_enrichment"), nullable=False
            ),
            sa.Column(
                "status", words("status", "pending running completed failed cancelled"), nullable=False
            ),
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
            sa.Index("idx_sync_jobs_connector", "connector"),
            sa.Index("idx_sync_jobs_created", "created_at"),
            sa.Index("idx_sync_jobs_status", "status", "created_at"),
            sa.Index("idx_sync_jobs_user_id", "user_id", "created_at"),
        ),
    }
