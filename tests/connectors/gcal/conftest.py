"""A Google for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.gcal.world import GoogleWorld, google_world


@pytest.fixture
def source(tmp_path: Path) -> Iterator[GoogleWorld]:
    with google_world(tmp_path) as world:
        yield world
