"""An Outlook for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.outlook.world import OutlookWorld, outlook_world


@pytest.fixture
def source(tmp_path: Path) -> Iterator[OutlookWorld]:
    with outlook_world(tmp_path) as world:
        yield world
