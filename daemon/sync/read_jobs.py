"""The reads under way: what each has brought so far, written down once it lasts, and with its outcome.

Whoever reads reports to a `ReadJob`; the daemon's tick writes down those that take their time, since a call
to a provider that hangs reports nothing.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from engine.model.calendar import CalendarAccount
from engine.model.calendar_object import SyncPlan
from engine.model.operations import SyncJob, SyncJobStatus
from engine.operations.claims import is_claimed
from engine.operations.sync_jobs import LASTING, begun, broken_off, counted, ended, in_full, is_told
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock, Randomness
from engine.time.span import Instant
from engine.trouble import Trouble, attempt


@dataclass(slots=True)
class ReadJob:
    """One read; safe to report to from the thread that reads while another writes it down."""

    job: SyncJob
    began: float
    calendars: int = 0
    read: int = 0
    brought: int = 0
    stored: int = 0
    is_over: bool = False
    kept: SyncJob | None = None
    """It as it was last written down."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def listed(self, calendars: int) -> None:
        """Report how many calendars there are to read."""
        self.calendars = calendars
        self._count()

    def fetched(self, plan: SyncPlan, *, anew: bool) -> None:
        """Report what one calendar has brought."""
        with self.lock:
            self.brought += plan.changed
            self.job = in_full(self.job) if anew else self.job

    def done(self, changed: int) -> None:
        """Report that one calendar is stored, or that nothing of it is new."""
        self.read += 1
        self.stored += changed
        self._count()

    def _count(self) -> None:
        with self.lock:
            self.job = counted(
                self.job, calendars=self.calendars, read=self.read, brought=self.brought, stored=self.stored
            )

    def end(self, error: str | None, now: Instant, monotonic: float) -> SyncJob | None:
        """End it before its outcome is stored; gives what to write down, None where there is nothing to."""
        with self.lock:
            self.is_over = True
            self.job = ended(self.job, error, now)
            told = self.kept is not None or is_told(self.job, monotonic - self.began)
            return self.job if told else None


class ReadJobs:
    """All reads of this process."""

    def __init__(self, store: Store, clock: Clock, randomness: Randomness) -> None:
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._lock = threading.Lock()
        self._under_way: dict[str, ReadJob] = {}

    @contextmanager
    def of(self, account: CalendarAccount) -> Iterator[ReadJob]:
        """Follow one read for as long as the block lasts."""
        name = self._randomness.token()
        one = ReadJob(begun(name, account, self._clock.now()), self._clock.monotonic())
        with self._lock:
            self._under_way[name] = one
        try:
            yield one
        finally:
            with self._lock:
                del self._under_way[name]

    def over(self, one: ReadJob, error: str | None) -> SyncJob | None:
        """End a read; gives what is to be written down with its outcome."""
        return one.end(error, self._clock.now(), self._clock.monotonic())

    def broke(self, one: ReadJob, trouble: Trouble) -> None:
        """Write down a read that met something unforeseen; a race is none."""
        if trouble.is_race or trouble.is_the_stores or one.is_over:
            return
        job = self.over(one, trouble.line)
        if job is not None:
            attempt(partial(self._write, job))

    def tell(self) -> None:
        """Write down how far those have come that take their time.

        Raises:
            StoreError: the store does not take it; it is tried again.
        """
        now = self._clock.monotonic()
        with self._lock:
            lasting = [one for one in self._under_way.values() if now - one.began > LASTING]
        for one in lasting:
            with one.lock:
                if not one.is_over and one.job != one.kept:
                    self._write(one.job)
                    one.kept = one.job

    def break_off(self) -> None:
        """Write down, as the daemon ends, that what is still under way does not come to its end."""
        with self._lock:
            left = list(self._under_way.values())
        for one in left:
            with one.lock:
                kept, one.is_over = one.kept, True
            if kept is not None:
                attempt(partial(self._write, broken_off(one.job, self._clock.now())))

    def _write(self, job: SyncJob) -> None:
        with self._store.writing() as tx:
            write_down(tx, job)


def write_down(tx: Transaction, job: SyncJob) -> None:
    """Write a job down over what was written of it before; of somebody who is forgotten nothing is."""
    there = tx.repositories.sync_jobs.get(job.id)
    if there is not None or tx.users.get(job.user_id) is not None:
        tx.repositories.sync_jobs.put(replace(job, version=0 if there is None else there.version))


def end_orphans(store: Store, now: Instant) -> None:
    """Write down that reads of daemons that died were broken off: those that nobody claims any more."""
    with store.reading() as tx:
        running = tx.repositories.sync_jobs.with_status(SyncJobStatus.RUNNING)
        accounts = {one.connector: tx.calendars.account(one.connector) for one in running}
    orphans = [one for one in running if not _is_read(accounts[one.connector], now)]
    if orphans:
        with store.writing() as tx:
            for one in orphans:
                write_down(tx, broken_off(one, now))


def _is_read(account: CalendarAccount | None, now: Instant) -> bool:
    return account is not None and is_claimed(account, now)
