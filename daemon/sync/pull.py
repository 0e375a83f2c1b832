"""Pull: read one connector's calendars and store what changed, one transaction a calendar.

A failed read changes nothing but the connector's health: the last good busy times stay.
"""

import threading
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from connectors.sandbox.room import Room
from daemon.runtime.guard import Guard
from daemon.runtime.meters import Meters
from daemon.runtime.traces import Span
from daemon.sync.calendar_listing import CalendarListing
from daemon.sync.calendar_pull import CalendarPull
from daemon.sync.channels import STRETCH, Channels
from daemon.sync.claims import Claims
from daemon.sync.expiry import note_change, still_refused, wake
from daemon.sync.pulled import AfterPull, Pulled, WithinPull
from daemon.sync.read_jobs import ReadJob, ReadJobs, write_down
from daemon.sync.source import Source
from daemon.sync.stirrings import Stirrings
from engine.errors import (
    GatherlyError,
    HeldBackError,
    StaleVersionError,
)
from engine.ids import ConnectorName, RemoteCalendarId
from engine.model.calendar import CalendarAccount, CalendarState, ConnectorState
from engine.model.calendar_object import SyncPlan
from engine.model.operations import SyncJob
from engine.model.set_aside import Item, Work
from engine.operations.metrics import PULL_SECONDS
from engine.operations.polling import failed, first_failure, held_back, succeeded
from engine.operations.pushed import again_after, has_missed, is_for_notice
from engine.ports.connector import one_read
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock, Randomness
from engine.text.plain_text import one_line
from engine.time.span import Instant
from engine.trouble import Trouble, attempt


class _Read(NamedTuple):
    changed: int
    poll_floor: int
    quiet: SyncPlan | None = None
    """Nothing but that it was read, which is still to be stored."""


