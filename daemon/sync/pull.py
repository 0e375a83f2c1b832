"""Pull: read one connector's calendars and store what changed, one transaction a calendar.

A failed read changes nothing but the connector's health: the last good busy times stay.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from connectors.sandbox.room import Room
from daemon.runtime.guard import Guard
from daemon.sync.claims import Claims
from daemon.sync.expiry import EXPIRED_PROBE, note_expiry, still_refused, wake
from daemon.sync.stored_digests import StoredDigests
from engine.booking.ids import could_be_ours
from engine.errors import (
    GatherlyError,
    HeldBackError,
    SourceExpiredError,
    SourceUnavailableError,
)
from engine.ids import CalendarKey, ConnectorName, Href, RemoteCalendarId, UserId
from engine.model.calendar import (
    Calendar,
    CalendarAccount,
    CalendarState,
    Changes,
    ConnectorState,
    Digest,
    SyncPlan,
)
from engine.model.capabilities import Capabilities
from engine.model.set_aside import Item, Work
from engine.ports.connector import Connector, answers, one_read
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock, Randomness
from engine.sync.coverage import outgrown, uncovered
from engine.sync.difference import difference
from engine.sync.plan import extend, plan, read_anew
from engine.sync.reading import reading
from engine.text.plain_text import one_line
from engine.time.span import HOUR, MINUTE, Instant, Span
from engine.trouble import Trouble, attempt

LONGEST_BACKOFF = HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One configured connector, ready to be read; `zone` is its owner's, or the configured `tz`.

    `read` names the calendars that make its owner busy; None = every one that the connector sees and its
    owner does not hide.
    """

    name: ConnectorName
    kind: str
    user: UserId
    zone: str
    read: tuple[RemoteCalendarId, ...] | None
    write: RemoteCalendarId | None
    every: int
    capabilities: Capabilities
    connector: Connector

    @property
    def reads(self) -> bool:
        """Whether it makes its owner busy at all; an e-mail connector does not."""
        return self.capabilities.reads and self.read != ()

    @property
    def is_polled(self) -> bool:
        """Whether it is asked regularly; one that only writes is asked whether it still may."""
        return self.reads or (self.capabilities.reads and self.write is not None)

    def calendars(self) -> tuple[RemoteCalendarId, ...]:
        """Give the calendars to read.

        Raises:
            SourceError: the connector has to be asked, and does not answer.
        """
        if self.read is not None:
            return self.read
        return tuple(each.calendar for each in self.connector.calendars() if not each.is_hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What one pull did: stored objects touched, and what went wrong in one line; `told` is no news of it.

    `held` says why nothing, or not all, was asked for: that is no failure. `elsewhere` = another daemon reads
    it just now.
    """

    connector: ConnectorName
    changed: int = 0
    error: str | None = None
    held: HeldBackError | None = None
    elsewhere: bool = False
    told: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """One calendar as it was, what a read of it changes, and how soon its publisher wants it read again."""

    before: Calendar
    plan: SyncPlan
    poll_floor: int
    is_anew: bool


class _Read(NamedTuple):
    changed: int
    poll_floor: int


AfterPull = Callable[[UserId, SyncPlan], None]
"""Told what a pull has stored of somebody's calendar, once it is stored: bookings may be concerned."""


class PullJob:
    """Reads connectors; one pull of a connector at a time, in this process and across daemons.

    `longest_wait` (seconds) bounds what a publisher may ask for between two reads, so that no feed goes stale
    by design.
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
    ) -> None:
        self._room = room or Room()
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._horizon = horizon
        self._longest_wait = longest_wait
        self._after = after
        self._guard = Guard(store, clock)
        self._claims = Claims(store, clock, randomness.token())
        self._locks: defaultdict[ConnectorName, threading.Lock] = defaultdict(threading.Lock)

    def run(self, source: Source) -> Pulled:
        """Pull every calendar that makes the owner busy; a connector that only writes is just asked."""
        if not source.is_polled:
            return Pulled(connector=source.name)
        pulled = self._guard.run(_item(source), partial(self._run, source))
        if pulled is None or (isinstance(pulled, Trouble) and pulled.is_race):
            return Pulled(connector=source.name)
        return Pulled(connector=source.name, error=pulled.line) if isinstance(pulled, Trouble) else pulled

    def is_time(self, source: Source) -> bool:
        """Tell whether a connector is not set aside as a whole, or to be tried again by now."""
        return not self._guard.waits(_item(source))

    def _run(self, source: Source) -> Pulled:
        with self._locks[source.name]:
            account = self._claims.take(_unread(source))
            if account is None:
                return Pulled(connector=source.name, elsewhere=True)
            with self._claims.kept(source.name), one_read(source.connector):
                read, errors = self._pull_all(source)
                errors = errors or self._refused(source, account)
            after = self._finish(source, account, errors, max((one.poll_floor for one in read), default=0))
            failed = _first_failure(errors)
            held = next((one for one in errors if isinstance(one, HeldBackError)), None)
            return Pulled(
                connector=source.name,
                changed=sum(one.changed for one in read),
                error=None if failed is None else one_line(str(failed)),
                held=held if failed is None else None,
                told=after.state is account.state is ConnectorState.EXPIRED or account.held_back is not None,
            )

    def _refused(self, source: Source, account: CalendarAccount) -> list[GatherlyError]:
        """Look at what reading does not show: whether one that writes still may, if there is doubt."""
        doubtful = account.state is ConnectorState.EXPIRED or not source.reads
        refused = still_refused(source.connector) if doubtful and source.write is not None else None
        return [] if refused is None else [refused]

    def _pull_all(self, source: Source) -> tuple[list[_Read], list[GatherlyError]]:
        """Read what there is to read; one calendar's trouble is that one's.

        Raises:
            StoreUnavailableError: the store as a whole is away.
        """
        read: list[_Read] = []
        errors: list[GatherlyError] = []
        calendars = attempt(partial(self._calendars, source))
        if isinstance(calendars, Trouble):
            return [], [_error(calendars)]
        for calendar in calendars:
            with self._room.visit():
                outcome = attempt(partial(self._pull, source, calendar))
            if not isinstance(outcome, Trouble):
                read.append(outcome)
            elif not outcome.is_race:  # where it is one, what somebody else has read meanwhile stands
                errors.append(_error(outcome))
                if isinstance(errors[-1], HeldBackError):
                    break  # the other calendars are the same account's
        return read, errors

    def _calendars(self, source: Source) -> tuple[RemoteCalendarId, ...]:
        if not source.reads:
            source.connector.calendars()
            return ()
        calendars = source.calendars()
        if source.read is None:
            self._forget_unlisted(source, calendars)
        return tuple(self._longest_unread_first(source, calendars))

    def _longest_unread_first(
        self, source: Source, calendars: Collection[RemoteCalendarId]
    ) -> list[RemoteCalendarId]:
        """Put first what was read longest ago, so that what a budget leaves over is not always the same."""
        with self._store.reading() as tx:
            read = {one.key.calendar: one.synced_at or 0 for one in tx.calendars.of_connector(source.name)}
        return sorted(calendars, key=lambda calendar: read.get(calendar, 0))

    def _forget_unlisted(self, source: Source, listed: Collection[RemoteCalendarId]) -> None:
        """Forget calendars that the account has no more; a list without any that is known is not believed."""
        with self._store.reading() as tx:
            known = tx.calendars.of_connector(source.name)
        gone = [calendar.key for calendar in known if calendar.key.calendar not in listed]
        if not gone or len(gone) == len(known):
            return
        with self._store.writing() as tx:
            for key in gone:
                tx.calendars.forget(key)
            wake(tx, source.user, self._clock.now())

    def plan(self, source: Source, remote: RemoteCalendarId) -> Planned:
        """Read one calendar and decide what the read changes; nothing is stored.

        Raises:
            SourceError: it could not be read whole.
        """
        key = CalendarKey(source.name, remote)
        with self._store.reading() as tx:
            calendar = tx.calendars.get(key) or new_calendar(source, remote)
        stored = StoredDigests(self._store, key)
        changes = source.connector.changes(remote, calendar.token, stored)
        decided = self._decide(source, calendar, stored, changes)
        is_anew = changes.anew and calendar.synced_at is not None and decided.calendar.suspicion is None
        return Planned(calendar, decided, changes.poll_floor or 0, is_anew)

    def _pull(self, source: Source, remote: RemoteCalendarId) -> _Read:
        planned = self.plan(source, remote)
        with self._store.writing() as tx:
            tx.calendars.apply(_not_yet_anew(planned))
            if _matters(planned.before, planned.plan) or self._was_old(planned):
                wake(tx, source.user, self._clock.now())
        if planned.is_anew:
            self._read_anew(source, planned)
        if planned.plan.changed and self._after is not None:
            self._after(source.user, planned.plan)
        self._extend(source, planned.before.key)
        return _Read(planned.plan.changed, planned.poll_floor)

    def _was_old(self, planned: Planned) -> bool:
        """Tell whether sessions may have waited for this read alone, though it brings nothing new.

        A calendar's owner is unknown where it was read too long ago, and `longest_wait` is well within that.
        """
        before, read = planned.before.synced_at, planned.plan.calendar.synced_at
        return before is not None and read is not None and read - before > self._longest_wait

    def _read_anew(self, source: Source, planned: Planned) -> None:
        """Interpret again what is stored; only then is the token kept that says so."""
        key, now = planned.before.key, self._clock.now()
        with self._store.reading() as tx:
            calendar = tx.calendars.get(key)
            objects = tx.calendars.objects(key)
        if calendar is None:
            return
        asked = reading(calendar, objects, calendar.covers or Span(now, now), source.zone)
        again = read_anew(calendar, asked, answers(source.connector, asked), now)
        after = replace(again.calendar, token=planned.plan.calendar.token)
        with self._store.writing() as tx:
            tx.calendars.apply(replace(again, calendar=after))
            wake(tx, source.user, now)

    def _decide(
        self, source: Source, calendar: Calendar, stored: Mapping[Href, Digest], changes: Changes
    ) -> SyncPlan:
        now = self._clock.now()
        known = replace(calendar, zone=changes.zone or calendar.zone)
        found = difference(
            known,
            stored,
            changes,
            now=now,
            horizon=self._horizon,
            owner_zone=source.zone,
            is_ours=partial(could_be_ours, install=self._store.install),
        )
        return plan(known, stored, changes, found, answers(source.connector, found.to_interpret), now)

    def _extend(self, source: Source, key: CalendarKey) -> None:
        now = self._clock.now()
        with self._store.reading() as tx:
            calendar = tx.calendars.get(key)
            if calendar is None or not outgrown(calendar, now, self._horizon):
                return
            objects = tx.calendars.objects(key)
        asked = reading(calendar, objects, uncovered(calendar, now, self._horizon), source.zone)
        grown = extend(calendar, asked, answers(source.connector, asked), now, self._horizon)
        with self._store.writing() as tx:
            tx.calendars.apply(grown)

    def _finish(
        self, source: Source, account: CalendarAccount, errors: list[GatherlyError], poll_floor: int
    ) -> CalendarAccount:
        now = self._clock.now()
        failed = _first_failure(errors)
        if failed is not None:
            after = self._failed(source, account, failed, now)
        elif errors:
            after = _held_back(account, errors[0], now)
        else:
            after = self._succeeded(source, account, now, poll_floor)
        with self._store.writing() as tx:
            if not errors and _any_degraded(tx, source):
                after = replace(after, state=ConnectorState.DEGRADED)
            if self._claims.settle(tx, account, after):
                note_expiry(tx, account, after, now)
                if not errors and account.state is not ConnectorState.OK:
                    wake(tx, source.user, now)
        return after

    def _succeeded(
        self, source: Source, account: CalendarAccount, now: Instant, poll_floor: int
    ) -> CalendarAccount:
        spread = 1 + (self._randomness.fraction() - 0.5) / 10
        return replace(
            account,
            state=ConnectorState.OK,
            last_success=now,
            last_error=None,
            failures=0,
            held_back=None,
            next_run=now + max(1, min(poll_floor, self._longest_wait), int(source.every * spread)),
        )

    def _failed(
        self, source: Source, account: CalendarAccount, error: GatherlyError, now: Instant
    ) -> CalendarAccount:
        failures = account.failures + 1
        expired = isinstance(error, SourceExpiredError)
        wait = EXPIRED_PROBE if expired else self._backoff(source, failures, error)
        return replace(
            account,
            state=ConnectorState.EXPIRED if expired else ConnectorState.ERROR,
            last_error=one_line(str(error)),
            failures=failures,
            held_back=None,
            next_run=now + wait,
        )

    def _backoff(self, source: Source, failures: int, error: GatherlyError) -> int:
        ceiling = min(LONGEST_BACKOFF, max(MINUTE, source.every // 5) * 2 ** min(failures - 1, 10))
        asked = error.retry_after if isinstance(error, SourceUnavailableError) else None
        return max(1, (asked or 0) + int(ceiling * self._randomness.fraction()))


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


def _first_failure(errors: Iterable[GatherlyError]) -> GatherlyError | None:
    return next((one for one in errors if not isinstance(one, HeldBackError)), None)


def _held_back(account: CalendarAccount, held: GatherlyError, now: Instant) -> CalendarAccount:
    """Give the account as it was, to be read once the pause is over: nobody was asked, nothing has failed."""
    wait = held.retry_after if isinstance(held, SourceUnavailableError) else None
    return replace(account, held_back=held.what, next_run=now + max(1, wait or 0))


def new_calendar(source: Source, remote: RemoteCalendarId) -> Calendar:
    """Give the row of a calendar that is read for the first time."""
    return Calendar(
        key=CalendarKey(source.name, remote),
        user_id=source.user,
        name=str(remote),
        is_primary=remote == source.write,
        read_only=remote != source.write,
    )


def _not_yet_anew(planned: Planned) -> SyncPlan:
    """Keep the old token until what is stored has been interpreted again as well."""
    if not planned.is_anew:
        return planned.plan
    return replace(planned.plan, calendar=replace(planned.plan.calendar, token=planned.before.token))


def _any_degraded(tx: Transaction, source: Source) -> bool:
    return any(
        calendar.state is CalendarState.DEGRADED for calendar in tx.calendars.of_connector(source.name)
    )


def _matters(before: Calendar, plan: SyncPlan) -> bool:
    if before.synced_at is None or before.state is not plan.calendar.state:
        return True
    foreign = any(not span.ours for spans in plan.busy.values() for span in spans)
    return foreign or bool(plan.deletes) or any(not spans for spans in plan.busy.values())
