"""Events that gatherly keeps itself, in memory, with those who take part and what reminds of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from engine.ids import CalendarKey, EventId, UserId
from engine.model.event import CalendarEvent, EventParticipant, Reminder, ReminderStatus
from engine.time.span import Instant, Span
from tests.doubles.store.repository import MemoryRepository, drop_where
from tests.doubles.store.tables import Tables


class MemoryEvents(MemoryRepository[CalendarEvent]):
    """`engine.ports.events.Events`."""

    word = "Event"

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables.events)
        self._tables = tables

    def put(self, entity: CalendarEvent) -> CalendarEvent:
        """Insert or replace; its reservations take its status."""
        written = super().put(entity)
        for one in list(self._tables.reservations):
            if one.event_id == entity.id and one.status is not entity.status:
                follows = replace(
                    one, status=entity.status, updated_at=entity.updated_at, version=one.version + 1
                )
                self._tables.reservations.put(one.id, follows)
        return written

    def delete(self, name: str) -> None:
        """Remove one, with its exceptions, participants, reminders and reservations."""
        drop_event(self._tables, name)

    def candidates(self, calendar: CalendarKey, window: Span) -> Sequence[CalendarEvent]:
        """Give what can take place in a window, by start."""
        return self._in(lambda event: event.calendar == calendar, window)

    def candidates_with(self, user: UserId, window: Span) -> Sequence[CalendarEvent]:
        """Give the same for the events that somebody takes part in."""
        return self.candidates_with_any((user,), window)

    def candidates_with_any(self, users: Collection[UserId], window: Span) -> Sequence[CalendarEvent]:
        """Give the same for the events in which one of several takes part."""
        theirs = {one.event_id for one in self._tables.participants if one.user_id in users}
        return self._in(lambda event: event.id in theirs, window)

    def changed_since(self, since: Instant) -> Sequence[str]:
        """Name the events, and series, of which anything or anybody has changed since then, by id."""
        people = {one.event_id for one in self._tables.participants if one.updated_at >= since}
        changed = [one for one in self._table if one.updated_at >= since or one.id in people]
        return sorted({one.recurrence_parent_id or one.id for one in changed})

    def exceptions(self, series: str) -> Sequence[CalendarEvent]:
        """Give the instances of a series that differ, by start."""
        return self.exceptions_of([series])

    def exceptions_of(self, series: Collection[str]) -> Sequence[CalendarEvent]:
        """Give the same for several series."""
        return self._some(
            lambda event: event.recurrence_parent_id in series, lambda event: (event.start_time, event.id)
        )

    def mirror_due(self, now: Instant, limit: int = 100) -> Sequence[tuple[str, Instant]]:
        """Name those whose copy is to be brought in step by now, and since when, the longest due first."""
        due = [(one.mirror_due, one.id) for one in self._table if one.mirror_due is not None]
        return [(name, since) for since, name in sorted(due) if since <= now][:limit]

    def mirrored_as(self, names: Collection[EventId]) -> Mapping[EventId, str]:
        """Tell which ids are those of copies, and of which events."""
        return {one.mirror_id: one.id for one in self._table if one.mirror_id in names and one.mirror_id}

    def _in(self, mine: Callable[[CalendarEvent], bool], window: Span) -> list[CalendarEvent]:
        begun = [event for event in self._table if mine(event) and event.start_time < window.end]
        series = {event.id for event in begun if event.recurrence_rule is not None}
        singles = {event.id for event in begun if event.end_time > window.start}

        def wanted(event: CalendarEvent) -> bool:
            return event.id in singles | series or event.recurrence_parent_id in series

        return self._some(wanted, lambda event: (event.start_time, event.id))

    def _check(self, entity: CalendarEvent) -> None:
        self._need(entity, entity.calendar in self._tables.calendars, "its calendar is not there")
        parent = entity.recurrence_parent_id
        self._need(entity, parent is None or parent in self._table, "its series is not there")
        self._need(entity, entity.end_time >= entity.start_time, "it ends before it starts")


class MemoryParticipants(MemoryRepository[EventParticipant]):
    """`engine.ports.events.Participants`."""

    word = "Participant"

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables.participants)
        self._tables = tables

    def of_event(self, event: str) -> Sequence[EventParticipant]:
        """Give an event's participants, by user."""
        return self._some(lambda one: one.event_id == event, lambda one: one.user_id)

    def of_events(self, events: Collection[str]) -> Sequence[EventParticipant]:
        """Give the participants of several events, by event and user."""
        return self._some(lambda one: one.event_id in events, lambda one: (one.event_id, one.user_id))

    def _check(self, entity: EventParticipant) -> None:
        self._need(entity, entity.event_id in self._tables.events, "its event is not there")
        others = (one for one in self.of_event(entity.event_id) if one.id != entity.id)
        twice = any(one.user_id == entity.user_id for one in others)
        self._need(entity, not twice, "that user takes part already")


class MemoryReminders(MemoryRepository[Reminder]):
    """`engine.ports.events.Reminders`."""

    word = "Reminder"

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables.reminders)
        self._tables = tables

    def of_event(self, event: str) -> Sequence[Reminder]:
        """Give an event's reminders, the earliest first."""
        return self.of_events((event,))

    def of_events(self, events: Collection[str]) -> Sequence[Reminder]:
        """Give the reminders of several events, the earliest first."""
        return self._some(lambda one: one.event_id in events, lambda one: (one.due_at, one.id))

    def due(self, now: Instant, limit: int = 100) -> Sequence[Reminder]:
        """Give pending ones whose time has come, the longest due first."""

        def ready(one: Reminder) -> bool:
            return one.status is ReminderStatus.PENDING and one.due_at <= now

        return self._some(ready, lambda one: (one.due_at, one.id))[:limit]

    def _check(self, entity: Reminder) -> None:
        self._need(entity, entity.event_id in self._tables.events, "its event is not there")
        self._need(entity, entity.minutes_before >= 0, "it would come after the event")


def drop_event(tables: Tables, name: str) -> None:
    """Remove an event with all that belongs to it."""
    tables.events.drop(name)
    drop_where(tables.participants, "id", lambda one: one.event_id == name)
    drop_where(tables.reminders, "id", lambda one: one.event_id == name)
    drop_where(tables.reservations, "id", lambda one: one.event_id == name)
    for exception in [each.id for each in tables.events if each.recurrence_parent_id == name]:
        drop_event(tables, exception)
