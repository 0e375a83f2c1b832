"""Tests of the search over series."""
