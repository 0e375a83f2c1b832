"""The operator's file, read into frozen settings with every problem told at once."""
