"""Texts of others, made harmless."""
