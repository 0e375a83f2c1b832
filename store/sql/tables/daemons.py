"""What daemons tell of themselves."""

import sqlalchemy as sa

from store.sql.tables.metadata import METADATA
from store.sql.types import Moment, opaque

daemons = sa.Table(
    "daemons",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("place", sa.String(255), nullable=False),
    sa.Column("pid", sa.BigInteger, nullable=False),
    sa.Column("born", sa.BigInteger, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("last_seen", Moment, nullable=False),
    sa.Column("release", sa.String(64), nullable=False),
    sa.Column("configuration", sa.String(64), nullable=False),
    sa.Column("refused", sa.Text),
    sa.Column("ended", Moment),
    sa.Column("role", sa.String(16), nullable=False, server_default="all"),
    sa.Column("version", sa.Integer, nullable=False),
)
