"""What an operator's commands make beside the service belongs to the service, whoever runs them."""

import os
from pathlib import Path

import pytest

from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2025-11-12T09:58:00Z"
SERVICE = 61_234
"""A user of systemd's for a service (`DynamicUser=yes`)."""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The service's folder: another user's where the tests run as root, else everything is one's own."""
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, SERVICE, SERVICE)
    return folder


def strangers(state: Path) -> list[str]:
    """List what in the folder is not its owner's."""
    owner = state.stat()
    here = [*state.rglob("*")]
    return [
        str(one) for one in here if (one.stat().st_uid, one.stat().st_gid) != (owner.st_uid, owner.st_gid)
    ]


def test_whatever_a_command_makes_in_the_services_folder_is_the_services(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Store, lock, journal, key, copies, and a store that a backup has become."""
    settings = (
        f'[store]\nurl = "sqlite:///{state}/gatherly.db"\n[secrets]\nkey_file = "{state}/gatherly.key"\n'
    )
    world = FolderWorld(tmp_path, (Somebody(name="alice"),), NOW, settings=settings)
    gatherly = Line(capsys)
    for words in (
        ("run", "--once"),
        ("status",),
        ("backup", state / "copy.db"),
        ("restore", state / "copy.db"),
        ("db", "upgrade"),
        ("keys", "rotate"),
    ):
        assert gatherly(*words, "-c", world.file).returncode in (0, 1), words
        assert strangers(state) == []
    there = {path.name.partition(".before")[0] for path in state.iterdir()}
    assert there >= {"gatherly.db", "gatherly.db.lock", "gatherly.key", "gatherly.key.old", "copy.db"}
