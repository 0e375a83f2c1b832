"""Copies of confirmed events in a provider's calendar: planned with the change, under an id made before.

Each event, or series, is one object there: it is whole or not at all. What cannot be written now is tried
again; whoever dies in between finds the same id, so nothing is ever written twice.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from connectors.registry import kind_of
from daemon.native_events import participants_of
from daemon.sync.source import Source
from engine.booking.ids import Identifier, event_id
from engine.errors import GatherlyError, WriteConflictError
from engine.ids import CalendarKey, ConnectorName, EventId, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Mark, Observed, Person, Written, native_session
from engine.model.event import CalendarEvent, EventStatus
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.stale import retry_stale
from engine.time.span import Instant
from engine.trouble import Trouble, attempt

NOTE = ".mirror"
"""The key among an event's external ids that holds where its copy stands."""
FIRST_RETRY, LONGEST_RETRY = 5, 3600
AT_ONCE = 100
SERIES_KINDS = frozenset({"folder", "caldav", "google"})
"""Kinds of connectors that are handed a series as one event."""
_LOG = structlog.get_logger("gatherly")


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Where an event's copy stands; `epoch` grows with each copy after one that was taken away."""

    connector: ConnectorName
    calendar: RemoteCalendarId
    etag: str | None = None
    epoch: int = 0
    sequence: int = 0
    attempts: int = 0


def copy_of(event: CalendarEvent) -> Copy | None:
    """Read where an event's copy stands."""
    note = event.external_ids.get(NOTE)
    if note is None:
        return None
    kept: dict[str, Any] = json.loads(note)
    return Copy(**kept)


def with_copy(event: CalendarEvent, copy: Copy | None) -> CalendarEvent:
    """Note where an event's copy stands, and by which id its provider knows it."""
    others = {key: value for key, value in event.external_ids.items() if key != NOTE}
    if copy is None:
        return replace(event, external_ids=others)
    note = json.dumps({name: getattr(copy, name) for name in Copy.__dataclass_fields__})
    return replace(event, external_ids={**others, NOTE: note})


def plan_copy(tx: Transaction, event: CalendarEvent, now: Instant) -> None:
    """Note, in the transaction of a change, that copies have to follow: of a series and its instances too."""
    others = () if event.recurrence_rule is None else tx.repositories.events.exceptions(event.id)
    for name in dict.fromkeys((event.recurrence_parent_id, event.id, *(one.id for one in others))):
        stored = None if name is None else tx.repositories.events.get(name)
        if stored is None:
            continue
        calendar = tx.calendars.get(stored.calendar)
        mirrored = calendar is not None and calendar.mirror is not None
        wanted = mirrored and stored.status is EventStatus.CONFIRMED
        if wanted or stored.mirror_id is not None:
            tx.repositories.events.put(replace(stored, mirror_due=now))


