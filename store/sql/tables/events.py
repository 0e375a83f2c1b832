"""Events that gatherly keeps itself, who takes part, and what reminds of them (F2, F3)."""

import sqlalchemy as sa

from engine.model.event import EventPriority, EventStatus, Flexibility, ReminderStatus, ReminderType
from store.sql.tables.bounds import moments
from store.sql.tables.metadata import METADATA, partial_index
from store.sql.types import Moment, document, opaque, words

_series = sa.text("recurrence_rule IS NOT NULL")
_due = sa.text("mirror_due IS NOT NULL")
_pending = sa.text("status = 'pending'")

events = sa.Table(
    "events",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("calendar_id", opaque(), sa.ForeignKey("calendars.id", ondelete="CASCADE"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("start_time", Moment, nullable=False),
    sa.Column("end_time", Moment, nullable=False),
    sa.Column("all_day", sa.Boolean, nullable=False),
    sa.Column("zone", sa.String(64)),
    sa.Column("location", sa.Text),
    sa.Column("status", words(EventStatus, "status"), nullable=False),
    sa.Column("priority", words(EventPriority, "priority"), nullable=False),
    sa.Column("flexibility", words(Flexibility, "flexibility"), nullable=False),
    sa.Column("recurrence_rule", sa.Text),
    sa.Column("recurrence_parent_id", opaque(), sa.ForeignKey("events.id", ondelete="CASCADE")),
    sa.Column("original_start_time", Moment),
    sa.Column("attendees", sa.Text, nullable=False),
    sa.Column("external_ids", document(), nullable=False),
    sa.Column("proposed_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment),
    sa.Column("cancelled_at", Moment),
    sa.Column("mirror_id", opaque()),
    sa.Column("mirror_due", Moment),
    sa.Column("created_by", opaque(), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("end_time >= start_time", name="ends_after_start"),
    *moments("start_time", "end_time", "original_start_time", "proposed_at", "confirmed_at"),
    *moments("cancelled_at", "created_at", "updated_at"),
    sa.Index("idx_event_calendar_time", "calendar_id", "start_time", "end_time"),
    sa.Index("idx_event_status", "status"),
    sa.Index("idx_event_recurrence_parent", "recurrence_parent_id"),
    partial_index("idx_event_series", "calendar_id", "start_time", where=_series),
    sa.Index("idx_event_mirror_id", "mirror_id"),
    partial_index("idx_event_mirror_due", "mirror_due", where=_due),
    sa.Index("idx_event_created_by", "created_by"),
    info={"owner": "created_by"},
)

event_participants = sa.Table(
    "event_participants",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("event_id", opaque(), sa.ForeignKey("events.id", ondelete="CASCADE"), nullable=False),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("required", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("event_id", "user_id", name="uq_event_participant"),
    sa.Index("idx_participant_member", "user_id"),
    sa.Index("idx_participant_event", "event_id"),
)

reminders = sa.Table(
    "reminders",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("event_id", opaque(), sa.ForeignKey("events.id", ondelete="CASCADE"), nullable=False),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("reminder_type", words(ReminderType, "reminder_type"), nullable=False),
    sa.Column("minutes_before", sa.Integer, nullable=False),
    sa.Column("status", words(ReminderStatus, "status"), nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("minutes_before >= 0", name="minutes_before"),
    sa.Index("idx_reminder_event", "event_id"),
    sa.Index("idx_reminder_user", "user_id"),
    partial_index("idx_reminder_due", "due_at", "id", where=_pending),
)
