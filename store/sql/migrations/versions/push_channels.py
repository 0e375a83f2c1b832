"""By which calendars' providers tell of changes: channels outlive the process that opened them."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque
from store.sql.migrations.postgres.row_security import guard

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the table; no program of a user reads it."""
    op.create_table(
        "channels",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("connector", opaque(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("channel", document()),
        sa.Column("former", document()),
        sa.Column("claimed", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )
    op.create_index("idx_channels_connector", "channels", ["connector", "id"])
    op.create_index("idx_channels_user_id", "channels", ["user_id"])
    guard("channels")


def downgrade() -> None:
    """Drop it: channels end by themselves, and others are opened."""
    op.drop_table("channels")
