"""Gatherly as a process of its own that writes down what each pull cost; run by the tests.

`python -m tests.connectors.hostile.weighed LOG COMMAND ...` runs a command line as `gatherly` does. Each pull
appends a line of JSON to LOG: its connector, seconds of processor in its own thread, in children, and of the
dearest single task.
"""

import json
import sys
import threading
import time
from typing import Any

from connectors.sandbox import pool
from daemon.cli import main
from daemon.sync.pull import PullJob
from daemon.sync.pulled import Pulled
from daemon.sync.source import Source


class Bill(threading.local):
    """What the pull of this thread has cost so far."""

    children = 0.0
    dearest = 0.0


def weigh(log: str) -> None:
    """Count from now on: around a pull, and around each task that a child is given."""
    bill, writing = Bill(), threading.Lock()
    run, asked = PullJob.run, pool._Child.ask

    def weighed_run(job: PullJob, source: Source) -> Pulled:
        bill.children = bill.dearest = 0.0
        began, before = time.monotonic(), time.thread_time()  # noqa: TID251 - a bill, for the long run
        pulled = run(job, source)
        line = {
            "connector": source.name, "began": began, "took": time.monotonic() - began,
            "own": time.thread_time() - before,  # noqa: TID251 - likewise
            "children": bill.children, "dearest": bill.dearest,
            "error": pulled.error,
        }  # fmt: skip
        with writing, open(log, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        return pulled

    def ask(child: Any, *order: Any) -> bytes:
        before, last = child.used(), 0.0
        try:
            answer: bytes = asked(child, *order)
        finally:
            last = max(child.used() - before, 0.0)
            bill.children += last
            bill.dearest = max(bill.dearest, last)
        return answer

    setattr(pool._Child, "ask", ask)  # noqa: B010 - its signature is its caller's business
    setattr(PullJob, "run", weighed_run)  # noqa: B010 - as above


if __name__ == "__main__":
    weigh(sys.argv.pop(1))
    main()
