"""What a command is at is said on standard error once it takes long, and on standard output never."""

from pathlib import Path

import pytest

from daemon.terminal import progress
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

DAY = ("--from", "2026-11-18", "--to", "2026-11-19")
STEPS: dict[tuple[str, ...], str] = {
    ("check",): "asking ann-folder",
    ("doctor",): "asking ann-folder",
    ("plan",): "reading ben-folder (2 of 2)",
    ("fsck",): "reading 1 of 2: ann-folder/",
    ("calendars", "ann-folder"): "asking ann-folder",
    ("busy", "ann-folder", *DAY): "reading ann-folder",
    ("purge", "ann-folder", "--dry-run"): "looking through the calendars of ann-folder",
    ("export", "ann"): "gathering what is kept of ann",
    ("erase", "ann", "--dry-run"): "looking what is kept of ann",
    ("backup", "{root}/one.db", "{root}/two.db"): "copying the store to {root}/two.db (2 of 2)",
    ("restore", "{root}/one.db", "--check"): "looking whether {root}/one.db is whole",
    ("restore", "{root}/one.db"): "copying {root}/one.db beside the store",
    ("db", "upgrade"): "bringing the store up to this version",
    ("keys", "rotate"): "making the new key",
    ("learn", "report"): "trying every policy on what is stored",
    ("simulate", "people", "--people", "2", "--sessions", "1"): "playing 1 session of 2 people",
}
NO_CONFIGURATION = ("simulate",)


def test_every_command_that_may_take_long_says_what_it_is_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="ann"), Somebody(name="ben")), "2026-11-17T10:00:00Z")
    world.run_once()
    monkeypatch.setattr(progress, "QUIET", 0.0)
    gatherly = Line(capsys)
    for words, step in STEPS.items():
        filled = [word.format(root=tmp_path) for word in words]
        done = gatherly(*filled, *(() if words[0] in NO_CONFIGURATION else ("-c", world.file)))
        assert done.returncode == 0, (words, done)
        assert step.format(root=tmp_path) in done.stderr, (words, done.stderr)
        assert step.format(root=tmp_path) not in done.stdout
