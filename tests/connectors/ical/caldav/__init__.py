"""CalDAV: real servers on loopback, and lines that break."""
