"""The suites that every connector and every store must pass."""
