"""What Alembic runs to migrate: over the connection that is handed in, inside its transaction."""

from alembic import context

from store.sql.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
