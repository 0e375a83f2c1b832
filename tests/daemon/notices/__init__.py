"""Notices on their way to people and programs."""
