"""Google Calendar against its stand-in."""
