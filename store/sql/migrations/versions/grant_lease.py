"""A lease on each grant: whoever renews it keeps the others from asking at the same time."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment, opaque

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add it."""
    op.add_column("grants", sa.Column("lease_owner", opaque()))
    op.add_column("grants", sa.Column("lease_until", moment()))
