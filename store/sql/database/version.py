"""Which schema this version of gatherly works on; told without the machinery of migrations.

Alembic takes longer to import than most commands take to answer; where nothing is to migrate it stays out.
"""

import sqlalchemy as sa

SCHEMA = "0014"
"""The newest revision in `migrations/versions`; a test holds the two together."""


def is_current(connection: sa.Connection) -> bool:
    """Tell whether a database stands at just this schema."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all()
    return list(found) == [SCHEMA]
