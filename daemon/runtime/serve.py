"""The daemon at work: short ticks that hand longer work to threads, until somebody asks it to stop."""

import threading
from collections.abc import Callable
from functools import partial

from daemon.runtime.clock import SystemClock
from daemon.runtime.job_runner import JobRunner
from daemon.runtime.keyed_pool import KeyedPool
from daemon.runtime.scheduler import Scheduler, Ticks
from daemon.runtime.single_pass import said
from daemon.runtime.watchdog import Punctuality
from daemon.services import Services
from daemon.sync import refresh
from daemon.sync.source import Source
from engine.booking import sweeping
from engine.ids import SessionId
from engine.time.span import HOUR

TICK = 1.0
"""Seconds between looks for connectors that are due and for work that waits in the store."""

PULLS_AT_ONCE = 32
BOOKINGS_AT_ONCE = 16
PRUNE_EVERY = 6 * HOUR
"""Seconds between two looks for what has been kept long enough."""

Report = Callable[[str], None]


class Daemon:
    """Keeps the services going; `more` are ticks beside its own, such as the watchdog's."""

    def __init__(self, services: Services, stop: threading.Event, report: Report) -> None:
        self._services = services
        self._stop = stop
        self._report = report
        self._runner = JobRunner(services.clock, stop)
        self._pulls = KeyedPool("pull", PULLS_AT_ONCE)
        self._bookings = KeyedPool("book", BOOKINGS_AT_ONCE)
        self._hearing = KeyedPool("live", 1)
        self.punctuality = Punctuality(services.clock, TICK)
        self._scheduler: Scheduler | None = None

    def start(self, more: Ticks) -> None:
        """Reconcile once, then begin to tick."""
        self._guarded("sweep", self._services.sweep.run)()
        if self._services.app_documents is not None:
            self._services.app_documents.begin(self._hear)
        self._scheduler = Scheduler(
            self._runner, {**self._ticks(), **more}, self._stop, SystemClock(self._stop)
        )
        self._scheduler.start()

    def finish(self, patience: float) -> bool:
        """Begin nothing more and wait for what is under way; tell whether all of it ended in time."""
        self._stop.set()
        ended = self._scheduler is None or self._scheduler.finish(patience)
        left = patience if ended else 0
        if self._services.app_documents is not None:
            self._services.app_documents.close()
        return self._hearing.finish(left) & self._pulls.finish(patience) & self._bookings.finish(left) & ended

    def _ticks(self) -> Ticks:
        live: Ticks = {} if self._services.app_documents is None else {"live": (TICK, self._hear)}
        return {
            **live,
            "pull": (TICK, self._pull),
            "propose": (TICK, self._propose),
            "book": (TICK, self._book),
            "tell": (
                TICK,
                partial(self._bookings.take, "tell", self._guarded("tell", self._services.outbox.run)),
            ),
            "refresh": (
                refresh.EVERY,
                partial(self._pulls.take, "refresh", self._guarded("refresh", self._services.refresh.run)),
            ),
            "prune": (PRUNE_EVERY, self._services.prune),
            "sweep": (
                sweeping.EVERY,
                partial(self._bookings.take, "sweep", self._guarded("sweep", self._services.sweep.run)),
            ),
        }

    def _hear(self) -> None:
        """Keep in step with apps; a turn that is under way notices by itself that there is more."""
        live = self._services.app_documents
        if live is not None and not self._stop.is_set():
            self._hearing.take("live", self._guarded("live", partial(live.run, self._answer)))

    def _answer(self) -> None:
        """Do at once what apps have asked for."""
        self._services.propose.run()
        self._book()

    def _pull(self) -> None:
        for source in self._services.due_sources():
            self._pulls.take(source.name, self._guarded("pull", partial(self._pull_one, source)))

    def _pull_one(self, source: Source) -> None:
        pulled = self._services.pull.run(source)
        if pulled.changed or ((pulled.error or pulled.held) and not pulled.told):
            self._report(said(pulled))

    def _propose(self) -> None:
        self.punctuality.came()
        self._guarded("expire", self._services.expire.run)()
        self._services.propose.run()

    def _book(self) -> None:
        self._services.clock.now()
        self._services.jumps.write_down()
        for session in self._services.book.due():
            self._bookings.take(session, self._guarded("book", partial(self._drive, session)))

    def _drive(self, session: SessionId) -> None:
        self._services.book.drive(session)

    def _guarded(self, name: str, work: Callable[[], object]) -> Callable[[], None]:
        return self._runner.guarded(name, work)
