"""Gatherly's application over a world of folders, asked by name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.worlds.folder_world import FolderWorld

SETTINGS = '[api]\nlisten = "127.0.0.1:8765"\nrequests_per_minute = 100000\n'
NOW = "2026-11-16T08:00:00Z"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderWorld:
    """People with folders for calendars, of one test alone."""
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    return FolderWorld(tmp_path, PEOPLE, NOW, SETTINGS)


@pytest.fixture
def api(world: FolderWorld) -> Iterator[Asked]:
    """The same of one test alone: its clock may be moved, its people be forgotten."""
    with served(world) as asked:
        yield asked


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """Gatherly's application over a world that the tests of a module share: whoever asks makes their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(NOTHING_SERVED, raising=False)
        with served(FolderWorld(tmp_path_factory.mktemp("shared"), PEOPLE, NOW, SETTINGS)) as asked:
            yield asked
