"""The tables of the shelves, one file a subject."""
