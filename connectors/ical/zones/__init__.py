"""Zone names as files write them, and the zones that files define themselves (RFC 5545 section 3.6.5)."""
