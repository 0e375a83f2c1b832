"""Events that gatherly keeps itself, in SQL, with those who take part and what reminds of them."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.ids import CalendarKey, ConnectorName, EventId, RemoteCalendarId, UserId
from engine.model.event import (
    AttendeeResponse,
    CalendarEvent,
    EventAttendee,
    EventParticipant,
    Reminder,
)
from engine.time.span import Instant, Span
from store.sql.repositories.calendars import calendar_id
from store.sql.repositories.repository import Kind, SqlRepository, batches
from store.sql.tables.calendars import calendars
from store.sql.tables.events import event_participants, events, reminders
from store.sql.tables.resources import resource_reservations


def _attendees_document(attendees: Sequence[EventAttendee]) -> list[dict[str, str]]:
    return [{"email": attendee.email, "response": attendee.response.value} for attendee in attendees]


def _parse_attendees(documents: Sequence[Mapping[str, str]]) -> tuple[EventAttendee, ...]:
    return tuple(EventAttendee(each["email"], AttendeeResponse(each["response"])) for each in documents)


@cache
def _mirror_due() -> sa.Select[Any]:
    due = (sa.text("mirror_due IS NOT NULL"), events.c.mirror_due <= sa.bindparam("now"))
    named = sa.select(events.c.id, events.c.mirror_due).where(*due)
    return named.order_by(events.c.mirror_due, events.c.id).limit(sa.bindparam("most", type_=sa.Integer))


@cache
def _reminders_due() -> sa.Select[Any]:
    due = (sa.text("status = 'pending'"), reminders.c.due_at <= sa.bindparam("now"))
    ordered = sa.select(reminders).where(*due).order_by(reminders.c.due_at, reminders.c.id)
    return ordered.limit(sa.bindparam("most", type_=sa.Integer))


@cache
def _with_calendar() -> sa.Select[Any]:
    remote = calendars.c.calendar_id.label("remote")
    return sa.select(events, calendars.c.connector, remote).join(
        calendars, calendars.c.id == events.c.calendar_id
    )


@cache
def _begun() -> sa.Select[Any]:
    """Make the question once, for what goes on between `since` and `until`: that takes its time."""
    on = sa.or_(events.c.end_time > sa.bindparam("since"), sa.text("recurrence_rule IS NOT NULL"))
    return _with_calendar().where(events.c.start_time < sa.bindparam("until"), on)


@cache
def _of_calendar() -> sa.Select[Any]:
    return _begun().where(events.c.calendar_id == sa.bindparam("calendar"))


@cache
def _of_people() -> sa.Select[Any]:
    table = event_participants.c
    named = table.user_id.in_(sa.bindparam("named", expanding=True))
    return _begun().where(events.c.id.in_(sa.select(table.event_id).where(named)))


class SqlEvents(SqlRepository[CalendarEvent]):
    """`engine.ports.events.Events`."""

    kind = Kind(
        entity=CalendarEvent,
        table=events,
        word="Event",
        owner="created_by",
        sealed=("title", "description", "location", "attendees"),
        converted={"attendees": (_attendees_document, _parse_attendees)},
    )

    def put(self, entity: CalendarEvent) -> CalendarEvent:
        """Insert or replace; its reservations take its status."""
        written = super().put(entity)
        if entity.version == 0:
            return written
        reserved = resource_reservations.c
        other = (reserved.event_id == entity.id, reserved.status != entity.status)
        follow = sa.update(resource_reservations).where(*other)
        self._connection.execute(
            follow.values(status=entity.status, updated_at=entity.updated_at, version=reserved.version + 1)
        )
        return written

    def candidates(self, calendar: CalendarKey, window: Span) -> Sequence[CalendarEvent]:
        """Give what can take place in a window, by start."""
        return self._in(_of_calendar(), {"calendar": calendar_id(calendar)}, window)

    def candidates_with(self, user: UserId, window: Span) -> Sequence[CalendarEvent]:
        """Give the same for the events that somebody takes part in."""
        return self.candidates_with_any((user,), window)

    def candidates_with_any(self, users: Collection[UserId], window: Span) -> Sequence[CalendarEvent]:
        """Give the same for the events in which one of several takes part."""
        return self._in(_of_people(), {"named": sorted(users)}, window)

    def changed_since(self, since: Instant) -> Sequence[str]:
        """Name the events, and series, of which anything or anybody has changed since then, by id."""
        head = sa.func.coalesce(events.c.recurrence_parent_id, events.c.id)
        people = sa.select(event_participants.c.event_id).where(event_participants.c.updated_at >= since)
        changed = sa.or_(events.c.updated_at >= since, events.c.id.in_(people))
        return sorted(set(self._connection.execute(sa.select(head).where(changed)).scalars()))

    def exceptions(self, series: str) -> Sequence[CalendarEvent]:
        """Give the instances of a series that differ, by start."""
        return self.exceptions_of([series])

    def exceptions_of(self, series: Collection[str]) -> Sequence[CalendarEvent]:
        """Give the same for several series: one question for all."""
        return sorted(self._exceptions(series), key=lambda event: (event.start_time, event.id))

    def mirror_due(self, now: Instant, limit: int = 100) -> Sequence[tuple[str, Instant]]:
        """Name those whose copy is to be brought in step by now, and since when, the longest due first."""
        found = self._connection.execute(_mirror_due(), {"now": now, "most": limit})
        return [(row.id, row.mirror_due) for row in found]

    def mirrored_as(self, names: Collection[EventId]) -> Mapping[EventId, str]:
        """Tell which ids are those of copies, and of which events."""
        found = dict[EventId, str]()
        for batch in batches(names):
            named = sa.select(events.c.mirror_id, events.c.id).where(events.c.mirror_id.in_(batch))
            rows = self._connection.execute(named)
            found |= {EventId(row.mirror_id): row.id for row in rows}
        return found

    def _in(self, begun_of: sa.Select[Any], whose: Mapping[str, Any], window: Span) -> list[CalendarEvent]:
        """Unite singles that overlap, series that have begun, and every exception of those series."""
        begun = self._some(begun_of, values={**whose, "since": window.start, "until": window.end})
        series = [event.id for event in begun if event.recurrence_rule is not None]
        found = {event.id: event for event in (*begun, *self._exceptions(series))}
        return sorted(found.values(), key=lambda event: (event.start_time, event.id))

    def _exceptions(self, series: Collection[str]) -> list[CalendarEvent]:
        return self._among("recurrence_parent_id", series)

    @classmethod
    def _select(cls) -> sa.Select[Any]:
        return _with_calendar()

    def _row(self, entity: CalendarEvent) -> dict[str, Any]:
        row = super()._row(entity)
        row["calendar_id"] = calendar_id(row.pop("calendar"))
        return row

    def _read(self, name: str, row: Mapping[Any, Any]) -> Any:
        if name == "calendar":
            return CalendarKey(ConnectorName(row["connector"]), RemoteCalendarId(row["remote"]))
        return super()._read(name, row)


class SqlParticipants(SqlRepository[EventParticipant]):
    """`engine.ports.events.Participants`."""

    kind = Kind(entity=EventParticipant, table=event_participants, word="Participant")

    def of_event(self, event: str) -> Sequence[EventParticipant]:
        """Give an event's participants, by user."""
        table = event_participants.c
        return self._some(self._select().where(table.event_id == event).order_by(table.user_id))

    def of_events(self, events: Collection[str]) -> Sequence[EventParticipant]:
        """Give the participants of several events, by event and user."""
        return self._among("event_id", events, "event_id", "user_id")


class SqlReminders(SqlRepository[Reminder]):
    """`engine.ports.events.Reminders`."""

    kind = Kind(entity=Reminder, table=reminders, word="Reminder")

    def of_event(self, event: str) -> Sequence[Reminder]:
        """Give an event's reminders, the earliest first."""
        return self.of_events((event,))

    def of_events(self, events: Collection[str]) -> Sequence[Reminder]:
        """Give the reminders of several events, the earliest first."""
        return sorted(self._among("event_id", events), key=lambda one: (one.due_at, one.id))

    def due(self, now: Instant, limit: int = 100) -> Sequence[Reminder]:
        """Give pending ones whose time has come, the longest due first."""
        return self._some(_reminders_due(), values={"now": now, "most": limit})
