"""What a small question costs beside a bare `import sqlalchemy`: CPU of whole processes, in one run."""

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds.command_line import ROOT
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2026-11-12T10:00:00Z"
TIMES = 7
BARE = ["-c", "import sqlalchemy"]
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As installed: modules are compiled once, not at each start."""


def cpu(words: list[str]) -> float:
    """Give the seconds of CPU that a process needs from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], cwd=ROOT, env=COMPILED, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(words: list[str]) -> float:
    """Give the median of comparisons with bare imports before and after, in one mood of the machine."""
    cpu(words)
    found = []
    for _ in range(TIMES):
        first, asked, last = cpu(BARE), cpu(words), cpu(BARE)
        found.append(2 * asked / (first + last))
    return statistics.median(found)


@pytest.mark.bench
def test_small_questions_get_quick_answers(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), NOW)
    world.run_once()
    session = world.create("ann")
    config = ["-c", str(world.file)]
    asked = {
        "help": ["--help"],
        "status": ["status", *config],
        "session list": ["session", "list", *config],
        "session show": ["session", "show", session, *config],
        "explain": ["explain", "--user", "ann", "--at", NOW, *config],
    }
    found = {name: ratio(["-m", "daemon", *words]) for name, words in asked.items()}
    for name, times in found.items():
        print(f"{name}: {times:.2f} times import sqlalchemy")
    assert found.pop("help") < 0.5
    assert max(found.values()) < 2.0
