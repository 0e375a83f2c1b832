"""`gatherly run`: the daemon, or with `--once` one pass of everything that can be done now."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from daemon import wire
from daemon.house import House
from daemon.jobs.runner import JobRunner
from daemon.once import pull, run_once
from daemon.scheduler import Scheduler

PATIENCE = 20.0
"""Seconds that work under way may take to end once asked; the ledger resumes what is dropped."""

TICK = 1.0
"""Seconds between looks for connectors that are due and for work that waits in the store."""

Report = Callable[[str], None]


def run(file: Path, *, once: bool, stderr: TextIO) -> int:
    """Run until told to stop (0), or once (1 when a source failed)."""

    def report(line: str) -> None:
        print(line, file=stderr, flush=True)

    stop = threading.Event()
    with wire.opened(file, stop=stop) as house:
        for broken in house.configuration.disabled:
            report(f"{broken.name}: disabled: {broken.reason}")
        return _once(house, report) if once else _serve(house, stop, report)


def _once(house: House, report: Report) -> int:
    done = run_once(house, report)
    report(f"{done.changed} objects changed, {done.writes} copies written or withdrawn")
    return 1 if done.failed else 0


def _serve(house: House, stop: threading.Event, report: Report) -> int:
    runner = JobRunner(house.clock, stop)
    ticks = {
        "pull": (TICK, lambda: pull(house, house.due_sources(), report)),
        "work": (TICK, house.work),
    }
    scheduler = Scheduler(runner, ticks, stop)
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_, lambda *_: stop.set())
    scheduler.start()
    report(f"gatherly keeps {len(house.sources)} connectors in step")
    stop.wait()
    report("stopping: what is under way ends or is handed back")
    ended = scheduler.finish(PATIENCE)
    report("stopped" if ended else "stopped; what was under way is resumed at the next start")
    return 0
