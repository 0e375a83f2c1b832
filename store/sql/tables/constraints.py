"""Rules that guide scheduling (F2 Constraint)."""

import sqlalchemy as sa

from engine.model.constraint import ConstraintLevel
from store.sql.tables.metadata import METADATA
from store.sql.types import Moment, document, opaque, words

constraints = sa.Table(
    "constraints",
    METADATA,
    sa.Column("id", opaque(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("user_id", opaque()),
    sa.Column("type", sa.String(50), nullable=False),
    sa.Column("constraint_level", words(ConstraintLevel, "constraint_level"), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("rule", document(), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("priority BETWEEN 1 AND 10", name="priority"),
    sa.Index("idx_constraint_member", "user_id"),
    sa.Index("idx_constraint_active", "active"),
)
