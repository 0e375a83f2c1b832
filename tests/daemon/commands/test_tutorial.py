"""docs/tutorial.md, followed to the letter: its blocks are what is run, in their order, in one shell."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds.command_line import PATIENCE, ROOT

PAGE = (ROOT / "docs" / "tutorial.md").read_text()
INSTALLED = "make run"
"""What the block has that installs: this checkout is installed already."""


def blocks() -> list[str]:
    return [one for one in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if INSTALLED not in one]


@pytest.fixture
def done(tmp_path: Path) -> subprocess.CompletedProcess[str]:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "gatherly").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m daemon "$@"\n')
    (programs / "gatherly").chmod(0o755)
    (programs / "python3").symlink_to(sys.executable)
    surroundings = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    return subprocess.run(
        ["/bin/sh", "-eu"],
        input="\n".join(blocks()),
        cwd=tmp_path,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.long
@pytest.mark.upload
def test_the_tutorial_ends_with_an_event_in_ones_own_calendar(
    done: subprocess.CompletedProcess[str], tmp_path: Path
) -> None:
    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("SUMMARY:Plan the week")
    folder = tmp_path / "my-calendars"
    (booked,) = (folder / "home").glob("*.ics")
    start = re.search(r"BEGIN:VEVENT.*?DTSTART[^:]*:\d{8}T(\d\d)", booked.read_text(), re.DOTALL)
    assert start is not None
    assert 10 <= int(start[1]) < 17, (
        "the mornings are taken, whether it is written in UTC or in Berlin's time"
    )
    assert [one.name for one in (folder / "work").iterdir()] == ["mornings.ics"]


def test_the_block_that_installs_says_what_the_readme_says() -> None:
    line = 'export PATH="$PWD/.venv/bin:$PATH"'
    assert line in PAGE
    assert line in (ROOT / "README.md").read_text()
