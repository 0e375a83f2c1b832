"""What is learnt from (F0)."""

import sqlalchemy as sa

from engine.model.history import Outcome
from store.sql.tables.metadata import METADATA
from store.sql.types import Moment, document, opaque, words

preference_profiles = sa.Table(
    "preference_profiles",
    METADATA,
    sa.Column("user_id", opaque(), primary_key=True),
    sa.Column("day_of_week_patterns", document(), nullable=False),
    sa.Column("time_of_day_patterns", document(), nullable=False),
    sa.Column("duration_preferences", document(), nullable=False),
    sa.Column("acceptance_rate", sa.Numeric(5, 2, asdecimal=False), nullable=False, server_default="0"),
    sa.Column("avg_response_time", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_updated", Moment, nullable=False, server_default=sa.func.current_timestamp()),
    sa.Column("sample_size", sa.Integer, nullable=False, server_default="0"),
    sa.Column("counts", document(), nullable=False),
    sa.Column("created_at", Moment, nullable=False, server_default=sa.func.current_timestamp()),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("acceptance_rate BETWEEN 0 AND 100", name="acceptance_rate"),
    sa.Index("idx_user_id", "user_id"),
    sa.Index("idx_last_updated", "last_updated"),
    sa.Index("idx_preference_profile_sample", "sample_size", "acceptance_rate"),
)

scheduling_events = sa.Table(
    "scheduling_events",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("session_id", opaque(), nullable=False),
    sa.Column("host_user_id", opaque(), nullable=False),
    sa.Column("num_invitees", sa.Integer, nullable=False),
    sa.Column("proposed_slots", document()),
    sa.Column("selected_slot", document()),
    sa.Column("rejected_slots", document()),
    sa.Column("shown", document()),
    sa.Column("outcome", words(Outcome, "outcome"), nullable=False),
    sa.Column("time_to_schedule", sa.Integer),
    sa.Column("num_messages", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", Moment, nullable=False, server_default=sa.func.current_timestamp()),
    sa.Column("anonymised_at", Moment),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_session_id", "session_id"),
    sa.Index("idx_host_user_id", "host_user_id"),
    sa.Index("idx_outcome", "outcome"),
    sa.Index("idx_created_at", "created_at"),
    info={"owner": "host_user_id"},
)

learning_notes = sa.Table(
    "learning_notes",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("document", document(), nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
