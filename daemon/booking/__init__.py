"""Accepted sessions carried into calendars and out of them again (docs/ledger.md)."""
