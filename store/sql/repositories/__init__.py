"""Entities in SQL, one file a kind."""
