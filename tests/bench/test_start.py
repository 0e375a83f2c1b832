"""What a small question costs beside a bare `import sqlalchemy`: CPU of whole processes, in one run."""

import resource
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds.command_line import ROOT
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2026-11-12T10:00:00Z"
TIMES = 5


def cpu(words: list[str]) -> float:
    """Give the seconds of CPU, median of five, that a process needs from its start to its end."""
    taken = []
    for _ in range(TIMES + 1):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken[1:])


@pytest.mark.bench
def test_small_questions_get_quick_answers(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), NOW)
    world.run_once()
    bare = cpu(["-c", "import sqlalchemy"])
    config = ["-c", str(world.file)]
    asked = {
        "help": ["--help"],
        "status": ["status", *config],
        "session list": ["session", "list", *config],
        "explain": ["explain", "--user", "ann", "--at", NOW, *config],
    }
    found = {name: cpu(["-m", "daemon", *words]) / bare for name, words in asked.items()}
    for name, ratio in found.items():
        print(f"{name}: {ratio:.2f} times import sqlalchemy ({bare:.2f} s)")
    assert found["help"] < 0.5
    assert max(found.values()) < 3.5
