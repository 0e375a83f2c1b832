"""What people share, and what collides, as they were first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import Tables, document, moment, opaque, words


def tables() -> Tables:
    """Describe them."""
    return {
        "conflicts": (
            sa.Column("id", opaque(), nullable=False),
            sa.Column(
                "type", words("type", "time_conflict resource_conflict constraint_violation"), nullable=False
            ),
            sa.Column("severity", words("severity", "low medium high critical"), nullable=False),
            sa.Column("status", words("status", "detected resolved ignored"), nullable=False),
            sa.Column("detected_at", moment(), nullable=False),
            sa.Column("resolved_at", moment()),
            sa.Column(
                "resolution_method", words("resolution_method", "user_manual auto_confirm agent_suggested")
            ),
            sa.Column("description", sa.Text(), nullable=False),
            sa.Column("involved_events", document(), nullable=False),
            sa.Column("involved_resources", document()),
            sa.Column("proposed_resolution", document()),
            sa.Column("ends_at", moment(), nullable=False),
            sa.Column("created_at", moment(), nullable=False),
            sa.Column("updated_at", moment(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_conflicts")),
            sa.Index("idx_conflict_ends_at", "ends_at"),
            sa.Index("idx_conflict_status", "status", "detected_at"),
        ),
        "resources": (
            sa.Column("id", opaque(), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("type", words("type", "vehicle room equipment"), nullable=False),
            sa.Column("capacity", sa.Integer(), nullable=False),
            sa.Column("attributes", document(), nullable=False),
            sa.Column("location", sa.Text()),
            sa.Column("active", sa.Boolean(), nullable=False),
            sa.Column("created_at", moment(), nullable=False),
            sa.Column("updated_at", moment(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.CheckConstraint("capacity >= 1", name=op.f("ck_resources_capacity")),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_resources")),
        ),
        "resource_reservations": (
            sa.Column("id", opaque(), nullable=False),
            sa.Column("resource_id", opaque(), nullable=False),
            sa.Column("event_id", opaque()),
            sa.Column("reserved_by", opaque(), nullable=False),
            sa.Column("start_time", moment(), nullable=False),
            sa.Column("end_time", moment(), nullable=False),
            sa.Column("status", words("status", "proposed confirmed cancelled"), nullable=False),
            sa.Column("notes", sa.Text()),
            sa.Column("created_at", moment(), nullable=False),
            sa.Column("updated_at", moment(), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.CheckConstraint(
                "end_time >= start_time", name=op.f("ck_resource_reservations_ends_after_start")
            ),
            sa.ForeignKeyConstraint(
                ["event_id"],
                ["events.id"],
                name=op.f("fk_resource_reservations_event_id"),
                ondelete="CASCADE",
            ),
            sa.ForeignKeyConstraint(
                ["resource_id"], ["resources.id"], name=op.f("fk_resource_reservations_resource_id")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_reservations")),
            sa.Index("idx_reservation_event", "event_id"),
            sa.Index("idx_reservation_reserved_by", "reserved_by"),
            sa.Index("idx_reservation_resource_time", "resource_id", "start_time", "end_time"),
        ),
    }
