"""The daemon with people whose calendars are at Google."""
