"""The tables of the first schema, one file a subject."""
