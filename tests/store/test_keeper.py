"""Who holds a store is found wherever its file is by now, and nothing new is put in its place meanwhile."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.keeper import Keeper, keeper
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
            assert keeper(place) == Keeper(process, in_place=True)
        for place in (store.with_name("gatherly.db2"), store.parent, tmp_path / "gatherly.db"):
            assert keeper(place) is None
    assert keeper(store) is None


def test_a_place_that_cannot_be_looked_at_is_not_said_to_be_empty(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it is for everybody but root beside the service, to whom its folder is closed."""
    world, gatherly = FolderWorld(tmp_path, (Somebody(name="ann"),), "2026-11-12T10:00:00Z"), Line(capsys)
    store = world.root / "disk" / "gatherly.db"
    world.file.write_text(f'[store]\nurl = "sqlite:///disk/gatherly.db"\n{world.file.read_text()}')
    store.parent.mkdir()
    store.touch()
    with held(store) as process:
        store.parent.rename(world.root / "away")
        store.parent.symlink_to("disk")
        assert keeper(store) == Keeper(process, in_place=True)
        told = gatherly("status", "-c", world.file)
    assert told.returncode == 1
    assert "Mount its disk" not in told.stderr
    assert os.strerror(errno.ELOOP) in told.stderr


def held_in(folder: Path) -> dict[str, bytes]:
    """Give what lies in a folder, but for locks."""
    return {one.name: one.read_bytes() for one in folder.glob("*") if one.suffix != ".lock"}


ASKED = (
    ("session", "create", "--host", "ann", "--title", "Tea"),
    ("status",),
    ("session", "list"),
    ("log",),
    ("sync",),
    ("reload",),
    ("quarantine", "list"),
)
BEGUN = (("run", "--once"),)
"""What takes the lock first, where there is a folder for it."""


def nothing(store: Path) -> None:
    """No folder either."""


def an_empty_folder(store: Path) -> None:
    store.parent.mkdir()


def an_empty_file(store: Path) -> None:
    store.parent.mkdir()
    store.touch()


def a_copy(store: Path) -> None:
    shutil.copytree(store.parents[1] / "away", store.parent)


@pytest.mark.parametrize("left", [nothing, an_empty_folder, an_empty_file, a_copy])
def test_while_a_daemon_waits_for_its_store_every_command_says_so_and_makes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], left: Callable[[Path], None]
) -> None:
    world, gatherly = FolderWorld(tmp_path, (Somebody(name="ann"),), "2026-11-12T10:00:00Z"), Line(capsys)
    store, away = world.root / "disk" / "gatherly.db", world.root / "away"
    store.parent.mkdir()
    world.file.write_text(f'[store]\nurl = "sqlite:///disk/gatherly.db"\n{world.file.read_text()}')
    assert gatherly("session", "create", "--host", "ann", "--title", "Tea", "-c", world.file).returncode == 0
    with held(store) as process:
        assert gatherly("session", "list", "-c", world.file).returncode == 0
        store.parent.rename(away)
        left(store)
        before = held_in(store.parent)
        for words in (*ASKED, *BEGUN) if left is an_empty_folder else ASKED[:2]:
            told = gatherly(*words, "-c", world.file)
            assert told.returncode == 1, words
            assert f", and the daemon (process {process}) waits for it" in told.stderr
            assert "Mount its disk, or move it back" in told.stderr
        assert held_in(store.parent) == before
        reason = "was exchanged" if store.exists() else "no longer in its place"
        assert reason in gatherly.asked("status", "-c", world.file)["error"]
        shutil.rmtree(store.parent, ignore_errors=True)
        away.rename(store.parent)
        assert gatherly("session", "list", "-c", world.file).returncode == 0