class PullJob:
    """Reads connectors; one pull of a connector at a time, in this process and across daemons.

    `longest_wait` (seconds) bounds what a publisher may ask for between two reads, so that no feed goes stale
    by design. `alone` says that no other daemon can read from the store;
    what the job `before` a reload still reads is not read a second time.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        randomness: Randomness,
        horizon: int,
        longest_wait: int,
        after: AfterPull | None = None,
        room: Room | None = None,
        *,
        alone: bool = False,
        before: "PullJob | None" = None,
        meters: Meters | None = None,
        channels: Channels | None = None,
        within: WithinPull | None = None,
    ) -> None:
        self._meters = meters or Meters(clock)
        self._channels = channels or Channels()
        self._room = room or Room()
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._longest_wait = longest_wait
        self._listing = CalendarListing(store, clock, within)
        noted = within.changed if within is not None else None
        self.calendar = CalendarPull(store, clock, horizon, longest_wait, noted)
        self.stirrings = Stirrings()
        self._after = after
        self._guard = Guard(store, clock)
        self.jobs: ReadJobs = ReadJobs(store, clock, randomness) if before is None else before.jobs
        self.owner: str = randomness.token() if before is None else before.owner
        self.shares = not alone
        self.claims = Claims(store, clock, self.owner, alone=alone)
        self._locks: defaultdict[ConnectorName, threading.Lock] = (
            defaultdict(threading.Lock) if before is None else before._locks
        )

    def run(self, source: Source, claimed: CalendarAccount | None = None) -> Pulled:
        """Pull every calendar that makes the owner busy; a connector that only writes is just asked.

        Where it was `claimed` for that in a batch, it is not claimed a second time.
        """
        if not source.is_polled:
            return Pulled(connector=source.name)
        pulled = self._guard.run(_item(source), partial(self._run, source, claimed))
        if pulled is None or (isinstance(pulled, Trouble) and pulled.is_race):
            return Pulled(connector=source.name)
        return Pulled(connector=source.name, error=pulled.line) if isinstance(pulled, Trouble) else pulled

    def is_time(self, source: Source) -> bool:
        """Tell whether a connector is not set aside as a whole, or to be tried again by now."""
        return not self._guard.waits(_item(source))

    def _run(self, source: Source, claimed: CalendarAccount | None) -> Pulled:
        with self._locks[source.name]:
            account = claimed or self.claims.take(_unread(source))
            if account is None:
                return Pulled(connector=source.name, elsewhere=True)
            self.stirrings.reading(source)
            with self.jobs.of(account) as job, self._measured(source) as span:
                pulled = attempt(partial(self._read, source, account, job))
                if isinstance(pulled, Trouble):
                    self.jobs.broke(job, pulled)
                    raise pulled.raised
                span.tell(changed=pulled.changed, failed=pulled.error is not None)
                if pulled.changed:
                    self._meters.traces.changed(source.user, span)
                return pulled

    @contextmanager
    def _measured(self, source: Source) -> Iterator[Span]:
        span = self._meters.traces.span("pull", connector=source.name, kind=source.kind)
        with self._meters.timed(PULL_SECONDS, source.kind), span as under_way:
            yield under_way

    def _read(self, source: Source, account: CalendarAccount, job: ReadJob) -> Pulled:
        with self.claims.kept(source.name), one_read(source.connector):
            read, errors = self._pull_all(source, job)
            errors = errors or self._refused(source, account)
        account = self._weighed(account, changed=any(one.changed for one in read))
        after = self._finish(source, account, errors, read, job)
        failure = first_failure(errors)
        held = next((one for one in errors if isinstance(one, HeldBackError)), None)
        return Pulled(
            connector=source.name,
            changed=sum(one.changed for one in read),
            error=None if failure is None else one_line(str(failure)),
            held=held if failure is None else None,
            told=after.state is account.state is ConnectorState.EXPIRED or account.held_back is not None,
        )

    def _weighed(self, account: CalendarAccount, *, changed: bool) -> CalendarAccount:
        """Believe push no longer where a change came of which no notice told, though somebody listened."""
        listened = self._channels.listened(account.connector, account.last_success or 0)
        if changed and listened and has_missed(account, self._clock.now()):
            return replace(account, missed=True)
        return account

    def _refused(self, source: Source, account: CalendarAccount) -> list[GatherlyError]:
        """Look at what reading does not show: whether one that writes still may, if there is doubt."""
        doubtful = account.state is ConnectorState.EXPIRED or not source.reads
        refused = still_refused(source.connector) if doubtful and source.write is not None else None
        return [] if refused is None else [refused]

    def _pull_all(self, source: Source, job: ReadJob) -> tuple[list[_Read], list[GatherlyError]]:
        """Read what there is to read; one calendar's trouble is that one's.

        Raises:
            StoreUnavailableError: the store as a whole is away.
        """
        read: list[_Read] = []
        errors: list[GatherlyError] = []
        calendars = attempt(partial(self._listing.calendars, source))
        if isinstance(calendars, Trouble):
            return [], [_error(calendars)]
        job.listed(len(calendars))
        for calendar in calendars:
            with self._room.visit(), self._meters.traces.span("pull.calendar") as span:
                outcome = attempt(partial(self._pull, source, calendar, job))
                if isinstance(outcome, Trouble):
                    span.failed(outcome.raised)
                else:
                    span.tell(changed=outcome.changed)
            if not isinstance(outcome, Trouble):
                read.append(outcome)
                job.done(outcome.changed)
            elif not outcome.is_race:  # where it is one, what somebody else has read meanwhile stands
                errors.append(_error(outcome))
                if isinstance(errors[-1], HeldBackError):
                    break  # the other calendars are the same account's
        return read, errors

    def _pull(self, source: Source, remote: RemoteCalendarId, job: ReadJob) -> _Read:
        planned = self.calendar.plan(source, remote)
        job.fetched(planned.plan, anew=planned.is_anew)
        if self.calendar.is_quiet(planned):
            return _Read(0, planned.poll_floor, planned.plan)
        self.calendar.store(source, planned)
        if planned.plan.changed and self._after is not None:
            self._after(source.user, planned.plan)
        self.calendar.extend(source, planned.before.key)
        return _Read(planned.plan.changed, planned.poll_floor)

    def _finish(
        self,
        source: Source,
        account: CalendarAccount,
        errors: list[GatherlyError],
        read: list[_Read],
        job: ReadJob,
    ) -> CalendarAccount:
        poll_floor = max((one.poll_floor for one in read), default=0)
        now = self._clock.now()
        failure, fraction = first_failure(errors), self._randomness.fraction()
        changed = any(one.changed for one in read)
        if failure is not None:
            after = failed(account, failure, now, source.every, fraction)
        elif errors:
            after = held_back(account, errors[0], now)
        else:
            spread = 1 + (fraction - 0.5) / 10
            wait = max(min(poll_floor, self._longest_wait), int(self._every(source, account, now) * spread))
            again = None if changed else again_after(account, now)
            after = succeeded(account, now, wait if again is None else min(wait, again))
        quiet = [one.quiet for one in read if one.quiet is not None]
        told = self.jobs.over(job, None if failure is None else str(failure))
        try:
            return self._store_outcome(source, account, after, quiet, told, healthy=not errors)
        except StaleVersionError:  # what somebody else has read of a calendar meanwhile stands
            return self._store_outcome(source, account, after, (), told, healthy=not errors)

    def _every(self, source: Source, account: CalendarAccount, now: Instant) -> int:
        """Tell how often a connector is polled: more seldom while its provider tells of changes.

        Once more as often as ever after a notice: the next change may be behind what the lists showed.
        """
        doubtful = account.missed or is_for_notice(account, now)
        if doubtful or not self._channels.is_healthy(source.name, now):
            return source.every
        return max(source.every, min(source.every * STRETCH, self._longest_wait))

    def _store_outcome(
        self,
        source: Source,
        account: CalendarAccount,
        after: CalendarAccount,
        quiet: Collection[SyncPlan],
        told: SyncJob | None,
        *,
        healthy: bool,
    ) -> CalendarAccount:
        """Store in one transaction how the account stands, and that calendars without news were read."""
        now = self._clock.now()
        with self._store.writing() as tx:
            for plan in quiet:
                tx.calendars.apply(plan)
            if told is not None:
                write_down(tx, told)
            if healthy and _any_degraded(tx, source):
                after = replace(after, state=ConnectorState.DEGRADED)
            if self.claims.settle(tx, account, after):
                note_change(tx, account, after, now)
                if healthy and account.state is not ConnectorState.OK:
                    wake(tx, source.user, now)
        return after


def _item(source: Source) -> Item:
    return Item(step=Work.READ, name=source.name, user=source.user)


def _error(trouble: Trouble) -> GatherlyError:
    """Give a calendar's trouble as the connector's error.

    Raises:
        StoreUnavailableError: it is the store's as a whole.
    """
    if trouble.is_the_stores:
        raise trouble.raised
    return trouble.error


def _unread(source: Source) -> CalendarAccount:
    return CalendarAccount(connector=source.name, user_id=source.user, kind=source.kind)


def _any_degraded(tx: Transaction, source: Source) -> bool:
    return any(
        calendar.state is CalendarState.DEGRADED for calendar in tx.calendars.of_connector(source.name)
    )
