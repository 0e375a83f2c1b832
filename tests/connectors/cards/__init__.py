"""Whom people know."""
