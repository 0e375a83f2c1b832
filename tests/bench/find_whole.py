"""The search as people run it, whole processes: `python -m tests.bench.find_whole` prints the table.

Each figure is the CPU of a process that answers all sessions, less that of the same process without any.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench.find_documents import WORKLOADS, Documents

ROUNDS = 5
GATHERLY = (sys.executable, "-m", "daemon")
SWEEP = (sys.executable, "-m", "tests.bench.find_sweep")


class Measured(NamedTuple):
    """CPU seconds: of gatherly and of the sweep for the answers alone, and of gatherly from start to end."""

    gatherly: float
    sweep: float
    whole: float

    @property
    def ratio(self) -> float:
        """How many times the sweep."""
        return self.gatherly / self.sweep


def measured(workload: Documents, rounds: int = ROUNDS) -> Measured:
    """Measure a workload in turns, so that both meet the same moments of a busy machine; medians."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        workload.write(folder)
        shared = str(folder / "shared.json")
        ours, sweep = (*GATHERLY, "find", "--jsonl", "--shared", shared), (*SWEEP, shared)
        check_same(ours, sweep, folder)
        found = []
        for _ in range(rounds):
            some, none = cpu(ours, folder / "some"), cpu(ours, folder / "none")
            theirs = cpu(sweep, folder / "some") - cpu(sweep, folder / "none")
            found.append(Measured(some - none, theirs, some))
    return Measured(*(statistics.median(column) for column in zip(*found, strict=True)))


def check_same(ours: Sequence[str], sweep: Sequence[str], folder: Path) -> None:
    """See that both find the same candidates."""
    with (folder / "all").open() as lines:
        answers = subprocess.run(ours, stdin=lines, capture_output=True, text=True, check=True).stdout
    with (folder / "all").open() as lines:
        swept = subprocess.run(
            (*sweep, "all"), stdin=lines, capture_output=True, text=True, check=True
        ).stdout
    found = [json.loads(line).get("starts", []) for line in answers.splitlines()]
    if found != [json.loads(line) for line in swept.splitlines()]:
        raise AssertionError("the sweep finds other starts")


def cpu(command: Sequence[str], lines: Path) -> float:
    """Give the CPU seconds of one process."""
    with lines.open() as stdin:
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise AssertionError(f"{command[0]} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print a line for each workload."""
    for workload in WORKLOADS:
        one = measured(workload)
        each = one.gatherly / workload.sessions * 1e6
        print(f"| {workload.name} | {one.ratio:.2f} | {each:.0f} | {one.whole:.2f} |", flush=True)


if __name__ == "__main__":
    main()
