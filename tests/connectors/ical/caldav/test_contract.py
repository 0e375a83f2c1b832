"""The connector contract on four CalDAV servers, each with its own ways."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.ical.caldav.sources import DavSource, source_of
from tests.contracts.connector import ReadingContract, WritingContract
from tests.standins.cyrus import Cyrus, cyrus
from tests.standins.sabre import Sabre, sabre
from tests.standins.xandikos import Xandikos, xandikos


@pytest.fixture(scope="module")
def xandikos_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Xandikos]:
    with xandikos(tmp_path_factory.mktemp("xandikos")) as running:
        yield running


@pytest.fixture(scope="module")
def cyrus_server() -> Iterator[Cyrus]:
    with cyrus(["dave"]) as running:
        yield running


@pytest.fixture(scope="module")
def sabre_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sabre]:
    with sabre(tmp_path_factory.mktemp("sabre")) as running:
        yield running


class TestRadicale(ReadingContract, WritingContract):
    """Its source is the folder's own fixture."""


class TestXandikos(ReadingContract, WritingContract):
    @pytest.fixture
    def source(self, xandikos_server: Xandikos, tmp_path: Path) -> Iterator[DavSource]:
        name = tmp_path.name
        path = xandikos_server.calendar(name)
        source = source_of(xandikos_server.url, tmp_path, xandikos_server.hand, path, name)
        yield source
        source.connector.close()


class TestCyrus(ReadingContract, WritingContract):
    @pytest.fixture
    def source(self, cyrus_server: Cyrus, tmp_path: Path) -> Iterator[DavSource]:
        name = tmp_path.name
        path = cyrus_server.calendar("dave", name)
        source = source_of(cyrus_server.url, tmp_path, cyrus_server.hand("dave"), path, name)
        yield source
        source.connector.close()
        source.hand.ask("DELETE", path)  # a user's UIDs are unique across calendars there


class TestSabre(ReadingContract, WritingContract):
    @pytest.fixture
    def source(self, sabre_server: Sabre, tmp_path: Path) -> Iterator[DavSource]:
        name = tmp_path.name
        path = sabre_server.calendar(name)
        source = source_of(f"{sabre_server.url}principals/dave/", tmp_path, sabre_server.hand, path, name)
        yield source
        source.connector.close()
