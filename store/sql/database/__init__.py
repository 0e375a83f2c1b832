"""The databases behind the SQL store: SQLite and PostgreSQL, their schema's version, and copies."""
