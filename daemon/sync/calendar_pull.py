"""One calendar: read, compared, interpreted, planned, stored.

The connector's calls and the store's stand here, one after the other; each decision between them is a
function of `engine.sync`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

from daemon.sync import own_copies
from daemon.sync.connector_event import note_set_aside
from daemon.sync.expiry import wake
from daemon.sync.source import Source
from engine.booking.ids import could_be_ours
from engine.ids import CalendarKey, Href, RemoteCalendarId, UserId
from engine.model.calendar import Calendar
from engine.model.calendar_object import Changes, Digest, SyncPlan
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.sync.coverage import outgrown, uncovered
from engine.sync.difference import difference
from engine.sync.plan import concerns_sessions, extend, plan, read_anew
from engine.sync.reading import reading
from engine.time.span import Span

Noted = Callable[[Transaction, UserId, SyncPlan], None]


class StoredDigests(Mapping[Href, Digest]):
    """A calendar's digests by href, looked up only where somebody asks: an idle poll does not.

    Changes of others in between are found out when a plan is applied.
    """

    def __init__(self, store: Store, key: CalendarKey) -> None:
        self._store = store
        self._key = key

    def __getitem__(self, href: Href) -> Digest:
        return self._found[href]

    def __iter__(self) -> Iterator[Href]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @cached_property
    def _found(self) -> Mapping[Href, Digest]:
        with self._store.reading() as tx:
            return tx.calendars.digests(self._key)


@dataclass(frozen=True, slots=True)
class Planned:
    """One calendar as it was, what a read of it changes, and how soon its publisher wants it read again."""

    before: Calendar
    plan: SyncPlan
    poll_floor: int
    is_anew: bool


class CalendarPull:
    """Reads calendars whole or in part; `horizon` and `longest_wait` are those of `PullJob`.

    `noted` is told of what a read changes, within the transaction that stores it.
    """

    def __init__(
        self, store: Store, clock: Clock, horizon: int, longest_wait: int, noted: Noted | None = None
    ) -> None:
        self._noted = noted
        self._store = store
        self._clock = clock
        self._horizon = horizon
        self._longest_wait = longest_wait

    def plan(self, source: Source, remote: RemoteCalendarId) -> Planned:
        """Read one calendar and decide what the read changes; nothing is stored.

        Raises:
            SourceError: it could not be read whole.
        """
        key = CalendarKey(source.name, remote)
        with self._store.reading() as tx:
            calendar = tx.calendars.get(key) or source.new_calendar(remote)
        stored = StoredDigests(self._store, key)
        changes = source.connector.changes(remote, calendar.token, stored)
        decided = self._decide(source, calendar, _told(stored, changes), changes)
        is_anew = changes.anew and calendar.synced_at is not None and decided.calendar.suspicion is None
        return Planned(calendar, decided, changes.poll_floor or 0, is_anew)

    def store(self, source: Source, planned: Planned) -> None:
        """Store what was planned, and interpret anew what the connector reads otherwise now."""
        with self._store.writing() as tx:
            tx.calendars.apply(_not_yet_anew(planned))
            note_set_aside(tx, planned.before, planned.plan.calendar, self._clock.now())
            if self._noted is not None and planned.plan.changed:
                self._noted(tx, source.user, planned.plan)
            if (
                concerns_sessions(planned.before, planned.plan)
                or self._was_old(planned)
                or own_copies.are_elsewhere(tx, planned.plan)
            ):
                wake(tx, source.user, self._clock.now())
        if planned.is_anew:
            self._read_anew(source, planned)

    def is_quiet(self, planned: Planned) -> bool:
        """Tell whether a read brought nothing but that it was read: its row may wait for the account's."""
        plan, now = planned.plan, self._clock.now()
        same = not (plan.upserts or plan.deletes or plan.busy or plan.more_busy or planned.is_anew)
        same = same and _uids(plan.calendar) == _uids(planned.before)
        concerned = concerns_sessions(planned.before, plan) or self._was_old(planned)
        return same and not concerned and not outgrown(plan.calendar, now, self._horizon)

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
        again = read_anew(calendar, asked, source.interpret(asked), now)
        after = replace(again.calendar, token=planned.plan.calendar.token)
        with self._store.writing() as tx:
            tx.calendars.apply(replace(again, calendar=after))
            note_set_aside(tx, calendar, after, now)
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
            lasting=self._lasting(calendar, changes),
        )
        return plan(known, stored, changes, found, source.interpret(found.to_interpret), now)

    def _lasting(self, calendar: Calendar, changes: Changes) -> Collection[Href] | None:
        """Tell what is stored that takes time after a read's window begins; None where it has none."""
        if changes.begins is None or calendar.covers is None:
            return None
        if calendar.covers.end <= changes.begins:
            return frozenset()
        with self._store.reading() as tx:
            found = tx.calendars.busy(calendar.user_id, Span(changes.begins, calendar.covers.end))
        return {one.href for one in found if one.calendar == calendar.key}

    def extend(self, source: Source, key: CalendarKey) -> None:
        """Interpret stored objects for the days that have come within the horizon since."""
        now = self._clock.now()
        with self._store.reading() as tx:
            calendar = tx.calendars.get(key)
            if calendar is None or not outgrown(calendar, now, self._horizon):
                return
            objects = tx.calendars.objects(key)
        asked = reading(calendar, objects, uncovered(calendar, now, self._horizon), source.zone)
        grown = extend(calendar, asked, source.interpret(asked), now, self._horizon)
        with self._store.writing() as tx:
            tx.calendars.apply(grown)
            wake(tx, source.user, now)  # a session may wait for just these days


def _uids(calendar: Calendar) -> set[str]:
    return {one.uid for one in calendar.quarantined}


def _told(stored: Mapping[Href, Digest], changes: Changes) -> Mapping[Href, Digest]:
    """Look up what is stored, unless nothing came that it could be compared with."""
    came = changes.whole or changes.objects or changes.gone or changes.unread
    return dict(stored) if came else {}


def _not_yet_anew(planned: Planned) -> SyncPlan:
    """Keep the old token until what is stored has been interpreted again as well."""
    if not planned.is_anew:
        return planned.plan
    return replace(planned.plan, calendar=replace(planned.plan.calendar, token=planned.before.token))
