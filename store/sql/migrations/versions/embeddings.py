"""Where what is said of contacts lies among all texts, for finding by meaning; memories that rules make."""

import sqlalchemy as sa
from alembic import op

from store.sql.migrations.columns import create, moment, opaque, partial_index
from store.sql.migrations.postgres.roles import APP
from store.sql.migrations.postgres.row_security import ME, guard

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add it; each contact is measured once a day, and has its texts placed then."""
    create({"embeddings": _columns()})
    op.add_column("ai_memories", sa.Column("rule", sa.String(128)))
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"GRANT SELECT ON embeddings TO {APP}")
        op.execute(f"CREATE POLICY own ON embeddings FOR SELECT TO {APP} USING (user_id = {ME})")
    guard("embeddings")


def downgrade() -> None:
    """Take it away: it is made anew."""
    op.drop_table("embeddings")
    op.execute("DELETE FROM ai_memories WHERE rule IS NOT NULL")
    op.drop_column("ai_memories", "rule")


def _columns() -> list[sa.schema.SchemaItem]:
    contact = sa.ForeignKeyConstraint(
        ["contact_id"], ["contacts.id"], name=op.f("fk_embeddings_contact_id"), ondelete="CASCADE"
    )
    now = sa.func.current_timestamp()
    return [
        sa.Column("id", opaque(), nullable=False),
        sa.Column("user_id", opaque(), nullable=False),
        sa.Column("contact_id", opaque(), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("model", "vector", "topic")),
        *(
            sa.Column(name, moment(), nullable=False, server_default=now)
            for name in ("created_at", "updated_at")
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embeddings")),
        contact,
        sa.UniqueConstraint("contact_id", "mark", name=op.f("idx_embeddings_unique")),
        sa.Index("idx_embeddings_user_id", "user_id", "updated_at"),
        sa.Index("idx_embeddings_mark", "mark", "model"),
        partial_index("idx_embeddings_pending", "model IS NULL", "id"),
    ]
