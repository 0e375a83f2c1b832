"""Calendars in files (`kind = "folder"`)."""
