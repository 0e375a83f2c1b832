"""Tests of the engine: pure decisions."""
