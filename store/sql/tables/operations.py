"""What people are told, what synchronises, what lets connectors in (F4, F3), and budgets."""

import sqlalchemy as sa

from engine.model.integration import GrantStatus, SyncFrequency
from engine.model.operations import NotificationPriority, NotificationStatus, SyncJobStatus, SyncJobType
from store.sql.tables.metadata import METADATA, partial_index
from store.sql.types import Moment, document, opaque, words

_scheduled = sa.text("scheduled_for IS NOT NULL AND delivered_at IS NULL")

notifications = sa.Table(
    "notifications",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("contact_id", opaque()),
    sa.Column("notification_type", sa.String(50), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("priority", words(NotificationPriority, "priority"), nullable=False),
    sa.Column("status", words(NotificationStatus, "status"), nullable=False),
    sa.Column("action_url", sa.Text),
    sa.Column("metadata", document(), nullable=False),
    sa.Column("scheduled_for", Moment),
    sa.Column("delivered_at", Moment),
    sa.Column("read_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_notifications_user_id", "user_id", "created_at"),
    sa.Index("idx_notifications_status", "status"),
    sa.Index("idx_notifications_type", "notification_type"),
    partial_index(
        "idx_notifications_scheduled",
        "scheduled_for",
        "id",
        where=_scheduled,
    ),
)

sync_jobs = sa.Table(
    "sync_jobs",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("connector", opaque(), nullable=False),
    sa.Column("job_type", words(SyncJobType, "job_type"), nullable=False),
    sa.Column("status", words(SyncJobStatus, "status"), nullable=False),
    sa.Column("progress_percentage", sa.Integer, nullable=False),
    sa.Column("items_processed", sa.Integer, nullable=False),
    sa.Column("items_total", sa.Integer),
    sa.Column("error_message", sa.Text),
    sa.Column("started_at", Moment),
    sa.Column("completed_at", Moment),
    sa.Column("metadata", document(), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("progress_percentage BETWEEN 0 AND 100", name="progress_percentage"),
    sa.Index("idx_sync_jobs_user_id", "user_id", "created_at"),
    sa.Index("idx_sync_jobs_connector", "connector"),
    sa.Index("idx_sync_jobs_status", "status", "created_at"),
    sa.Index("idx_sync_jobs_created", "created_at"),
)

grants = sa.Table(
    "grants",
    METADATA,
    sa.Column("connector", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("provider", sa.String(50), nullable=False),
    sa.Column("account_email", sa.String(320)),
    sa.Column("access_token", sa.Text),
    sa.Column("refresh_token", sa.Text),
    sa.Column("token_expires_at", Moment),
    sa.Column("scope", document(), nullable=False),
    sa.Column("status", words(GrantStatus, "status"), nullable=False),
    sa.Column("sync_frequency", words(SyncFrequency, "sync_frequency"), nullable=False),
    sa.Column("error_message", sa.Text),
    sa.Column("lease_owner", opaque()),
    sa.Column("lease_until", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_integrations_user_id", "user_id"),
    sa.Index("idx_integrations_platform", "provider"),
    sa.Index("idx_integrations_status", "status"),
)

budgets = sa.Table(
    "budgets",
    METADATA,
    sa.Column("name", opaque(), primary_key=True),
    sa.Column("spent_until", sa.BigInteger, nullable=False),
    sa.Column("quiet_until", Moment, nullable=False),
    sa.Column("refusals", sa.Integer, nullable=False),
    sa.Column("refused_by", document(), nullable=False, server_default="{}"),
    sa.Column("version", sa.Integer, nullable=False),
)
