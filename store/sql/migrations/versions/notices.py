"""What goes out to people and programs, the links by which they answer, and who follows the log."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque, partial_index, words
from store.sql.migrations.postgres.row_security import guard

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add them; they are the daemon's alone."""
    op.create_table(
        "dispatches",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("user_id", opaque()),
        sa.Column("outlet", sa.String(255), nullable=False),
        sa.Column("subject", opaque(), nullable=False),
        sa.Column("state", words("state", "pending done failed"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", moment(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("told_at", moment()),
        sa.Column("last_error", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatches")),
        sa.Index("idx_dispatches_user_id", "user_id", "created_at"),
        sa.Index("idx_dispatches_subject", "subject"),
        partial_index("idx_dispatches_due", "state = 'pending'", "next_at", "id"),
        partial_index("idx_dispatches_stuck", "state = 'failed'", "created_at", "id"),
    )
    op.create_table(
        "links",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("session_id", opaque()),
        sa.Column("epoch", sa.String(64), nullable=False),
        sa.Column("verbs", document(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("used_at", moment()),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.Index("idx_links_user_id", "user_id", "created_at"),
        sa.Index("idx_links_session_id", "session_id"),
        sa.Index("idx_links_expires_at", "expires_at"),
    )
    op.create_table(
        "outages",
        sa.Column("connector", opaque(), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", moment(), nullable=False),
        sa.Column("told_at", moment()),
        sa.Column("over_at", moment()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("connector", name=op.f("pk_outages")),
        sa.Index("idx_outages_user_id", "user_id"),
    )
    op.create_table(
        "cursors",
        sa.Column("name", opaque(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursors")),
    )
    guard("dispatches", "links", "outages", "cursors")


def downgrade() -> None:
    """Drop them: what was not told stays untold."""
    for table in ("cursors", "outages", "links", "dispatches"):
        op.drop_table(table)
