"""Gatherly's application over a world of folders, asked by name."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked
from tests.worlds.folder_world import FolderWorld

SETTINGS = '[api]\nlisten = "127.0.0.1:8765"\nrequests_per_minute = 1000\n'


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderWorld:
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    return FolderWorld(tmp_path, PEOPLE, "2026-11-16T08:00:00Z", SETTINGS)


@pytest.fixture
def api(world: FolderWorld) -> Iterator[Asked]:
    with world.standing(), world.services() as services:
        yield Asked(world, services)
