"""What keeping and forgetting need: since when a session is over, and who was erased."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque
from store.sql.migrations.postgres.roles import DAEMON
from store.sql.migrations.postgres.row_security import guard

revision = "0005"
down_revision = "0004"

_SESSIONS = sa.table(
    "event_sessions",
    sa.column("id", opaque()),
    sa.column("status", sa.String()),
    sa.column("final_time", document()),
    sa.column("completed_at", moment()),
    sa.column("expires_at", moment()),
    sa.column("over_at", moment()),
)


def upgrade() -> None:
    """Add them, and say of the sessions that are there since when they are over."""
    op.add_column("event_sessions", sa.Column("over_at", moment()))
    op.create_index("idx_event_session_over", "event_sessions", ["over_at"])
    _tell_when_sessions_were_over(op.get_bind())
    op.create_table(
        "tombstones",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("erased_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tombstones")),
    )
    guard("tombstones")


def _tell_when_sessions_were_over(connection: sa.Connection) -> None:
    """Rows are the daemon's: on PostgreSQL even their owner sees none."""
    guarded = connection.dialect.name == "postgresql"
    if guarded:
        op.execute(f"SET LOCAL ROLE {DAEMON}")
    ended = sa.select(_SESSIONS).where(_SESSIONS.c.status != "pending")
    for row in connection.execute(ended).mappings().all():
        change = sa.update(_SESSIONS).where(_SESSIONS.c.id == row["id"])
        connection.execute(change.values(over_at=_over_at(row)))
    if guarded:
        op.execute("RESET ROLE")


def _over_at(row: Any) -> datetime:
    if row["status"] == "scheduled" and row["final_time"] is not None:
        return datetime.fromisoformat(row["final_time"]["end"])
    known: datetime = row["completed_at"] or row["expires_at"]
    return row["expires_at"] if row["status"] == "scheduled" else known
