"""What daemons tell of themselves: since when they live, and with which files."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment, opaque
from store.sql.migrations.postgres.row_security import guard

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add them; they are nobody's rows, and the daemon's alone."""
    op.create_table(
        "daemons",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("place", sa.String(255), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("born", sa.BigInteger(), nullable=False),
        sa.Column("since", moment(), nullable=False),
        sa.Column("last_seen", moment(), nullable=False),
        sa.Column("release", sa.String(64), nullable=False),
        sa.Column("configuration", sa.String(64), nullable=False),
        sa.Column("refused", sa.Text()),
        sa.Column("ended", moment()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daemons")),
    )
    guard("daemons")


def downgrade() -> None:
    """Drop them, whatever they tell: the next daemon tells it anew."""
    op.drop_table("daemons")
