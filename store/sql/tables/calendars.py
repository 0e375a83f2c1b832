"""Connectors' health, calendars, what was read of them, and what was derived from that."""

import sqlalchemy as sa

from engine.model.calendar import BusyStatus, CalendarState, CalendarType, ConnectorState, Visibility
from store.sql.tables.metadata import METADATA
from store.sql.types import Moment, document, opaque, words

calendar_accounts = sa.Table(
    "calendar_accounts",
    METADATA,
    sa.Column("connector", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("state", words(ConnectorState, "state"), nullable=False),
    sa.Column("last_attempt", Moment),
    sa.Column("last_success", Moment),
    sa.Column("last_error", sa.Text),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("next_run", Moment, nullable=False),
    sa.Column("held_back", sa.Text),
    sa.Column("claimed_by", opaque()),
    sa.Column("claimed_until", Moment),
    sa.Column("heard", Moment),
    sa.Column("missed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_calendar_account_user", "user_id"),
    sa.Index("idx_calendar_account_next_run", "next_run"),
    sa.Index("idx_calendar_account_last_attempt", "last_attempt"),
)

calendars = sa.Table(
    "calendars",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("connector", opaque(), nullable=False),
    sa.Column("calendar_id", sa.Text, nullable=False),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("type", words(CalendarType, "type"), nullable=False),
    sa.Column("visibility", words(Visibility, "visibility"), nullable=False),
    sa.Column("is_primary", sa.Boolean, nullable=False),
    sa.Column("read", sa.Boolean, nullable=False),
    sa.Column("read_only", sa.Boolean, nullable=False),
    sa.Column("zone", sa.String(64)),
    sa.Column("state", words(CalendarState, "state"), nullable=False),
    sa.Column("token", sa.Text),
    sa.Column("synced_at", Moment),
    sa.Column("covers_start", Moment),
    sa.Column("covers_end", Moment),
    sa.Column("suspicion", sa.Text),
    sa.Column("suspect", sa.Text),
    sa.Column("accepted", sa.Text),
    sa.Column("quarantined", document(), nullable=False),
    sa.Column("members", document()),
    sa.Column("mirror", opaque()),
    sa.Column("version", sa.Integer, nullable=False),
    sa.UniqueConstraint("connector", "calendar_id"),
    sa.Index("idx_calendar_user", "user_id"),
)

calendar_objects = sa.Table(
    "calendar_objects",
    METADATA,
    sa.Column("calendar_id", opaque(), sa.ForeignKey("calendars.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("href", sa.Text, primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("uid", sa.Text, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("raw", sa.Text, nullable=False),
    sa.Index("idx_calendar_object_user", "user_id"),
    sa.Index("idx_calendar_object_uid", "user_id", "uid"),
)

busy_spans = sa.Table(
    "busy_spans",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("calendar_id", opaque(), sa.ForeignKey("calendars.id", ondelete="CASCADE"), nullable=False),
    sa.Column("href", sa.Text, nullable=False),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("uid", sa.Text, nullable=False),
    sa.Column("start_time", Moment, nullable=False),
    sa.Column("end_time", Moment, nullable=False),
    sa.Column("status", words(BusyStatus, "status"), nullable=False),
    sa.Column("ours", sa.Boolean, nullable=False),
    sa.Index("idx_busy_span_user_time", "user_id", "start_time", "end_time"),
    sa.Index("idx_busy_span_object", "calendar_id", "href"),
    sa.Index("idx_busy_span_end", "calendar_id", "end_time"),
)
