"""A provider in memory that can go wrong in every way a real one does, for tests and dry runs."""
