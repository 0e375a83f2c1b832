"""Copies of confirmed events in a provider's calendar: planned with the change, under an id made before.

Each event, or series, is one object there: it is whole or not at all. What cannot be written now is set aside
as its own trouble and tried again; whoever dies in between finds the same id, so nothing is written twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import structlog

from connectors.registry import kind_of
from daemon.family.copies import Copy, copy_of, draft_of, with_copy
from daemon.runtime.guard import Guard
from daemon.sync.source import Source
from engine.booking.ids import Identifier, event_id
from engine.errors import GatherlyError, StaleVersionError, WriteConflictError
from engine.family.copy_edits import CopyEdit, edit_since, said_of
from engine.ids import CalendarKey, ConnectorName, EventId, RemoteCalendarId, UserId
from engine.model.booking import EventDraft, Observed, Written, native_session
from engine.model.event import CalendarEvent, EventStatus
from engine.model.set_aside import Item, Work
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.stale import retry_stale
from engine.time.span import Instant

Overwritten = Callable[[CalendarEvent, UserId, CopyEdit], None]
"""Tells that an owner's change of a copy gave way to a change of its event."""
AT_ONCE = 100
SERIES_KINDS = frozenset({"folder", "caldav", "google"})
"""Kinds of connectors that are handed a series as one event."""
_LOG = structlog.get_logger("gatherly")


class Mirror:
    """Brings copies in step, one by one; one's trouble is its own."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sources: Mapping[ConnectorName, Source],
        identifier: Identifier,
        overwritten: Overwritten | None = None,
    ) -> None:
        self._store, self._clock = store, clock
        self._overwritten = overwritten
        self._sources, self._identifier = sources, identifier
        self._guard = Guard(store, clock)

    def run(self) -> int:
        """Bring what is due in step; gives how many copies were written or taken away.

        What is set aside lies before what can be done, and takes nobody's place.
        """
        now, aside = self._clock.now(), self._guard.count(Work.MIRROR)
        with self._store.reading() as tx:
            due = tx.repositories.events.mirror_due(now, AT_ONCE + aside)
        items = ((_item(name, since), partial(self._one, name)) for name, since in due)
        return sum(done is True for done in self._guard.each(items))

    def _one(self, name: str) -> bool:
        with self._store.reading() as tx:
            fresh = tx.repositories.events.get(name)
            calendar = None if fresh is None else tx.calendars.get(fresh.calendar)
        if fresh is None or calendar is None:
            return False
        copy = copy_of(fresh)
        if calendar.mirror is None or fresh.status is not EventStatus.CONFIRMED:
            self._take_away(fresh)
        elif copy is not None and copy.removed:
            self._settle(fresh, lambda one: replace(one, mirror_due=None))
        else:
            self._write(fresh, calendar.mirror)
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
        begun = replace(copy, unsure=True)
        event = self._note(event, lambda one: replace(with_copy(one, begun), mirror_id=remote))
        with self._store.reading() as tx:
            draft = draft_of(tx, event, remote, self._store.install, copy)
        if draft.recurrence is not None and source.kind not in SERIES_KINDS:
            raise GatherlyError(f"{connector} takes no series", "Mirror to another kind of connector")
        written = self._put(source, copy, draft, event)
        after = replace(
            copy, etag=written.etag, sequence=copy.sequence + 1, told="", said=said_of(event), unsure=False
        )
        self._settle(event, lambda one: replace(with_copy(one, after), mirror_due=None))
        _LOG.info("mirror.written", connector=str(connector))

    def _put(self, source: Source, copy: Copy, draft: EventDraft, event: CalendarEvent) -> Written:
        """Write; what lies there under our id is replaced in the version that it has now.

        What its owner did to it meanwhile gives way to the event's own change, and is told.
        """
        try:
            return source.connector.write(copy.calendar, draft, copy.etag)
        except WriteConflictError:
            found: Observed | None = source.connector.read(copy.calendar, draft.event_id)
            there = found is not None and found.live
            if found is not None and there and found.mark and found.mark.install != draft.mark.install:
                raise
            written = source.connector.write(copy.calendar, draft, found.etag if found and there else None)
            self._tell(event, source, copy, found)
            return written

    def _tell(self, event: CalendarEvent, source: Source, copy: Copy, found: Observed | None) -> None:
        """Tell of an owner's change that was written over; what may be a write of our own is none."""
        if self._overwritten is None or copy.unsure or not copy.said:
            return
        edit = edit_since(event, copy.said, found, self._store.install)
        if edit is not None:
            self._overwritten(event, source.user, edit)

    def _take_away(self, event: CalendarEvent) -> None:
        copy = copy_of(event)
        if copy is not None and event.mirror_id is not None:
            self._source(copy.connector).connector.withdraw(copy.calendar, event.mirror_id)
            _LOG.info("mirror.removed", connector=str(copy.connector))
        gone = None if copy is None else replace(copy, epoch=copy.epoch + 1, etag=None, removed=False)
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

    def _note(self, event: CalendarEvent, change: Callable[[CalendarEvent], CalendarEvent]) -> CalendarEvent:
        """Note what is about to be done of an event as it was judged.

        Raises:
            StaleVersionError: it has changed meanwhile; it stays due, and is judged anew.
        """
        with self._store.writing() as tx:
            there = tx.repositories.events.get(event.id)
            if there is None or there.version != event.version:
                raise StaleVersionError(f"Event {event.id} has changed", "Its copy is judged anew")
            return tx.repositories.events.put(change(there))

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


def _item(name: str, since: Instant) -> Item:
    """Name a copy's work; it is tried at once where the event has changed since."""
    return Item(step=Work.MIRROR, name=name, mark=str(since))
