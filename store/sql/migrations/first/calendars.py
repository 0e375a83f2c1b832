"""Calendars and what is read of them, as they were first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import Tables, document, long_key, moment, opaque, words


def tables() -> Tables:
    """Describe them."""
    return {
        "calendar_accounts": (
            sa.Column("connector", opaque(), nullable=False),
            sa.Column("user_id", opaque(), nullable=False),
            sa.Column("kind", sa.String(length=32), nullable=False),
            sa.Column("state", words("state", "ok stale degraded expired error disabled"), nullable=False),
            sa.Column("last_attempt", moment()),
            sa.Column("last_success", moment()),
            sa.Column("last_error", sa.Text()),
            sa.Column("failures", sa.Integer(), nullable=False),
            sa.Column("next_run", moment(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("connector", name=op.f("pk_calendar_accounts")),
            sa.Index("idx_calendar_account_next_run", "next_run"),
            sa.Index("idx_calendar_account_user", "user_id"),
        ),
        "calendars": (
            sa.Column("id", opaque(), nullable=False),
            sa.Column("connector", opaque(), nullable=False),
            sa.Column("calendar_id", sa.Text(), nullable=False),
            sa.Column("user_id", opaque(), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("type", words("type", "personal family shared"), nullable=False),
            sa.Column("visibility", words("visibility", "private family public"), nullable=False),
            sa.Column("is_primary", sa.Boolean(), nullable=False),
            sa.Column("read", sa.Boolean(), nullable=False),
            sa.Column("read_only", sa.Boolean(), nullable=False),
            sa.Column("zone", sa.String(length=64)),
            sa.Column("state", words("state", "new ok degraded"), nullable=False),
            sa.Column("token", sa.Text()),
            sa.Column("synced_at", moment()),
            sa.Column("covers_start", moment()),
            sa.Column("covers_end", moment()),
            sa.Column("suspicion", sa.Text()),
            sa.Column("suspect", sa.Text()),
            sa.Column("accepted", sa.Text()),
            sa.Column("quarantined", document(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_calendars")),
            sa.UniqueConstraint("connector", "calendar_id", name=op.f("uq_calendars_connector_calendar_id")),
            sa.Index("idx_calendar_user", "user_id"),
        ),
        "busy_spans": (
            sa.Column("id", long_key(), nullable=False),
            sa.Column("calendar_id", opaque(), nullable=False),
            sa.Column("href", sa.Text(), nullable=False),
            sa.Column("user_id", opaque(), nullable=False),
            sa.Column("uid", sa.Text(), nullable=False),
            sa.Column("start_time", moment(), nullable=False),
            sa.Column("end_time", moment(), nullable=False),
            sa.Column("status", words("status", "busy tentative out_of_office"), nullable=False),
            sa.Column("ours", sa.Boolean(), nullable=False),
            sa.ForeignKeyConstraint(
                ["calendar_id"], ["calendars.id"], name=op.f("fk_busy_spans_calendar_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_spans")),
            sa.Index("idx_busy_span_end", "calendar_id", "end_time"),
            sa.Index("idx_busy_span_object", "calendar_id", "href"),
            sa.Index("idx_busy_span_user_time", "user_id", "start_time", "end_time"),
        ),
        "calendar_objects": (
            sa.Column("calendar_id", opaque(), nullable=False),
            sa.Column("href", sa.Text(), nullable=False),
            sa.Column("user_id", opaque(), nullable=False),
            sa.Column("uid", sa.Text(), nullable=False),
            sa.Column("etag", sa.Text()),
            sa.Column("content_hash", sa.Text(), nullable=False),
            sa.Column("raw", sa.Text(), nullable=False),
            sa.ForeignKeyConstraint(
                ["calendar_id"],
                ["calendars.id"],
                name=op.f("fk_calendar_objects_calendar_id"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("calendar_id", "href", name=op.f("pk_calendar_objects")),
            sa.Index("idx_calendar_object_user", "user_id"),
        ),
    }
