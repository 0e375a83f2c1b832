"""The family's calendar at work."""
