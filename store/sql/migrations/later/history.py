"""What is learnt from, as it was first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import Tables, document, moment, opaque, words


def tables() -> Tables:
    """Describe them."""
    return {
        "preference_profiles": (
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
            sa.Index("idx_last_updated", "last_updated"),
            sa.Index("idx_preference_profile_sample", "sample_size", "acceptance_rate"),
            sa.Index("idx_user_id", "user_id"),
        ),
        "scheduling_events": (
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
            sa.Index("idx_created_at", "created_at"),
            sa.Index("idx_host_user_id", "host_user_id"),
            sa.Index("idx_outcome", "outcome"),
            sa.Index("idx_session_id", "session_id"),
        ),
    }
