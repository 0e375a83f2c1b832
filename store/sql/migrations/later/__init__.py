"""The tables of the repositories, one file a subject."""
