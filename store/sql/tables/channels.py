"""By which calendars' providers tell of changes unasked."""

import sqlalchemy as sa

from store.sql.tables.metadata import METADATA
from store.sql.types import Moment, document, opaque

channels = sa.Table(
    "channels",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("connector", opaque(), nullable=False),
    sa.Column("calendar", sa.Text, nullable=False),
    sa.Column("place", sa.String(64), nullable=False),
    sa.Column("channel", document()),
    sa.Column("former", document()),
    sa.Column("claimed", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_channels_connector", "connector", "id"),
    sa.Index("idx_channels_user_id", "user_id"),
)
