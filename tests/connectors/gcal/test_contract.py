"""The contract of every connector, on Google's stand-in."""

from tests.contracts.connector import ReadingContract, WritingContract


class TestReading(ReadingContract):
    """Reading Google."""


class TestWriting(WritingContract):
    """Writing to Google; ids are Google's."""
