"""The contract of every connector, on Outlook's stand-in: as in the field, by the book, by an app alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.outlook.world import OutlookWorld, outlook_world
from tests.contracts.connector import ReadingContract, WritingContract
from tests.standins.outlook.kindness import Kindness

BY_THE_BOOK = Kindness(
    prompt_lists=True,
    whole_occurrences=True,
    full_pages=True,
    steady_etags=True,
    answers_again=True,
    shows_transactions=True,
)


class TestReading(ReadingContract):
    """Reading Outlook."""


class TestWriting(WritingContract):
    """Writing to Outlook; ids are the server's."""


class TestByTheBook(ReadingContract, WritingContract):
    """The same where everything is as the documents say."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Iterator[OutlookWorld]:
        with outlook_world(tmp_path, kindness=BY_THE_BOOK) as world:
            yield world


class TestAlone(ReadingContract, WritingContract):
    """The same by an app that opens a mailbox by itself."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Iterator[OutlookWorld]:
        with outlook_world(tmp_path, alone=True) as world:
            yield world
