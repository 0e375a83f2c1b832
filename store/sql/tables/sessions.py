"""Users with their rules, sessions and their messages (F0, F2), and the sessions that are to be looked at."""

import sqlalchemy as sa

from engine.bounds import (
    LONGEST_ADDRESS,
    LONGEST_NAME,
    LONGEST_NOTICE,
    LONGEST_SESSION,
    LONGEST_ZONE,
    MOST_DAYS,
)
from engine.model.constraint import ConstraintLevel
from engine.model.session import MessageRole, SessionStatus
from engine.model.user import Role
from store.sql.tables.bounds import moments, number, text
from store.sql.tables.metadata import METADATA, partial_index
from store.sql.types import Moment, document, opaque, words

_marked = sa.text("mark > 0")
_troubled = sa.text("last_error IS NOT NULL OR problem IS NOT NULL")

users = sa.Table(
    "users",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("email", sa.String(320), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False, server_default="UTC"),
    sa.Column("role", words(Role, "role"), nullable=False, server_default=Role.HOST.value),
    sa.Column("avatar_url", sa.Text),
    sa.Column("google_auth_token", sa.Text),
    sa.Column("calendars", document(), nullable=False),
    sa.Column("default_preferences", document(), nullable=False),
    sa.Column("preferences", document(), nullable=False, server_default="{}"),
    sa.Column("date_overrides", document(), nullable=False, server_default="[]"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_user_email", "email"),
    text("name", LONGEST_NAME),
    text("email", LONGEST_ADDRESS),
    text("timezone", LONGEST_ZONE),
    *moments("created_at", "updated_at"),
    info={"owner": "id"},
)

availability = sa.Table(
    "availability",
    METADATA,
    sa.Column("user_id", opaque(), sa.ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("day_of_week", sa.Integer, nullable=False),
    sa.Column("start_time", sa.String(5), nullable=False),
    sa.Column("end_time", sa.String(5), nullable=False),
    sa.Column("is_available", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.CheckConstraint("day_of_week BETWEEN 0 AND 6", name="day_of_week"),
)
"""F3's rows: Sunday is 0, times are `HH:mm` of the user's own day."""

event_sessions = sa.Table(
    "event_sessions",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("host_user_id", opaque(), nullable=False),
    sa.Column("invitee_ids", document(), nullable=False),
    sa.Column("optional_ids", document(), nullable=False),
    sa.Column("groups", document(), nullable=False),
    sa.Column("guests", document()),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("location", sa.Text),
    sa.Column("duration", sa.Integer, nullable=False),
    sa.Column("status", words(SessionStatus, "status"), nullable=False),
    sa.Column("proposed_times", document(), nullable=False),
    sa.Column("final_time", document()),
    sa.Column("constraints", document(), nullable=False),
    sa.Column("search_start", Moment),
    sa.Column("search_end", Moment),
    sa.Column("search_days", sa.Integer, nullable=False),
    sa.Column("minimum_notice", sa.Integer, nullable=False),
    sa.Column("buffer_time", sa.Integer, nullable=False),
    sa.Column("recurrence", sa.Text),
    sa.Column("resource_ids", document()),
    sa.Column("rejected_slots", document(), nullable=False),
    sa.Column("withheld", document()),
    sa.Column("responses", document(), nullable=False),
    sa.Column("metadata", document(), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("scheduled_at", Moment),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("completed_at", Moment),
    sa.Column("over_at", Moment),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("duration > 0", name="duration_positive"),
    number("duration", 1, LONGEST_SESSION),
    number("search_days", 1, MOST_DAYS),
    number("minimum_notice", 0, LONGEST_NOTICE),
    number("buffer_time", 0, LONGEST_SESSION),
    *moments("search_start", "search_end", "created_at", "scheduled_at"),
    *moments("expires_at", "completed_at", "over_at"),
    sa.Index("idx_event_session_created", "created_at", "id"),
    sa.Index("idx_event_session_status", "status", "created_at"),
    sa.Index("idx_event_session_host", "host_user_id"),
    sa.Index("idx_event_session_over", "over_at"),
    partial_index(
        "idx_event_session_expiry",
        "expires_at",
        where=sa.text("status = 'pending'"),
    ),
    info={"owner": "host_user_id"},
)

session_attendees = sa.Table(
    "session_attendees",
    METADATA,
    sa.Column(
        "session_id", opaque(), sa.ForeignKey("event_sessions.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("user_id", opaque(), primary_key=True),
    sa.Column("pending", sa.Boolean, nullable=False),
    sa.Index("idx_session_attendee_user", "user_id", "session_id"),
    partial_index(
        "idx_session_attendee_pending",
        "user_id",
        "session_id",
        where=sa.text("pending"),
    ),
)

messages = sa.Table(
    "messages",
    METADATA,
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", opaque(), nullable=False),
    sa.Column("session_id", opaque(), sa.ForeignKey("event_sessions.id", ondelete="CASCADE"), nullable=False),
    sa.Column("role", words(MessageRole, "role"), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("metadata", document()),
    sa.Column("timestamp", Moment, nullable=False),
    sa.UniqueConstraint("session_id", "id"),
    *moments("timestamp"),
    sa.Index("idx_message_session", "session_id", "timestamp", "position"),
)

wakes = sa.Table(
    "wakes",
    METADATA,
    sa.Column("session_id", opaque(), primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index("idx_wake_at", "at", "session_id"),
)

app_documents = sa.Table(
    "live_documents",
    METADATA,
    sa.Column("path", sa.String(800), primary_key=True),
    sa.Column("known", document()),
    sa.Column("sending", document(), nullable=False),
    sa.Column("update_time", sa.String(40)),
    sa.Column("mark", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("last_error", sa.Text),
    sa.Column("gone", sa.Boolean, nullable=False),
    sa.Column("problem", sa.Text),
    partial_index("idx_live_document_mark", "mark", where=_marked),
    partial_index("idx_live_document_trouble", "path", where=_troubled),
)
"""Where users, sessions and messages live outside (`engine.model.app_document`): no contents."""


constraints = sa.Table(
    "constraints",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("user_id", opaque()),
    sa.Column("type", sa.String(50), nullable=False),
    sa.Column("constraint_level", words(ConstraintLevel, "constraint_level"), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("rule", document(), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("priority BETWEEN 1 AND 10", name="priority"),
    sa.Index("idx_constraint_member", "user_id"),
    sa.Index("idx_constraint_active", "active"),
)
