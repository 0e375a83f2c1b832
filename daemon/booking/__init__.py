"""Accepted sessions carried into calendars and out of them again (booking.md)."""
