"""Users, sessions and their messages, as they were first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import Tables, document, moment, opaque, partial_index, words


def tables() -> Tables:
    """Describe them."""
    return {
        "event_sessions": (
            sa.Column("id", opaque(), nullable=False),
            sa.Column("host_user_id", opaque(), nullable=False),
            sa.Column("invitee_ids", document(), nullable=False),
            sa.Column("optional_ids", document(), nullable=False),
            sa.Column("groups", document(), nullable=False),
            sa.Column("title", sa.Text(), nullable=False),
            sa.Column("description", sa.Text()),
            sa.Column("location", sa.Text()),
            sa.Column("duration", sa.Integer(), nullable=False),
            sa.Column("status", words("status", "pending scheduled cancelled failed"), nullable=False),
            sa.Column("proposed_times", document(), nullable=False),
            sa.Column("final_time", document()),
            sa.Column("constraints", document(), nullable=False),
            sa.Column("search_start", moment()),
            sa.Column("search_end", moment()),
            sa.Column("search_days", sa.Integer(), nullable=False),
            sa.Column("minimum_notice", sa.Integer(), nullable=False),
            sa.Column("buffer_time", sa.Integer(), nullable=False),
            sa.Column("recurrence", sa.Text()),
            sa.Column("rejected_slots", document(), nullable=False),
            sa.Column("responses", document(), nullable=False),
            sa.Column("metadata", document(), nullable=False),
            sa.Column("created_at", moment(), nullable=False),
            sa.Column("scheduled_at", moment()),
            sa.Column("expires_at", moment(), nullable=False),
            sa.Column("completed_at", moment()),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.CheckConstraint("duration > 0", name=op.f("ck_event_sessions_duration_positive")),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_event_sessions")),
            sa.Index("idx_event_session_created", "created_at", "id"),
            partial_index("idx_event_session_expiry", "status = 'pending'", "expires_at"),
            sa.Index("idx_event_session_host", "host_user_id"),
            sa.Index("idx_event_session_status", "status", "created_at"),
        ),
        "users": (
            sa.Column("id", opaque(), nullable=False),
            sa.Column("email", sa.String(length=320), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("timezone", sa.String(length=64), server_default="UTC", nullable=False),
            sa.Column(
                "role", words("role", "host parent child other"), server_default="host", nullable=False
            ),
            sa.Column("avatar_url", sa.Text()),
            sa.Column("google_auth_token", sa.Text()),
            sa.Column("calendars", document(), nullable=False),
            sa.Column("default_preferences", document(), nullable=False),
            sa.Column("created_at", moment(), nullable=False),
            sa.Column("updated_at", moment(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
            sa.Index("idx_user_email", "email"),
        ),
        "wakes": (
            sa.Column("session_id", opaque(), nullable=False),
            sa.Column("at", moment(), nullable=False),
            sa.PrimaryKeyConstraint("session_id", name=op.f("pk_wakes")),
            sa.Index("idx_wake_at", "at", "session_id"),
        ),
        "messages": (
            sa.Column("position", sa.Integer(), autoincrement=True, nullable=False),
            sa.Column("id", opaque(), nullable=False),
            sa.Column("session_id", opaque(), nullable=False),
            sa.Column("role", words("role", "user assistant system"), nullable=False),
            sa.Column("content", sa.Text(), nullable=False),
            sa.Column("metadata", document()),
            sa.Column("timestamp", moment(), nullable=False),
            sa.ForeignKeyConstraint(
                ["session_id"], ["event_sessions.id"], name=op.f("fk_messages_session_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("position", name=op.f("pk_messages")),
            sa.UniqueConstraint("session_id", "id", name=op.f("uq_messages_session_id_id")),
            sa.Index("idx_message_session", "session_id", "timestamp", "position"),
        ),
        "session_attendees": (
            sa.Column("session_id", opaque(), nullable=False),
            sa.Column("user_id", opaque(), nullable=False),
            sa.Column("pending", sa.Boolean(), nullable=False),
            sa.ForeignKeyConstraint(
                ["session_id"],
                ["event_sessions.id"],
                name=op.f("fk_session_attendees_session_id"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("session_id", "user_id", name=op.f("pk_session_attendees")),
            partial_index("idx_session_attendee_pending", "pending", "user_id", "session_id"),
        ),
    }
