"""Two sessions cannot hold one person's hour, whoever asks the database and however fast."""

from alembic import op


def exclude() -> None:
    """Refuse active holds of different sessions that overlap for one person."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(
        """ALTER TABLE hold ADD CONSTRAINT hold_no_overlap EXCLUDE USING gist
        (person WITH =, session WITH <>, tstzrange("start", "end") WITH &&) WHERE (active)"""
    )
