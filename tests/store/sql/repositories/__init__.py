"""Rows that several processes change."""
