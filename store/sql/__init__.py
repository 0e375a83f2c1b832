"""Stores on SQL: SQLite by default, PostgreSQL in production."""
