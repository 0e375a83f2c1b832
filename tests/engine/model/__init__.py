"""Tests of the values that the engine passes about."""
