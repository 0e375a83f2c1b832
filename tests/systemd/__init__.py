"""The unit, as systemd reads it."""
