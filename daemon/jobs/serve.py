"""The daemon at work: short ticks that hand longer work to threads, until somebody asks it to stop."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial

from daemon.cluster.local_queue import LocalQueue, Take
from daemon.cluster.role import Role
from daemon.cluster.turns import Turns
from daemon.jobs.jobs import JOBS, TICK, Driver, Job, Lane
from daemon.runtime.clock import SystemClock
from daemon.runtime.job_runner import JobRunner
from daemon.runtime.keyed_pool import KeyedPool
from daemon.runtime.quiet import LOOK_EVERY, Quiet
from daemon.runtime.scheduler import Scheduler, Ticks
from daemon.runtime.watchdog import Punctuality
from daemon.services import Services
from daemon.sync.source import Source
from engine.ports.work import WorkQueue
from engine.trouble import attempt

AT_ONCE = {Lane.TICK: 4, Lane.APPS: 1, Lane.PULLS: 32, Lane.BOOKINGS: 16, Lane.POST: 4}
"""Threads of each pool."""
LONGEST_READ = 120.0
"""Seconds after which nothing is under way any more with a connector that nothing new is begun with."""


MakeQueue = Callable[[Take], WorkQueue]


class Daemon:
    """Keeps the services going, as far as its role goes; what it shares with others goes by a queue."""

    def __init__(
        self,
        services: Services,
        stop: threading.Event,
        role: Role = Role.ALL,
        make_queue: MakeQueue = LocalQueue,
    ) -> None:
        self._services = services
        self._stop = stop
        self._driver = Driver(services, self._begin, lambda lane: self._pools[lane].room)
        self._jobs = {job.name: job for job in JOBS if _is_done(job, services, role)}
        self._runner = JobRunner(services.clock, stop, services.lasting)
        self._pools = {lane: KeyedPool(lane.value, size) for lane, size in AT_ONCE.items()}
        self.punctuality = Punctuality(services.clock, TICK)
        self._quiet = _quiet_of(services)
        self._scheduler: Scheduler | None = None
        self._retired: list[tuple[float, Source]] = []
        self._queue = make_queue(self._take)
        self._is_shared = not isinstance(self._queue, LocalQueue)
        pull = services.pull
        self._turns = Turns(services.store, services.clock, pull.owner, alone=not pull.shares)
        self._watched = [job.name for job in self._jobs.values() if job.watched][-1]

    def start(self, more: Ticks) -> None:
        """Reconcile once, then begin to tick; `more` are ticks beside its own, such as the watchdog's."""
        for name in ("sweep", "prune"):
            if name in self._jobs:
                for _, piece in self._jobs[name].ready(self._driver):
                    self._runner.guarded(name, partial(self._in_turn, self._jobs[name], piece))()
        self._queue.begin({job.name: partial(self._do, job) for job in self._jobs.values() if job.do})
        if self._services.app_documents is not None:
            self._services.app_documents.begin(partial(self._begin, "live"))
        self._scheduler = Scheduler(
            self._runner, {**self._ticks(), **more}, self._stop, SystemClock(self._stop)
        )
        self._scheduler.start()

    def reload(self) -> Services:
        """Work by the files as they are now; what is under way ends as it began.

        Raises:
            ConfigurationError: they are wrong, or change what only a start takes up; all goes on as it was.
            StoreError: the store does not take the change; likewise.
        """
        before, after = self._services, self._services.again(self._services)
        if before.app_documents is not None and after.app_documents is not None:
            before.app_documents.close()
            after.app_documents.begin(partial(self._begin, "live"))
        self._services, self._driver = after, replace(self._driver, services=after)
        self._quiet = _quiet_of(after)
        kept = {id(one) for one in after.sources.values()}
        gone = [one for one in before.sources.values() if id(one) not in kept]
        self._retired += [(before.clock.monotonic() + LONGEST_READ, one) for one in gone]
        return after

    def _close_retired(self) -> None:
        """Close what a reload replaced, once nothing can be under way with it any more."""
        now = self._services.clock.monotonic()
        for until, source in list(self._retired):
            if until <= now:
                self._retired.remove((until, source))
                source.connector.close()

    def finish(self, patience: float) -> bool:
        """Begin nothing more and wait for what is under way; tell whether all of it ended in time."""
        self._stop.set()
        ended = self._scheduler is None or self._scheduler.finish(patience)
        ended = self._queue.finish(patience) and ended
        left = patience if ended else 0
        if self._services.app_documents is not None:
            self._services.app_documents.close()
        for _, source in self._retired:
            source.connector.close()
        for lane, pool in self._pools.items():
            ended = pool.finish(patience if lane in (Lane.TICK, Lane.PULLS) else left) and ended
        self._services.pull.jobs.break_off()
        attempt(self._services.events.run)  # what ended last is told, too
        return ended

    def _ticks(self) -> Ticks:
        rare = {name: job for name, job in self._jobs.items() if job.every > TICK}
        return {
            "tick": (TICK, self._tick),
            **{name: (job.every, partial(self._begin, name)) for name, job in rare.items()},
            "retire": (LONGEST_READ, self._close_retired),
        }

    def _tick(self) -> None:
        """Begin what is done at every tick, unless nothing can have come; apps are heard in any case."""
        quiet = self._services.app_documents is None and self._quiet.holds()
        for name, job in self._jobs.items():
            if job.every <= TICK and not quiet:
                self._runner.guarded(name, partial(self._begin, name))()
        if quiet:
            self.punctuality.came()

    def unheard(self, work: Callable[[], object]) -> None:
        """Do what changes the store and is no news to any job, such as a sign of life."""
        self._quiet.unheard(work)

    def _begin(self, name: str) -> None:
        """Begin what can be done of a job now, each piece where it belongs."""
        job = self._jobs[name]
        if self._stop.is_set():
            return
        if job.keys is not None and (job.side_by_side or self._is_shared):
            self._queue.offer(name, job.keys(self._services))
            self._came(job)
            return
        for key, piece in job.ready(self._driver):
            turn = partial(self._in_turn, job, piece) if job.in_turn else piece
            begun = self._pools[job.lane].take(key, self._runner.guarded(name, turn))
            if begun:
                self._came(job)

    def _came(self, job: Job) -> None:
        if job.name == self._watched:
            self.punctuality.came()

    def _in_turn(self, job: Job, piece: Callable[[], object]) -> None:
        if self._turns.take(job.name, job.every):
            piece()

    def _take(self, name: str, key: Hashable, piece: Callable[[], object]) -> bool:
        return self._pools[self._jobs[name].lane].take(key, piece)

    def _do(self, job: Job, key: str) -> None:
        """Do one piece of a job, whoever found it."""
        if job.do is not None:
            self._runner.guarded(job.name, partial(job.do, self._services, key))()


def _is_done(job: Job, services: Services, role: Role) -> bool:
    return role.does(job.role) and (job.lane is not Lane.APPS or services.app_documents is not None)


def _quiet_of(services: Services) -> Quiet:
    soonest = min((source.every for source in services.sources.values()), default=LOOK_EVERY)
    return Quiet(services.store.pulse, services.has_stirred, services.clock, soonest)
