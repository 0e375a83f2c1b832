"""Who reads a connector just now, why one was not asked, and which parts of a budget were refused lately."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add them."""
    op.add_column("calendar_accounts", sa.Column("held_back", sa.Text()))
    op.add_column("calendar_accounts", sa.Column("claimed_by", opaque()))
    op.add_column("calendar_accounts", sa.Column("claimed_until", moment()))
    op.add_column("budgets", sa.Column("refused_by", document(), server_default="{}", nullable=False))
