"""The daemon without its threads: every job in its place and at its time, one piece after the other."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Any
from unittest.mock import patch

from connectors.sandbox.pool import ChildPool
from daemon import wire
from daemon.jobs.jobs import JOBS, Job, Lane
from daemon.runtime.clock import SystemClock
from daemon.services import Services
from engine.errors import StaleVersionError
from engine.model.booking import UNFINISHED
from engine.time.span import HOUR
from engine.trouble import Trouble, attempt
from store.sql.store import SqlStore, SqlTransaction
from tests.chaos.processes import End, spawn
from tests.simulation.town import Simulated

LOOKED_EVERY = 6 * HOUR
"""Seconds between two looks of a daemon at rest for what only time brings."""
MOST_ROUNDS = 30
"""More rounds than any moment needs: beyond, two jobs wake each other for ever."""
SELDOM = {"sweep": 6 * HOUR, "family": HOUR, "learn": HOUR, "refresh": HOUR / 2}
"""Seconds by which jobs come later than in a real hour, where nothing would be looked at that had changed."""
SOON = 65
"""Seconds until the daemon looks again for a booking that is due and held: longer than a lease."""
LIFE_SECONDS = 60
"""CPU seconds that a killed daemon may take until it is dead."""


class Running:
    """One life of the daemon, from a start to its end; `troubles` are what a job raised."""

    def __init__(self, town: Simulated, services: Services) -> None:
        self.services = services
        self.troubles: list[str] = []
        self._town = town
        self._last: dict[str, float] = {}
        self._pulse: int | None = None
        self._rested = 0.0
        self._next_due = 0.0
        for job in JOBS:
            if job.name in ("sweep", "prune"):
                self._last[job.name] = town.time.at + SELDOM.get(job.name, 0)
                self._run(job)

    def work(self) -> None:
        """Do all that can be done now, until nothing changes any more; at rest just what is due."""
        if self._is_at_rest():
            return
        self._rested = self._town.time.at
        self._town.time.asked = 0
        for _ in range(MOST_ROUNDS):
            before = self.services.store.pulse()
            self._round()
            if self.services.store.pulse() == before:
                self._pulse, self._next_due = before, self._earliest()
                return
            self._town.time.at += 1
        self.troubles.append(f"no rest after {MOST_ROUNDS} rounds")

    def _is_at_rest(self) -> bool:
        """Tell whether nothing has changed, nothing is due, and time alone was looked at lately."""
        now, services = self._town.time.at, self.services
        lately = now - self._rested < LOOKED_EVERY and services.store.pulse() == self._pulse
        return lately and now < self._next_due and not services.has_stirred()

    def _earliest(self) -> float:
        """Tell when the next calendar is to be read, or a booking that is under way can go on."""
        with self.services.store.reading() as tx:
            reads = [one.next_run for one in tx.calendars.accounts()]
            bookings = tx.ledger.bookings(tx.ledger.in_state(tuple(UNFINISHED))).values()
        return min([*reads, *(max(one.next_at, one.lease_until) for one in bookings)], default=inf)

    def _round(self) -> None:
        now = self._town.time.at
        for job in JOBS:
            if job.lane is Lane.APPS or now - self._last.get(job.name, 0) < job.every:
                continue
            self._last[job.name] = now + SELDOM.get(job.name, 0)
            self._run(job)

    def _run(self, job: Job) -> None:
        outcome = attempt(lambda: self._pieces(job))
        if isinstance(outcome, Trouble) and not isinstance(outcome.raised, StaleVersionError):
            self.troubles.append(f"job {job.name}: {outcome.line}")

    def _pieces(self, job: Job) -> None:
        if job.name == "pull":
            for source in self.services.due_sources():
                self.services.pull.run(source)
        elif job.keys is not None and job.do is not None:
            for key in job.keys(self.services):
                job.do(self.services, key)
        elif job.run is not None:
            job.run(self.services)


@contextmanager
def running(town: Simulated) -> Iterator[Running]:
    """Start the daemon, and end it in peace."""
    with (
        patch.object(wire, "ChildPool", lambda *_, **__: _Lent(town.children)),
        wire.open_daemon(town.file, clock=town.time, randomness=town.randomness) as services,
    ):
        yield Running(town, services)


class _Lent:
    """The children that read what strangers wrote: they outlive simulated restarts, and are made once."""

    def __init__(self, children: ChildPool) -> None:
        self._children = children

    def __call__(self, *args: Any, **kwargs: Any) -> bytes:
        return self._children(*args, **kwargs)

    def close(self) -> None:
        """Leave them to the next."""


def killed(town: Simulated, step: int, asked: Callable[[Running], None]) -> End:
    """Start a daemon that dies at the step-th change of its store, before or after it is kept.

    It is `asked` for something first; every fourth dies as it starts.
    """

    def life() -> None:
        town.children = ChildPool(SystemClock())  # those of the process that goes on are its own
        if step % 4 == 0:
            _die_at(step)
        with running(town) as one:
            if step % 4:
                _die_at(step)
            asked(one)
            one.work()

    end = spawn(life, LIFE_SECONDS).wait()
    town.randomness.skip()
    return end


def _die_at(step: int) -> None:
    """Kill this process, which is a child of the simulation, at its step-th transaction that writes."""
    inner, count = SqlStore.writing, 0

    @contextmanager
    def writing(store: SqlStore) -> Iterator[SqlTransaction]:
        nonlocal count
        count += 1
        mine = count
        if mine == step and step % 2:
            os.kill(os.getpid(), signal.SIGKILL)
        with inner(store) as tx:
            yield tx
        if mine == step:
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(SqlStore, "writing", writing)  # noqa: B010 # in a process that is about to die
