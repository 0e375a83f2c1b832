"""The provider: calendars of events, with the conditions on writes that real ones keep, and their owners."""

from collections.abc import Sequence
from dataclasses import replace

from engine.errors import WriteConflictError
from engine.ids import EventId, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, tombstone
from engine.ports.world import Clock
from engine.time.span import Instant, Span
from tests.doubles.provider.repository import MemoryRepository, Repository, Stored


class MemoryProvider:
    """Calendars that any number of connectors reach.

    `keeps_ids`: a deleted event can still be looked up and its id stays taken, as with Google; otherwise
    nothing is left of it, as with CalDAV. `list_lag`: lists show a new event this many seconds late.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        repository: Repository | None = None,
        keeps_ids: bool = False,
        list_lag: int = 0,
    ) -> None:
        self._clock = clock
        self._repository = repository or MemoryRepository()
        self._keeps_ids = keeps_ids
        self._list_lag = list_lag

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None) -> Stored:
        """Create under an id that is free, or replace just the version named.

        Raises:
            WriteConflictError: the id is taken, or the version is another.
        """
        with self._repository.alone():
            there = self._repository.get(calendar, draft.event_id)
            if not _may_write(there, etag):
                raise WriteConflictError(f"{draft.event_id} is taken or has changed")
            shown = there.listed_from if there else self._clock.now() + self._list_lag
            return self._keep(calendar, _from_draft(draft, shown))

    def get(self, calendar: RemoteCalendarId, event_id: EventId) -> Stored | None:
        """Look an event up by its id: never stale."""
        there = self._repository.get(calendar, event_id)
        return there if there and (there.live or self._keeps_ids) else None

    def delete(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Delete an event; one that is not there stays so."""
        with self._repository.alone():
            there = self._repository.get(calendar, event_id)
            if there is None or not there.live:
                return
            if self._keeps_ids:
                self._keep(calendar, replace(there, live=False))
            else:
                self._repository.drop(calendar, event_id)
                self._repository.next_change(calendar)

    def listed(self, calendar: RemoteCalendarId) -> Sequence[Stored]:
        """List live events by start; lists may lag behind writes."""
        now = self._clock.now()
        shown = [each for each in self._repository.all(calendar) if each.live and each.listed_from <= now]
        return sorted(shown, key=lambda each: (each.span, each.event_id))

    def live(self, calendar: RemoteCalendarId) -> Sequence[Stored]:
        """Give what is really there, for assertions: without faults, lag or deleted events."""
        return [each for each in self._repository.all(calendar) if each.live]

    def add_foreign(self, calendar: RemoteCalendarId, event_id: EventId, span: Span, title: str = "") -> None:
        """Let the owner put an event of their own into the calendar."""
        with self._repository.alone():
            event = Stored(event_id=event_id, span=span, title=title, listed_from=self._clock.now())
            self._keep(calendar, event)

    def owner_deletes(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Let the owner delete an event."""
        self.delete(calendar, event_id)

    def owner_moves(self, calendar: RemoteCalendarId, event_id: EventId, span: Span) -> None:
        """Let the owner move an event."""
        with self._repository.alone():
            there = self._repository.get(calendar, event_id)
            if there is not None and there.live:
                self._keep(calendar, replace(there, span=span))

    def owner_declines(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Let the owner say no to an event that stays in the calendar."""
        with self._repository.alone():
            there = self._repository.get(calendar, event_id)
            if there is not None and there.live:
                self._keep(calendar, replace(there, declined=True))

    def _keep(self, calendar: RemoteCalendarId, event: Stored) -> Stored:
        kept = replace(event, changed=self._repository.next_change(calendar))
        self._repository.put(calendar, kept)
        return kept


def _may_write(there: Stored | None, etag: str | None) -> bool:
    if etag is None:
        return there is None
    return there is not None and there.live and there.etag == etag


def _from_draft(draft: EventDraft, listed_from: Instant) -> Stored:
    return Stored(
        event_id=draft.event_id,
        span=draft.span,
        title=draft.title,
        description=draft.description,
        location=draft.location,
        mark=draft.mark,
        sequence=draft.sequence,
        listed_from=listed_from,
        series=() if draft.recurrence is None else (draft.recurrence, draft.removed, draft.moved),
    )


def observed(event: Stored) -> Observed:
    """Translate to the engine's words; of what was deleted nothing but the id is told, as Google does."""
    if not event.live:
        return tombstone(event.event_id)
    return Observed(
        event_id=event.event_id,
        etag=event.etag,
        span=event.span,
        declined=event.declined,
        mark=event.mark,
        title=event.title,
        sequence=event.sequence,
        rule="",
    )


def is_ours(event: Stored, install: InstallId | None) -> bool:
    """Tell whether an installation wrote it; None = any installation."""
    return event.mark is not None and install in (None, event.mark.install)
