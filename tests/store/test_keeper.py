"""Who holds a store is found wherever its file is by now, and nothing new is put in its place meanwhile."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.keeper import keeper
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

HOLDER = """
import pathlib, sys
from store.keeper import kept
with kept(pathlib.Path(sys.argv[1])):
    print("kept", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(store: Path) -> Iterator[int]:
    """Another process holds a store."""
    command = [sys.executable, "-c", HOLDER, str(store)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"kept\n"
        yield other.pid
        other.kill()


def test_a_holder_is_found_until_it_ends_and_for_its_own_store_alone(tmp_path: Path) -> None:
    store, link = tmp_path / "home" / "gatherly.db", tmp_path / "link"
    assert keeper(store) is None
    link.symlink_to(tmp_path / "home")
    with held(store) as process:
        for place in (store, link / "gatherly.db", tmp_path / "home" / ".." / "home" / "gatherly.db"):
            assert keeper(place) == process
        for place in (store.with_name("gatherly.db2"), store.parent, tmp_path / "gatherly.db"):
            assert keeper(place) is None
    assert keeper(store) is None


ASKED = (
    ("status",),
    ("session", "list"),
    ("session", "create", "--host", "ann", "--title", "Tea"),
    ("log",),
    ("sync",),
    ("reload",),
    ("quarantine", "list"),
)
BEGUN = (("run", "--once"),)
"""What takes the lock first, where there is a folder for it."""


@pytest.mark.parametrize("folder", [False, True])
def test_while_a_daemon_waits_for_its_store_every_command_says_so_and_makes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: bool
) -> None:
    world, gatherly = FolderWorld(tmp_path, (Somebody(name="ann"),), "2026-11-12T10:00:00Z"), Line(capsys)
    store, away = world.root / "disk" / "gatherly.db", world.root / "away"
    store.parent.mkdir()
    world.file.write_text(f'[store]\nurl = "sqlite:///disk/gatherly.db"\n{world.file.read_text()}')
    assert gatherly("session", "create", "--host", "ann", "--title", "Tea", "-c", world.file).returncode == 0
    with held(store) as process:
        assert gatherly("session", "list", "-c", world.file).returncode == 0
        store.parent.rename(away)
        if folder:
            store.parent.mkdir()
        for words in ASKED + (BEGUN if folder else ()):
            told = gatherly(*words, "-c", world.file)
            assert told.returncode == 1, words
            assert f"no longer in its place, and the daemon (process {process}) waits for it" in told.stderr
            assert "Mount its disk, or move it back" in told.stderr
        assert not store.exists()
        assert "no longer in its place" in gatherly.asked("status", "-c", world.file)["error"]
        if folder:
            shutil.rmtree(store.parent)
        away.rename(store.parent)
        assert gatherly("session", "list", "-c", world.file).returncode == 0
