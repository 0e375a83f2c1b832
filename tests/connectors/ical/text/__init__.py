"""The text of a calendar, read and written."""
