"""Whoever is erased is erased from the log too: the name is masked, the hash of the line stays."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import moment
from store.sql.migrations.postgres.roles import DAEMON

revision = "0006"
down_revision = "0005"

_ONLY_MASKED = " AND ".join(
    (
        "NEW.masked_at IS NOT NULL",
        *(
            f"NEW.{column} = OLD.{column}"
            for column in ("id", "hash", "created_at", "action", "resource_type")
        ),
    )
)

_SQLITE = (
    "DROP TRIGGER audit_logs_unchanged",
    f"""CREATE TRIGGER audit_logs_unchanged BEFORE UPDATE ON audit_logs WHEN NOT ({_ONLY_MASKED})
    BEGIN SELECT RAISE(ABORT, 'the audit log may only grow'); END""",
)
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION audit_logs_unchanged() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF {_ONLY_MASKED} THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION 'the audit log may only grow';
    END $$""",
    f"GRANT UPDATE (user_id, actor, resource_id, details, masked_at) ON audit_logs TO {DAEMON}",
)


def upgrade() -> None:
    """Let a line be masked, and nothing else."""
    op.add_column("audit_logs", sa.Column("masked_at", moment()))
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
