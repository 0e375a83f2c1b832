"""Events that gatherly keeps itself, as they were first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import Tables, document, moment, opaque, partial_index, words


def tables() -> Tables:
    """Describe them."""
    return {
        "events": (
            sa.Column("id", opaque(), nullable=False),
            sa.Column("calendar_id", opaque(), nullable=False),
            sa.Column("title", sa.Text(), nullable=False),
            sa.Column("description", sa.Text()),
            sa.Column("start_time", moment(), nullable=False),
            sa.Column("end_time", moment(), nullable=False),
            sa.Column("all_day", sa.Boolean(), nullable=False),
            sa.Column("location", sa.Text()),
            sa.Column("status", words("status", "proposed confirmed cancelled"), nullable=False),
            sa.Column("priority", words("priority", "low medium high critical"), nullable=False),
            sa.Column("flexibility", words("flexibility", "fixed preferred flexible"), nullable=False),
            sa.Column("recurrence_rule", sa.Text()),
            sa.Column("recurrence_parent_id", opaque()),
            sa.Column("original_start_time", moment()),
            sa.Column("attendees", sa.Text(), nullable=False),
            sa.Column("external_ids", document(), nullable=False),
            sa.Column("proposed_at", moment(), nullable=False),
            sa.Column("confirmed_at", moment()),
            sa.Column("cancelled_at", moment()),
            sa.Column("created_by", opaque(), nullable=False),
            sa.Column("created_at", moment(), nullable=False),
            sa.Column("updated_at", moment(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.CheckConstraint("end_time >= start_time", name=op.f("ck_events_ends_after_start")),
            sa.ForeignKeyConstraint(
                ["calendar_id"], ["calendars.id"], name=op.f("fk_events_calendar_id"), ondelete="CASCADE"
            ),
            sa.ForeignKeyConstraint(
                ["recurrence_parent_id"],
                ["events.id"],
                name=op.f("fk_events_recurrence_parent_id"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
            sa.Index("idx_event_calendar_time", "calendar_id", "start_time", "end_time"),
            sa.Index("idx_event_created_by", "created_by"),
            sa.Index("idx_event_recurrence_parent", "recurrence_parent_id"),
            partial_index("idx_event_series", "recurrence_rule IS NOT NULL", "calendar_id", "start_time"),
            sa.Index("idx_event_status", "status"),
        ),
        "event_participants": (
            sa.Column("id", opaque(), nullable=False),
            sa.Column("event_id", opaque(), nullable=False),
            sa.Column("user_id", opaque(), nullable=False),
            sa.Column("required", sa.Boolean(), nullable=False),
            sa.Column("created_at", moment(), nullable=False),
            sa.Column("updated_at", moment(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                ["event_id"], ["events.id"], name=op.f("fk_event_participants_event_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_event_participants")),
            sa.UniqueConstraint("event_id", "user_id", name="uq_event_participant"),
            sa.Index("idx_participant_event", "event_id"),
            sa.Index("idx_participant_member", "user_id"),
        ),
        "reminders": (
            sa.Column("id", opaque(), nullable=False),
            sa.Column("event_id", opaque(), nullable=False),
            sa.Column("user_id", opaque(), nullable=False),
            sa.Column("reminder_type", words("reminder_type", "email push both"), nullable=False),
            sa.Column("minutes_before", sa.Integer(), nullable=False),
            sa.Column("status", words("status", "pending sent failed"), nullable=False),
            sa.Column("due_at", moment(), nullable=False),
            sa.Column("created_at", moment(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.CheckConstraint("minutes_before >= 0", name=op.f("ck_reminders_minutes_before")),
            sa.ForeignKeyConstraint(
                ["event_id"], ["events.id"], name=op.f("fk_reminders_event_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
            partial_index("idx_reminder_due", "status = 'pending'", "due_at", "id"),
            sa.Index("idx_reminder_event", "event_id"),
            sa.Index("idx_reminder_user", "user_id"),
        ),
    }
