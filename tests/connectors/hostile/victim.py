"""A process that reads hostile sources as the daemon does, and tells what that cost; run by the tests.

`python -m tests.connectors.hostile.victim ADDRESS FOLDER SEED ...` prints a line of JSON a source.
"""

import json
import os
import resource
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connectors.ical.caldav.connector import CalDavConnector
from connectors.ical.caldav.connector import connect as connect_caldav
from connectors.ical.folder.connector import connect as connect_folder
from connectors.ical.options import CalDavOptions, FolderOptions
from connectors.sandbox.pool import ChildPool
from connectors.sandbox.task import Runner
from engine.errors import GatherlyError
from engine.ids import RemoteCalendarId
from engine.model.calendar_object import Interpretation
from engine.ports.connector import Connector, one_read
from tests.connectors.ical.reading.busy_times import window
from tests.standins.surroundings import surroundings
from tests.standins.time import StillClock
from tests.work import Charged, work_of

AUTUMN = window("2026-09-20T00:00:00Z", "2026-12-01T00:00:00Z")
CALENDAR = RemoteCalendarId(".")


def resident(process: int) -> int:
    try:
        with open(f"/proc/{process}/statm", "rb") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def children() -> Iterator[int]:
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/children", encoding="ascii") as file:
            yield from map(int, file.read().split())


@dataclass(slots=True)
class Scales:
    """The most memory that this process and its children have had, together and each child alone."""

    together: int = 0
    child: int = 0

    def __post_init__(self) -> None:
        threading.Thread(target=self._weigh, daemon=True).start()

    def _weigh(self) -> None:
        pause = threading.Event()
        while not pause.wait(0.02):
            try:
                sizes = [resident(one) for one in children()]
            except OSError:
                continue
            self.child = max(self.child, *sizes, 0)
            self.together = max(self.together, resident(os.getpid()) + sum(sizes))


def read(connector: Connector) -> Interpretation:
    with one_read(connector):
        changes = connector.changes(CALENDAR, None, {})
    return connector.interpret(changes.objects, AUTUMN, "UTC")


def outcome(connector: Connector) -> dict[str, Any]:
    try:
        found = read(connector)
    except GatherlyError as error:
        return {"error": str(error)[:300]}
    return {"times": len(found.occurrences), "set_aside": len(found.quarantined)}


def weighed(connector: Connector) -> dict[str, Any]:
    """Tell the outcome, and what this process had to do for it."""
    found: list[dict[str, Any]] = []
    own = work_of(lambda: found.append(outcome(connector)))
    return {**found[0], "calls": own.calls, "json": own.json}


def source(address: str, folder: Path, seed: str, run: Runner) -> Connector:
    context = replace(surroundings(folder, secrets={"password": "x"}, write=None), run=run)
    if seed.startswith("folder"):
        return connect_folder(FolderOptions.model_validate({"path": str(folder / seed)}), context)
    options = {"url": f"{address}{seed}/", "username": "d", "password": "x", "allow_private_network": True}
    found: CalDavConnector = connect_caldav(CalDavOptions.model_validate(options), context)
    return found


def main(address: str, folder: str, *seeds: str) -> None:
    scales = Scales()
    for seed in seeds:
        with closing(ChildPool(StillClock())) as run:
            charged = Charged(run)
            with closing(source(address, Path(folder), seed, charged)) as one:
                told = weighed(one)
        sizes = {"together": scales.together >> 20, "child": scales.child >> 20}
        print(json.dumps({"seed": seed, **told, "children": charged.seconds, **sizes}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
