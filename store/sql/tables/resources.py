"""What people share and reserve, and what collides (F2)."""

import sqlalchemy as sa

from engine.model.event import EventStatus
from engine.model.reservation import ConflictStatus, ConflictType, ResolutionMethod, Severity
from engine.model.resource import ResourceType
from store.sql.tables.metadata import METADATA
from store.sql.types import Moment, document, opaque, words

resources = sa.Table(
    "resources",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("type", words(ResourceType, "type"), nullable=False),
    sa.Column("capacity", sa.Integer, nullable=False),
    sa.Column("attributes", document(), nullable=False),
    sa.Column("location", sa.Text),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("capacity >= 1", name="capacity"),
)

resource_reservations = sa.Table(
    "resource_reservations",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("resource_id", opaque(), sa.ForeignKey("resources.id"), nullable=False),
    sa.Column("event_id", opaque(), sa.ForeignKey("events.id", ondelete="CASCADE")),
    sa.Column("session_id", opaque()),
    sa.Column("reserved_by", opaque(), nullable=False),
    sa.Column("start_time", Moment, nullable=False),
    sa.Column("end_time", Moment, nullable=False),
    sa.Column("status", words(EventStatus, "status"), nullable=False),
    sa.Column("notes", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("end_time >= start_time", name="ends_after_start"),
    sa.Index("idx_reservation_resource_time", "resource_id", "start_time", "end_time"),
    sa.Index("idx_reservation_event", "event_id"),
    sa.Index("idx_reservation_session", "session_id"),
    sa.Index("idx_reservation_reserved_by", "reserved_by"),
    info={"owner": "reserved_by"},
)

conflicts = sa.Table(
    "conflicts",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("type", words(ConflictType, "type"), nullable=False),
    sa.Column("severity", words(Severity, "severity"), nullable=False),
    sa.Column("status", words(ConflictStatus, "status"), nullable=False),
    sa.Column("detected_at", Moment, nullable=False),
    sa.Column("resolved_at", Moment),
    sa.Column("resolution_method", words(ResolutionMethod, "resolution_method")),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("involved_events", document(), nullable=False),
    sa.Column("involved_resources", document()),
    sa.Column("proposed_resolution", document()),
    sa.Column("undo", document()),
    sa.Column("ends_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_conflict_status", "status", "detected_at"),
    sa.Index("idx_conflict_ends_at", "ends_at"),
)
