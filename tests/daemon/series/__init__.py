"""Tests of recurring sessions, from what is asked to what stands in everybody's calendar."""
