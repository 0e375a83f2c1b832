"""Calendars read and kept in step, and the grants and budgets that it takes."""
