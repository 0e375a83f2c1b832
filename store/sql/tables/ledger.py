"""The ledger of write-back (docs/ledger.md section 3), and what is told to the outside."""

import sqlalchemy as sa

from engine.model.booking import (
    UNFINISHED,
    BookingState,
    Delivery,
    EffectState,
    OutboxKind,
    OutboxState,
    Want,
)
from store.sql.tables.bounds import moments
from store.sql.tables.metadata import METADATA, partial_index
from store.sql.types import Moment, document, opaque, words

_unfinished = sa.text(f"state IN ({', '.join(sorted(repr(state.value) for state in UNFINISHED))})")
_pending = sa.text("state = 'pending'")
_active = sa.text("active")

booking = sa.Table(
    "booking",
    METADATA,
    sa.Column("session", opaque(), primary_key=True),
    sa.Column("state", words(BookingState, "state"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("slot_start", Moment),
    sa.Column("slot_end", Moment),
    sa.Column("lease_owner", sa.Text),
    sa.Column("lease_until", Moment, nullable=False),
    sa.Column("fence", sa.BigInteger, nullable=False),
    sa.Column("after", words(BookingState, "after")),
    sa.Column("reason", sa.Text),
    sa.Column("since", Moment, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("progress", document()),
    sa.Index("idx_booking_state", "state", "since"),
    partial_index("idx_booking_due", "next_at", where=_unfinished),
)

effect = sa.Table(
    "effect",
    METADATA,
    sa.Column("session", opaque(), primary_key=True),
    sa.Column("attendee", opaque(), primary_key=True),
    sa.Column("epoch", sa.Integer, primary_key=True),
    sa.Column("connector", opaque()),
    sa.Column("calendar", sa.Text),
    sa.Column("event_id", sa.Text),
    sa.Column("delivery", words(Delivery, "delivery"), nullable=False),
    sa.Column("required", sa.Boolean, nullable=False),
    sa.Column("want", words(Want, "want"), nullable=False),
    sa.Column("state", words(EffectState, "state"), nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("last_code", sa.Text),
    sa.Column("last_error", sa.Text),
    sa.Column("at", Moment),
    sa.Index("idx_effect_attendee", "attendee"),
    sa.Index("idx_effect_event", "event_id"),
    info={"owner": "attendee"},
)

hold = sa.Table(
    "hold",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("person", opaque(), nullable=False),
    sa.Column("start", Moment, nullable=False),
    sa.Column("end", Moment, nullable=False),
    sa.Column("session", opaque(), nullable=False),
    sa.Column("expires", Moment),
    sa.Column("active", sa.Boolean, nullable=False),
    *moments("start", "end", "expires"),
    partial_index("idx_hold_person", "person", "start", "end", where=_active),
    sa.Index("idx_hold_session", "session"),
    info={"owner": "person"},
)

outbox = sa.Table(
    "outbox",
    METADATA,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("id", opaque(), nullable=False, unique=True),
    sa.Column("kind", words(OutboxKind, "kind"), nullable=False),
    sa.Column("dedupe_key", sa.Text, nullable=False, unique=True),
    sa.Column("payload", document(), nullable=False),
    sa.Column("state", words(OutboxState, "state"), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("last_error", sa.Text),
    partial_index("idx_outbox_due", "next_at", "position", where=_pending),
    partial_index("idx_outbox_ahead", "created_at", "position", where=_pending),
)
