"""An index by which somebody's sessions are found, those that are over too."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add it."""
    op.create_index("idx_session_attendee_user", "session_attendees", ["user_id", "session_id"])


def downgrade() -> None:
    """Take it away; nothing is lost."""
    op.drop_index("idx_session_attendee_user", "session_attendees")
