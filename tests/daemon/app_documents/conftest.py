"""A project of one's own on the emulator, an app that uses it, and gatherly's configuration beside it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.daemon.app_documents.app import App
from tests.standins.firestore import Emulator
from tests.worlds.folder_world import FolderWorld, Somebody

SETTINGS = '[store]\nlive = "firestore"\n[firestore]\nproject = "{project}"\n'
PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))


@pytest.fixture
def project(firestore: Emulator) -> str:
    return firestore.project()


@pytest.fixture
def app(firestore: Emulator, project: str) -> Iterator[App]:
    with closing(firestore.client(project)) as client:
        yield App(client)


@pytest.fixture
def world(tmp_path: Path, project: str) -> FolderWorld:
    return FolderWorld(tmp_path, PEOPLE, "2026-11-16T08:00:00Z", SETTINGS.format(project=project))
