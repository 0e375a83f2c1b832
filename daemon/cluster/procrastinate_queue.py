"""The queue between daemons: procrastinate carries the keys, and whichever worker is free does the work.

What it holds is worth nothing: a daemon that finds a piece due in the store offers it, a piece that was lost
is found again, and one that is done twice meets the store's lease. So its own trouble stops nothing: what
cannot be handed over is done here.
"""

import asyncio
import threading
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import psycopg
from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job
from procrastinate.worker import Worker
from psycopg.errors import RaiseException

from daemon.cluster.carrier import STALLED, Carrier
from daemon.cluster.local_queue import LocalQueue
from daemon.runtime.lasting import Lasting
from engine.ports.work import Do
from engine.ports.world import Clock
from engine.text.plain_text import one_line
from engine.trouble import Trouble, attempt

AWAY, BACK = "queue.away", "queue.back"
UNANSWERED = (
    "The store's PostgreSQL does not take the queue's questions. Look at it; gatherly goes on by itself"
)
CALM = 30.0
"""Seconds without trouble after which the queue is taken to be back."""
AGAIN = 5.0
"""Seconds after which a worker that ended by itself is begun again."""
RESCUED_EVERY = 10.0
"""Seconds between two looks for what dead workers were doing."""
AT_A_TIME = 200
"""Pieces handed over in one go; the rest follow with the next tick."""
LOOKED_EVERY = 5.0
"""Seconds between a worker's own looks, besides what it is told of as it comes."""


class ProcrastinateQueue:
    """`engine.ports.work.WorkQueue` over the store's own PostgreSQL.

    `at_once` threads do what this daemon's worker fetches; `take` is where what the queue does not take goes.
    """

    def __init__(
        self,
        carrier: Carrier,
        at_once: int,
        take: Callable[[str, Hashable, Callable[[], object]], bool],
        clock: Clock,
        lasting: Lasting,
    ) -> None:
        self._carrier = carrier
        self._at_once = at_once
        self._here = LocalQueue(take)
        self._clock = clock
        self._lasting = lasting
        self._lock = threading.Lock()
        self._deferring: App | None = None
        self._rescued = 0.0
        self._stop = threading.Event()
        self._does: dict[str, Do] = {}
        self._worker: Worker | None = None
        self._thread: threading.Thread | None = None

    def begin(self, does: Mapping[str, Do]) -> None:
        """Do these kinds of work from now on, whoever offers them."""
        self._does.update(does)
        self._here.begin(does)
        if does:
            self._thread = threading.Thread(target=self._work, name="queue", daemon=True)
            self._thread.start()

    def offer(self, kind: str, keys: Sequence[str]) -> bool:
        """Hand over what does not wait yet; where the queue is in trouble, do it here."""
        if not keys:
            return False
        with self._lock:
            offered = attempt(partial(self._offer, kind, keys))
        if isinstance(offered, Trouble):
            self._lasting.broke(AWAY, _why(offered.raised))
            return self._here.offer(kind, keys)
        self._lasting.mended(AWAY, BACK, calm=CALM)
        return offered

    def _offer(self, kind: str, keys: Sequence[str]) -> bool:
        app = self._opened()
        if self._clock.monotonic() - self._rescued >= RESCUED_EVERY:
            self._carrier.rescue()
            self._rescued = self._clock.monotonic()
        waiting = set(self._carrier.waiting([_name(kind, key) for key in keys]))
        fresh = [key for key in keys if _name(kind, key) not in waiting]
        if not fresh:
            return False
        pieces = [_piece(app, kind, key) for key in fresh[:AT_A_TIME]]
        try:
            app.job_manager.batch_defer_jobs(pieces)
        except AlreadyEnqueued:  # another daemon was quicker with some of them
            for piece in pieces:
                with suppress(AlreadyEnqueued):
                    app.job_manager.defer_job(piece)
        return True

    def _opened(self) -> App:
        if self._deferring is None:
            self._carrier.prepare()
            app = self._carrier.deferring()
            app.open()
            self._deferring = app
        return self._deferring

    def _work(self) -> None:
        """Run the worker until the daemon ends; one that breaks is begun again."""
        while not self._stop.is_set():
            ran = attempt(lambda: asyncio.run(self._run()))
            if isinstance(ran, Trouble):
                self._lasting.broke(AWAY, _why(ran.raised))
            self._stop.wait(AGAIN)

    async def _run(self) -> None:
        self._carrier.prepare()
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._left_over)
        with ThreadPoolExecutor(max_workers=self._at_once, thread_name_prefix="book") as pool:
            loop.set_default_executor(pool)
            app = self._carrier.app()
            for kind, do in self._does.items():
                app.task(name=kind, queue=kind)(_task(do))
            async with app.open_async():
                self._worker = worker = Worker(
                    app,
                    queues=list(self._does),
                    concurrency=self._at_once,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    fetch_job_polling_interval=LOOKED_EVERY,
                    stalled_worker_timeout=STALLED,
                    shutdown_graceful_timeout=None,
                )
                if self._stop.is_set():
                    return
                await worker.run()  # type: ignore[no-untyped-call] # theirs is untyped

    def _left_over(self, _loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:
        """Hear what a task of the worker's ended with that nobody waited for.

        A piece that is no longer there was taken for a dead worker's, as this one stood still for long: the
        store has it done by another, and what was done here met the store's lease.
        """
        error = context.get("exception")
        if isinstance(error, ConnectorException) and isinstance(error.__cause__, RaiseException):
            return
        message = one_line(str(context["message"]))
        self._lasting.broke(AWAY, message if error is None else _why(error))

    def finish(self, patience: float) -> bool:
        """Fetch nothing more, and wait for what is under way."""
        self._stop.set()
        ended, until = self._thread is None, self._clock.monotonic() + patience
        while self._thread is not None and not ended and self._clock.monotonic() < until:
            if self._worker is not None:
                self._worker.stop()  # type: ignore[no-untyped-call] # again and again: one that has only begun forgets it
            self._thread.join(min(0.5, patience))
            ended = not self._thread.is_alive()
        if self._deferring is not None:
            attempt(self._deferring.close)
        attempt(self._carrier.close)
        return ended


def _why(raised: BaseException) -> str:
    """Say what the queue's trouble is; a server that is away is no riddle, whichever library met it."""
    return UNANSWERED if isinstance(raised, ConnectorException | psycopg.Error) else Trouble(raised).line


def _name(kind: str, key: str) -> str:
    return f"{kind}/{key}"


def _piece(app: App, kind: str, key: str) -> Job:
    name = _name(kind, key)
    return app.configure_task(kind, queue=kind, lock=name, queueing_lock=name).make_new_job(key=key)


def _task(do: Do) -> Callable[[str], None]:
    def task(key: str) -> None:
        do(key)

    return task
