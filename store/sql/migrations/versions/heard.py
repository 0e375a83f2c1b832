"""When a connector's provider was last heard to tell of a change, and whether one was missed since."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add them; daemons of the release before go on beside this schema, and leave them alone."""
    op.add_column("calendar_accounts", sa.Column("heard", moment()))
    op.add_column(
        "calendar_accounts", sa.Column("missed", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Take them away: without them each daemon knows what it heard itself."""
    op.drop_column("calendar_accounts", "missed")
    op.drop_column("calendar_accounts", "heard")
