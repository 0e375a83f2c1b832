"""What people set for themselves: preferences, weekly hours, dates that are different, rules."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque, words

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add them."""
    op.add_column("users", sa.Column("preferences", document(), server_default="{}", nullable=False))
    op.add_column("users", sa.Column("date_overrides", document(), server_default="[]", nullable=False))
    op.create_table(
        "availability",
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day_of_week", sa.Integer(), nullable=False),
        sa.Column("start_time", sa.String(5), nullable=False),
        sa.Column("end_time", sa.String(5), nullable=False),
        sa.Column("is_available", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.CheckConstraint("day_of_week BETWEEN 0 AND 6", name=op.f("ck_availability_day_of_week")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_availability_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "position", name=op.f("pk_availability")),
    )
    op.create_table(
        "constraints",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("user_id", opaque()),
        sa.Column("type", sa.String(50), nullable=False),
        sa.Column("constraint_level", words("constraint_level", "hard soft"), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rule", document(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("priority BETWEEN 1 AND 10", name=op.f("ck_constraints_priority")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_constraints")),
        sa.Index("idx_constraint_member", "user_id"),
        sa.Index("idx_constraint_active", "active"),
    )
