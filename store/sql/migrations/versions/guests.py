"""Who comes in from outside: guests of sessions, invitation links, and the times that are taken by them."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque, partial_index
from store.sql.migrations.going_back import drop_empty, drop_unset
from store.sql.migrations.postgres.row_security import guard

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add them; they are the daemon's alone."""
    op.add_column("event_sessions", sa.Column("guests", document()))
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("duration", sa.Integer(), nullable=False),
        sa.Column("search_days", sa.Integer(), nullable=False),
        sa.Column("constraints", document(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("revoked_at", moment()),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.Index("idx_invitations_user_id", "user_id", "created_at"),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("invitation_id", sa.String(32), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("session_id", opaque(), nullable=False),
        sa.Column("start", moment(), nullable=False),
        sa.Column("end", moment(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("address_mark", sa.String(64), nullable=False),
        sa.Column("client_mark", sa.String(64), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("confirmed_at", moment()),
        sa.Column("over_at", moment()),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.Index("idx_visits_invitation_id", "invitation_id"),
        sa.Index("idx_visits_address_mark", "address_mark", "created_at"),
        sa.Index("idx_visits_session_id", "session_id"),
        partial_index("idx_visits_open", "over_at IS NULL", "expires_at"),
    )
    guard("invitations", "visits")


def downgrade() -> None:
    """Take them away, where nothing is kept in them."""
    drop_empty("visits", "times that strangers took")
    drop_empty("invitations", "invitation links")
    drop_unset("event_sessions", "guests", "sessions with guests")