class Mirror:
    """Brings copies in step, one by one; one's trouble is its own."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sources: Mapping[ConnectorName, Source],
        identifier: Identifier,
    ) -> None:
        self._store, self._clock = store, clock
        self._sources, self._identifier = sources, identifier

    def run(self) -> int:
        """Bring what is due in step; gives how many copies were written or taken away."""
        now = self._clock.now()
        with self._store.reading() as tx:
            due = tx.repositories.events.mirror_due(now, AT_ONCE)
        return sum(self._one(event) for event in due)

    def _one(self, event: CalendarEvent) -> bool:
        with self._store.reading() as tx:
            fresh = tx.repositories.events.get(event.id)
            calendar = None if fresh is None else tx.calendars.get(fresh.calendar)
        if fresh is None or calendar is None:
            return False
        wanted = calendar.mirror if fresh.status is EventStatus.CONFIRMED else None
        done = attempt(lambda: self._write(fresh, wanted) if wanted else self._take_away(fresh))
        if isinstance(done, Trouble):
            if done.is_the_stores:
                raise done.raised
            self._put_off(fresh, done)
            return False
        return True

    def _write(self, event: CalendarEvent, connector: ConnectorName) -> None:
        """Write a copy, or write it anew.

        Raises:
            GatherlyError: it cannot be written now.
        """
        copy = copy_of(event)
        if copy is not None and copy.connector != connector:
            self._take_away(event)
            return
        source = self._source(connector)
        key = CalendarKey(connector, RemoteCalendarId(str(source.write)))
        copy = copy or Copy(connector=key.connector, calendar=key.calendar)
        remote = event.mirror_id or self._id(event, source, key, copy.epoch)
        event = self._note(event, lambda one: replace(with_copy(one, copy), mirror_id=remote))
        with self._store.reading() as tx:
            draft = draft_of(tx, event, remote, self._store.install, copy)
        if draft.recurrence is not None and source.kind not in SERIES_KINDS:
            raise GatherlyError(f"{connector} takes no series", "Mirror to another kind of connector")
        written = self._put(source, copy, draft)
        after = replace(copy, etag=written.etag, sequence=copy.sequence + 1, attempts=0)
        self._settle(event, lambda one: replace(with_copy(one, after), mirror_due=None))
        _LOG.info("mirror.written", connector=str(connector))

    def _put(self, source: Source, copy: Copy, draft: EventDraft) -> Written:
        """Write; what lies there under our id is replaced in the version that it has now."""
        try:
            return source.connector.write(copy.calendar, draft, copy.etag)
        except WriteConflictError:
            found: Observed | None = source.connector.read(copy.calendar, draft.event_id)
            if found is None or not found.live:
                return source.connector.write(copy.calendar, draft, None)
            if found.mark is not None and found.mark.install != draft.mark.install:
                raise
            return source.connector.write(copy.calendar, draft, found.etag)

    def _take_away(self, event: CalendarEvent) -> None:
        copy = copy_of(event)
        if copy is not None and event.mirror_id is not None:
            self._source(copy.connector).connector.withdraw(copy.calendar, event.mirror_id)
            _LOG.info("mirror.removed", connector=str(copy.connector))
        gone = None if copy is None else replace(copy, epoch=copy.epoch + 1, etag=None, attempts=0)
        self._settle(event, lambda one: replace(with_copy(one, gone), mirror_id=None, mirror_due=None))

    def _source(self, name: ConnectorName) -> Source:
        source = self._sources.get(name)
        if source is None or source.write is None:
            raise GatherlyError(f"{name} is no connector that writes", "Mend it, or mirror elsewhere")
        return source

    def _id(self, event: CalendarEvent, source: Source, key: CalendarKey, epoch: int) -> EventId:
        form = kind_of(source.kind).capabilities.id_form
        return event_id(
            form,
            self._identifier,
            self._store.install,
            session=native_session(event.id),
            person=source.user,
            calendar=key,
            epoch=epoch,
        )

    def _put_off(self, event: CalendarEvent, trouble: Trouble) -> None:
        copy = copy_of(event)
        attempts = 0 if copy is None else copy.attempts
        wait = min(FIRST_RETRY * 2 ** min(attempts, 12), LONGEST_RETRY)
        later = None if copy is None else replace(copy, attempts=attempts + 1)
        now = self._clock.now()
        self._note(event, lambda one: replace(with_copy(one, later) if later else one, mirror_due=now + wait))
        _LOG.warning("mirror.failed", error=trouble.line)

    def _note(self, event: CalendarEvent, change: Callable[[CalendarEvent], CalendarEvent]) -> CalendarEvent:
        def once() -> CalendarEvent:
            with self._store.writing() as tx:
                there = tx.repositories.events.get(event.id) or event
                return tx.repositories.events.put(change(there))

        return retry_stale(once, "The event")

    def _settle(self, event: CalendarEvent, change: Callable[[CalendarEvent], CalendarEvent]) -> None:
        """Note what was done; what has changed meanwhile stays due."""

        def once() -> None:
            with self._store.writing() as tx:
                there = tx.repositories.events.get(event.id) or event
                after = change(there)
                if there.version != event.version:
                    after = replace(after, mirror_due=there.mirror_due)
                tx.repositories.events.put(after)

        retry_stale(once, "The event")


def draft_of(
    tx: Transaction, event: CalendarEvent, remote: EventId, install: InstallId, copy: Copy
) -> EventDraft:
    """Give an event as it is to stand there: instances that differ have copies of their own."""
    creator = tx.users.get(event.created_by)
    taking_part = (tx.users.get(one.user_id) for one in participants_of(tx, [event])[event.id])
    people = [Person(name=one.name, email=one.email) for one in taking_part if one is not None]
    exceptions = () if event.recurrence_rule is None else tx.repositories.events.exceptions(event.id)
    removed = [one.original_start_time for one in exceptions if one.original_start_time is not None]
    email = event.created_by if creator is None else creator.email
    return EventDraft(
        event_id=remote,
        mark=Mark(install=install, session=native_session(event.id), epoch=copy.epoch),
        span=event.span,
        title=event.title,
        description=event.description or "",
        location=event.location or "",
        sequence=copy.sequence,
        stamp=event.updated_at,
        zone=event.zone or "UTC",
        organizer=Person(name=email if creator is None else creator.name, email=email),
        attendees=tuple(people),
        recurrence=None if event.recurrence_rule is None else event.recurrence_rule.removeprefix("RRULE:"),
        removed=tuple(sorted(removed)),
        all_day=event.all_day,
    )
