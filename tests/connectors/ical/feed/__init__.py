"""Published calendars."""
