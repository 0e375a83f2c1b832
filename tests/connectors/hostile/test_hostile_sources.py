"""Whatever a CalDAV server or a folder holds, reading it costs little, and the next one is read as well."""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.hostile.servers import ATTACKS, hostile_servers
from tests.connectors.ical.reading.hostile import feed
from tests.standins.odd_files import ODD

OWN_CALLS, OWN_JSON = 5_000_000, 60_000_000
"""What the process itself does for one source: calls, and characters read as JSON."""
ACCOUNT = 12.0
"""Seconds of processor that the children may use for one source."""
TOGETHER, CHILD = 1024, 512
"""MiB of the whole tree of processes, and of one child."""


def hostile_folder(place: Path, seed: int) -> str:
    """Make the folder of a number: files by the feeds' grammar, some that are none, some with a bomb."""
    chance = random.Random(seed)
    folder = place / f"folder{seed}"
    folder.mkdir()
    for number in range(chance.randrange(1, 30)):
        (folder / f"{number}.ics").write_bytes(feed(chance.randrange(10_000)))
    if chance.random() < 0.5:
        ODD[chance.choice(sorted(ODD))](folder / "odd.ics")
    return folder.name


def read(place: Path, seeds: Sequence[str]) -> list[dict[str, Any]]:
    with hostile_servers() as address:
        command = [sys.executable, "-m", "tests.connectors.hostile.victim", address, str(place), *seeds]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def judged(told: Sequence[dict[str, Any]], seeds: Sequence[str]) -> None:
    assert [one["seed"] for one in told] == list(seeds)
    dear = [one for one in told if one["children"] > ACCOUNT or one["json"] > OWN_JSON]
    assert not dear
    assert max(one["calls"] for one in told) < OWN_CALLS
    assert max(one["together"] for one in told) < TOGETHER
    assert max(one["child"] for one in told) < CHILD
    assert any("error" in one for one in told)
    assert any(one.get("times") for one in told)


@pytest.mark.long
@pytest.mark.upload
def test_hostile_servers_and_folders_cost_little_and_stop_nobody(tmp_path: Path) -> None:
    folders = [hostile_folder(tmp_path, seed) for seed in range(3)]
    seeds = [*map(str, range(len(ATTACKS))), *folders]
    judged(read(tmp_path, seeds), seeds)


@pytest.mark.long
@pytest.mark.fuzz
def test_200_hostile_servers_and_folders_cost_little_and_stop_nobody(tmp_path: Path) -> None:
    folders = [hostile_folder(tmp_path, seed) for seed in range(100)]
    seeds = [*map(str, range(200)), *folders]
    judged(read(tmp_path, seeds), seeds)
