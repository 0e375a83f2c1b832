"""What lets people's programs in, the answers that are repeated, and what people set for themselves."""

import sqlalchemy as sa

from store.sql.tables.metadata import METADATA
from store.sql.types import Moment, document, opaque

refresh_tokens = sa.Table(
    "refresh_tokens",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("family", opaque(), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_refresh_tokens_user_id", "user_id", "created_at"),
    sa.Index("idx_refresh_tokens_family", "family", "created_at"),
)

kept_answers = sa.Table(
    "kept_answers",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("user_id", opaque(), nullable=False),
    sa.Column("request", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("idx_kept_answers_user_id", "user_id"),
    sa.Index("idx_kept_answers_created_at", "created_at"),
)

personal_settings = sa.Table(
    "personal_settings",
    METADATA,
    sa.Column("user_id", opaque(), primary_key=True),
    sa.Column("values", document(), nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
