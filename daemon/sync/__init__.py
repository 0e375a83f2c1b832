"""Calendars read into the store: connectors made ready, read, refreshed."""
