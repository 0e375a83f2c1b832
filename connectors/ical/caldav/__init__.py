"""CalDAV servers (RFC 4791): found, read by what changed, and written to without doubling anything."""
