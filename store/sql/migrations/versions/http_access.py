"""What lets people's programs in, the answers that are repeated, and what people set for themselves."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import document, moment, opaque
from store.sql.migrations.postgres.row_security import guard

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add them; no program of a user reads them."""
    op.create_table(
        "refresh_tokens",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("family", opaque(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("expires_at", moment(), nullable=False),
        sa.Column("used_at", moment()),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
        sa.Index("idx_refresh_tokens_user_id", "user_id", "created_at"),
        sa.Index("idx_refresh_tokens_family", "family", "created_at"),
    )
    op.create_table(
        "kept_answers",
        sa.Column("id", opaque(), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answers")),
        sa.Index("idx_kept_answers_user_id", "user_id"),
        sa.Index("idx_kept_answers_created_at", "created_at"),
    )
    op.create_table(
        "personal_settings",
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("values", document(), nullable=False),
        sa.Column("updated_at", moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_personal_settings")),
    )
    guard("refresh_tokens", "kept_answers", "personal_settings")


def downgrade() -> None:
    """Drop them: programs ask for new tokens, and the files' settings hold again."""
    for name in ("refresh_tokens", "kept_answers", "personal_settings"):
        op.drop_table(name)
