"""Published calendars (`kind = "ics"`)."""
