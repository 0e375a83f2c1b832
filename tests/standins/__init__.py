"""Stand-ins for what a connector talks to, and for time."""
