"""A Radicale for the tests of a file, and a fresh calendar on it for each of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.ical.caldav.sources import DavSource, source_of
from tests.standins.radicale import Radicale, radicale


@pytest.fixture(scope="module")
def radicale_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale"), ["dave", "erin", "frank"]) as running:
        yield running


@pytest.fixture
def server(radicale_server: Radicale) -> Iterator[Radicale]:
    """Give the server with nobody between, and nothing asked yet."""
    yield radicale_server
    radicale_server.between = None


@pytest.fixture
def source(server: Radicale, tmp_path: Path) -> Iterator[DavSource]:
    name = tmp_path.name
    path = server.calendar("dave", name)
    source = source_of(server.url, tmp_path, server.hand("dave"), path, name)
    server.asked.clear()
    yield source
    source.connector.close()
    server.between = None
