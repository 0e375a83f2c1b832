"""The in-memory double of a store: the same answers, no disk."""
