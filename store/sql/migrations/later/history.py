"""What is learnt from, as it was first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque, words


def create() -> None:
    """Make the tables."""
    _preference_profiles()
    _scheduling_events()


def _preference_profiles() -> None:
    op.create_table(
        "preference_profiles",
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("day_of_week_patterns", document(), nullable=False),
        sa.Column("time_of_day_patterns", document(), nullable=False),
        sa.Column("duration_preferences", document(), nullable=False),
        sa.Column(
            "acceptance_rate",
            sa.Numeric(precision=5, scale=2, asdecimal=False),
            server_default="0",
            nullable=False,
        ),
        sa.Column("avg_response_time", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_updated", moment(), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("sample_size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("counts", document(), nullable=False),
        sa.Column("created_at", moment(), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "acceptance_rate BETWEEN 0 AND 100", name=op.f("ck_preference_profiles_acceptance_rate")
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preference_profiles")),
    )
    op.create_index("idx_last_updated", "preference_profiles", ["last_updated"])
    op.create_index(
        "idx_preference_profile_sample", "preference_profiles", ["sample_size", "acceptance_rate"]
    )
    op.create_index("idx_user_id", "preference_profiles", ["user_id"])


def _scheduling_events() -> None:
    op.create_table(
        "scheduling_events",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("session_id", opaque(), nullable=False),
        sa.Column("host_user_id", opaque(), nullable=False),
        sa.Column("num_invitees", sa.Integer(), nullable=False),
        sa.Column("proposed_slots", document()),
        sa.Column("selected_slot", document()),
        sa.Column("rejected_slots", document()),
        sa.Column("shown", document()),
        sa.Column("outcome", words("outcome", "scheduled cancelled failed"), nullable=False),
        sa.Column("time_to_schedule", sa.Integer()),
        sa.Column("num_messages", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", moment(), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False),
        sa.Column("anonymised_at", moment()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduling_events")),
    )
    op.create_index("idx_created_at", "scheduling_events", ["created_at"])
    op.create_index("idx_host_user_id", "scheduling_events", ["host_user_id"])
    op.create_index("idx_outcome", "scheduling_events", ["outcome"])
    op.create_index("idx_session_id", "scheduling_events", ["session_id"])
