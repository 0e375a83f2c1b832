"""Google Calendar v3 and its OAuth server on loopback (see README.md)."""
