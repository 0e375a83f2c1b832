"""What people share, and what collides, as they were first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque, words


def create() -> None:
    """Make the tables."""
    _conflicts()
    _resources()
    _resource_reservations()


def _conflicts() -> None:
    op.create_table(
        "conflicts",
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
    )
    op.create_index("idx_conflict_ends_at", "conflicts", ["ends_at"])
    op.create_index("idx_conflict_status", "conflicts", ["status", "detected_at"])


def _resources() -> None:
    op.create_table(
        "resources",
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
    )


def _resource_reservations() -> None:
    op.create_table(
        "resource_reservations",
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
        sa.CheckConstraint("end_time >= start_time", name=op.f("ck_resource_reservations_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_resource_reservations_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resources.id"], name=op.f("fk_resource_reservations_resource_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_reservations")),
    )
    op.create_index("idx_reservation_event", "resource_reservations", ["event_id"])
    op.create_index("idx_reservation_reserved_by", "resource_reservations", ["reserved_by"])
    op.create_index(
        "idx_reservation_resource_time", "resource_reservations", ["resource_id", "start_time", "end_time"]
    )
