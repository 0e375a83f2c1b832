"""When recurring events take place (RFC 5545 section 3.3.10)."""
