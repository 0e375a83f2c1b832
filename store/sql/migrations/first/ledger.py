"""The ledger of write-back, as it was first."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import Tables, document, long_key, moment, opaque, partial_index, words

BOOKING_STATES = (
    "draft proposed accepted held prepared writing verifying confirmed undoing quarantine releasing "
    "stuck failed cancelled"
)
_UNFINISHED = (
    "state IN ('accepted', 'held', 'prepared', 'quarantine', 'releasing', 'stuck', 'undoing', "
    "'verifying', 'writing')"
)


def tables() -> Tables:
    """Describe them."""
    return {
        "booking": (
            sa.Column("session", opaque(), nullable=False),
            sa.Column("state", words("state", BOOKING_STATES), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
            sa.Column("epoch", sa.Integer(), nullable=False),
            sa.Column("slot_start", moment()),
            sa.Column("slot_end", moment()),
            sa.Column("lease_owner", sa.Text()),
            sa.Column("lease_until", moment(), nullable=False),
            sa.Column("fence", sa.BigInteger(), nullable=False),
            sa.Column("after", words("after", BOOKING_STATES)),
            sa.Column("reason", sa.Text()),
            sa.Column("since", moment(), nullable=False),
            sa.Column("next_at", moment(), nullable=False),
            sa.PrimaryKeyConstraint("session", name=op.f("pk_booking")),
            partial_index("idx_booking_due", _UNFINISHED, "next_at"),
            sa.Index("idx_booking_state", "state", "since"),
        ),
        "effect": (
            sa.Column("session", opaque(), nullable=False),
            sa.Column("attendee", opaque(), nullable=False),
            sa.Column("epoch", sa.Integer(), nullable=False),
            sa.Column("connector", opaque()),
            sa.Column("calendar", sa.Text()),
            sa.Column("event_id", sa.Text()),
            sa.Column("delivery", words("delivery", "written invited notified"), nullable=False),
            sa.Column("required", sa.Boolean(), nullable=False),
            sa.Column("want", words("want", "present absent"), nullable=False),
            sa.Column("state", words("state", "planned sent ambiguous written refused gone"), nullable=False),
            sa.Column("etag", sa.Text()),
            sa.Column("sequence", sa.Integer(), nullable=False),
            sa.Column("attempts", sa.Integer(), nullable=False),
            sa.Column("next_at", moment(), nullable=False),
            sa.Column("last_code", sa.Text()),
            sa.Column("last_error", sa.Text()),
            sa.PrimaryKeyConstraint("session", "attendee", "epoch", name=op.f("pk_effect")),
            sa.Index("idx_effect_attendee", "attendee"),
            sa.Index("idx_effect_event", "event_id"),
        ),
        "hold": (
            sa.Column("id", long_key(), nullable=False),
            sa.Column("person", opaque(), nullable=False),
            sa.Column("start", moment(), nullable=False),
            sa.Column("end", moment(), nullable=False),
            sa.Column("session", opaque(), nullable=False),
            sa.Column("expires", moment()),
            sa.Column("active", sa.Boolean(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
            partial_index("idx_hold_person", "active", "person", "start", "end"),
            sa.Index("idx_hold_session", "session"),
        ),
        "outbox": (
            sa.Column("position", long_key(), nullable=False),
            sa.Column("id", opaque(), nullable=False),
            sa.Column("kind", words("kind", "mail webhook analytics notification"), nullable=False),
            sa.Column("dedupe_key", sa.Text(), nullable=False),
            sa.Column("payload", document(), nullable=False),
            sa.Column("state", words("state", "pending done failed"), nullable=False),
            sa.Column("attempts", sa.Integer(), nullable=False),
            sa.Column("next_at", moment(), nullable=False),
            sa.Column("created_at", moment(), nullable=False),
            sa.Column("last_error", sa.Text()),
            sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
            sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_dedupe_key")),
            sa.UniqueConstraint("id", name=op.f("uq_outbox_id")),
            partial_index("idx_outbox_due", "state = 'pending'", "next_at", "position"),
        ),
    }
