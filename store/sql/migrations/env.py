"""What Alembic runs to migrate: over the connection that is handed in, inside its transaction."""

from alembic import context

from store.sql.schema import SCHEMA

context.configure(connection=context.config.attributes["connection"], target_metadata=SCHEMA)
with context.begin_transaction():
    context.run_migrations()
