"""One application for many questions: whoever asks makes their own session."""

from collections.abc import Iterator

import pytest

from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked
from tests.daemon.http.conftest import SETTINGS
from tests.worlds.folder_world import FolderWorld


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Gatherly's application over a world that the tests of a module share."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(NOTHING_SERVED, raising=False)
        world = FolderWorld(tmp_path_factory.mktemp("shared"), PEOPLE, "2026-11-16T08:00:00Z", SETTINGS)
        with world.standing(), world.services() as services:
            yield Asked(world, services)
