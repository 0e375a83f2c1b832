"""`make demo-google`: the whole cycle with two of its people at Google."""

import json
import subprocess
import sys

import pytest

from tests.worlds.command_line import PATIENCE, ROOT


@pytest.mark.long
@pytest.mark.upload
def test_the_demo_comes_full_circle_through_google() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.standins.google.demo", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert sorted(one["kind"] for one in facts["sources"]) == ["folder", "google", "google", "ics"]
    assert facts["session"]["status"] == "scheduled"
    assert facts["booking"]["allOrNone"] == "all"
    final = facts["session"]["finalTime"]
    read_back = {one["calendar"]: (one["found"], one["start"]) for one in facts["readBack"]}
    assert read_back["alice-google/primary"] == (True, final["start"])
    assert read_back["bob-google/primary"] == (True, final["start"])
    assert facts["secondRun"] == {"changed": 0, "writes": 0}
