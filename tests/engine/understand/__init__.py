"""Messages and their readings."""
