"""`gatherly run`: the daemon, or with `--once` one pass of everything that can be done now."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from daemon import wire
from daemon.house import House
from daemon.jobs import sweep
from daemon.jobs.runner import JobRunner
from daemon.once import pull, run_once
from daemon.scheduler import Scheduler, Ticks
from daemon.sdnotify import ServiceManager, watchdog_interval
from daemon.watchdog import Punctuality, Watchdog

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
    house.sweep.run()
    done = run_once(house, report)
    report(f"{done.changed} objects changed, {done.writes} copies written or withdrawn")
    return 1 if done.failed else 0


def _serve(house: House, stop: threading.Event, report: Report) -> int:
    manager = ServiceManager.of(os.environ)
    scheduler = Scheduler(JobRunner(house.clock, stop), _ticks(house, manager, report), stop)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    house.sweep.run()
    scheduler.start()
    status = f"{len(house.sources)} connectors are kept in step"
    manager.ready(status)
    report(f"gatherly: {status}")
    stop.wait()
    manager.stopping("What is under way ends, or is handed back")
    report("gatherly: stopping")
    ended = scheduler.finish(PATIENCE)
    report("gatherly: stopped" if ended else "gatherly: stopped; the rest is resumed at the next start")
    return 0


def _ticks(house: House, manager: ServiceManager, report: Report) -> Ticks:
    punctuality = Punctuality(house.clock, TICK)
    quiet = _changes_only(report)

    def work() -> None:
        punctuality.came()
        house.work()

    ticks: dict[str, tuple[float, Callable[[], object]]] = {
        "work": (TICK, work),
        "pull": (TICK, lambda: pull(house, house.due_sources(), quiet)),
        "sweep": (sweep.EVERY, house.sweep.run),
    }
    interval = watchdog_interval(os.environ)
    if interval is not None:
        watchdog = Watchdog(manager, punctuality.seconds_late, house.store.pulse)
        ticks["watchdog"] = (interval, watchdog.feed)
    return ticks


def _changes_only(report: Report) -> Report:
    """Say of each poll only what is new: an idle calendar is not worth a line."""

    def quiet(line: str) -> None:
        if not line.endswith(": 0 objects changed"):
            report(line)

    return quiet
