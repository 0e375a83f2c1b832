"""Events of gatherly's own: added, confirmed, moved, edited, called off, answered, listed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from daemon.app.family.event_steps import EventSteps
from daemon.app.family.resources import require_resources
from daemon.native_events import participants_of, required_of
from daemon.resource_uses import resources_of_each
from engine.documents.family import busy_document, event_document
from engine.errors import InputError, UnknownThingError
from engine.family.event_change import EventChange, answered, edited, new_event
from engine.family.event_range import TAKES_TIME, events_in_range
from engine.family.event_status import confirmed
from engine.family.series import moved
from engine.ids import UserId
from engine.model.calendar import Calendar, CalendarType
from engine.model.event import (
    AttendeeResponse,
    CalendarEvent,
    EventStatus,
    Reminder,
)
from engine.model.user import Role as FamilyRole
from engine.ports.store import Transaction
from engine.time.span import Instant, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyEvents(EventSteps):
    """Takes what people ask of events."""

    def add(self, change: EventChange, calendar: str | None, *, confirm: bool = False) -> CalendarEvent:
        """Add an event; proposed unless it is confirmed at once.

        Raises:
            InputError: it cannot be; UnknownThingError, NotAllowedError: not there, or not by them.
        """
        return self.changing(lambda tx, now: self._add(tx, change, calendar, confirm, now), "The event")

    def _add(
        self, tx: Transaction, change: EventChange, name: str | None, confirm: bool, now: Instant
    ) -> CalendarEvent:
        calendar = self._calendar(tx, name)
        self.must_write(calendar)
        creator = self._creator(calendar)
        user = tx.users.get(creator)
        zone = change.zone or (user.timezone if user is not None else calendar.zone or "UTC")
        event = new_event(change, self.randomness.token(), calendar.key, creator, zone, now)
        if confirm:
            event = confirmed(event, now)
        require_resources(tx, change.resources or ())
        stored = tx.repositories.events.put(event)
        self.belongings.put_people(tx, stored, _by_default(change, calendar), now)
        self.belongings.reserve(tx, stored, change.resources or (), now)
        self.belongings.remind(tx, stored, change.reminders or (), now)
        self.after(tx, "create", None, stored, now)
        return stored

    def _calendar(self, tx: Transaction, name: str | None) -> Calendar:
        if name is not None:
            return self.calendar(tx, name)
        me = self.principal.user
        default = None if me is None else self.default_calendars.get(me)
        if default is None:
            raise InputError("No calendar is named", "Give --calendar, or set default_calendar for the user")
        return self.calendar(tx, default)

    def _creator(self, calendar: Calendar) -> UserId:
        creator = self.principal.user or calendar.user_id
        if not creator:
            raise InputError("Nobody is named who adds it", "Give --as USER")
        return creator

    def show(self, name: str) -> dict[str, Any]:
        """Give an event as its document.

        Raises:
            UnknownThingError: there is none.
        """
        with self.store.reading() as tx:
            (document,) = self._documents(tx, [self.event(tx, name)])
            return document

    def _documents(self, tx: Transaction, events: Sequence[CalendarEvent]) -> list[dict[str, Any]]:
        """Write events down; of what others hide, that it takes time."""
        people, resources = participants_of(tx, events), resources_of_each(tx, events)
        reminders: dict[str, list[Reminder]] = {}
        for one in tx.repositories.reminders.of_events({each.id.partition("/")[0] for each in events}):
            reminders.setdefault(one.event_id, []).append(one)
        sees = {key: self.sees(self.calendar_of(tx, key)) for key in {one.calendar for one in events}}
        found = []
        for event in events:
            takes_part = self.principal.user in {one.user_id for one in people[event.id]}
            if takes_part or sees[event.calendar]:
                theirs = reminders.get(event.id.partition("/")[0], ())
                found.append(event_document(event, people[event.id], resources[event.id], theirs))
            else:
                found.append(busy_document(event))
        return found

    def listed(self, window: Span, calendar: str | None = None) -> list[dict[str, Any]]:
        """Give what takes place in a window, instance by instance, by start; what others hide as busy blocks.

        Raises:
            UnknownThingError: there is no such calendar.
        """
        with self.store.reading() as tx:
            chosen = self.calendars(tx) if calendar is None else [self.calendar(tx, calendar)]
            found = [one for each in chosen for one in self._in(tx, each, window)]
            found.sort(key=lambda one: (one.start_time, one.end_time, one.id))
            return self._documents(tx, found)

    def _in(self, tx: Transaction, calendar: Calendar, window: Span) -> list[CalendarEvent]:
        owner = tx.users.get(calendar.user_id) if calendar.user_id else None
        zone = calendar.zone or ("UTC" if owner is None else owner.timezone)
        return events_in_range(
            tx.repositories.events.candidates(calendar.key, window), window, zone, TAKES_TIME
        )

    def confirm(self, name: str) -> CalendarEvent:
        """Confirm an event.

        Raises:
            InputError: it was called off.
        """

        def do(tx: Transaction, now: Instant) -> CalendarEvent:
            event = self._mine(tx, name)
            for one in tx.repositories.events.exceptions(event.id):
                if one.status is EventStatus.PROPOSED:
                    tx.repositories.events.put(confirmed(one, now))
            return self.put(tx, "confirm", event, confirmed, now)

        return self.changing(do, "The event")

    def cancel(self, name: str, only: date | None = None) -> CalendarEvent:
        """Call an event off, or one instance of a series."""
        return self.changing(
            lambda tx, now: self.cancel_within(tx, self._to_place(tx, name), only, now), "The event"
        )

    def _mine(self, tx: Transaction, name: str) -> CalendarEvent:
        event = self.event(tx, name)
        self.must_write(self.calendar_of(tx, event.calendar))
        return event

    def _to_place(self, tx: Transaction, name: str) -> CalendarEvent:
        """Find one whose time is to change: a child's own is no more theirs to place than by a way out."""
        event = self._mine(tx, name)
        me = tx.users.get(self.principal.user) if self.principal.user is not None else None
        if me is not None and me.role is FamilyRole.CHILD:
            self.must_decide(tx, required_of(participants_of(tx, [event])[event.id]))
        return event

    def move(
        self,
        name: str,
        start: Instant,
        end: Instant | None = None,
        *,
        only: date | None = None,
        since: date | None = None,
    ) -> CalendarEvent:
        """Move an event; of a series one instance, all from a date on, or all.

        Its length stays where no end is named.
        """

        def change(tx: Transaction, now: Instant) -> CalendarEvent:
            return self.move_within(tx, self._to_place(tx, name), start, end, now, only=only, since=since)

        return self.changing(change, "The event")

    def edit(self, name: str, change: EventChange) -> CalendarEvent:
        """Change an event; what is not named stays.

        Raises:
            InputError: it cannot be so.
        """

        def do(tx: Transaction, now: Instant) -> CalendarEvent:
            placed = (change.start, change.end, change.required, change.optional) != (None,) * 4
            event = self._to_place(tx, name) if placed else self._mine(tx, name)
            if event.status is EventStatus.CANCELLED:
                raise InputError("The event was called off", "Make a new one")
            people = [one.user_id for one in participants_of(tx, [event])[event.id]]
            zone = event.zone or "UTC"
            base = event
            if change.start is not None or change.end is not None:
                start = event.start_time if change.start is None else change.start
                length = event.end_time - event.start_time
                until = start + length if change.end is None else change.end
                done = moved(event, tx.repositories.events.exceptions(event.id), start, until, zone, now)
                base, *others = done.put
                for one in others:
                    tx.repositories.events.put(one)
            kept = _with_answers(base, change, {one.email for one in tx.users.some(set(people))})
            after = edited(base, replace(kept, start=None, end=None), now)
            stored = event if after == event else tx.repositories.events.put(after)
            if change.required is not None or change.optional is not None:
                self.belongings.put_people(tx, stored, _changed_people(tx, stored, change), now)
                self.belongings.remind_newcomers(tx, stored, now)
            if change.resources is not None:
                require_resources(tx, change.resources)
                self.belongings.swap_resources(tx, stored, change.resources, now)
            if change.reminders is not None:
                for reminder in tx.repositories.reminders.of_event(stored.id):
                    tx.repositories.reminders.delete(reminder.id)
                self.belongings.remind(tx, stored, change.reminders, now)
            self.belongings.follow(tx, stored, now)
            self.after(tx, "update", event, stored, now, people)
            return stored

        return self.changing(do, "The event")

    def answer(self, name: str, response: AttendeeResponse, address: str | None = None) -> CalendarEvent:
        """Take down whether somebody comes; who declines is free then.

        For an invited `address`, which has no account, it is taken down by who may change the event.

        Raises:
            UnknownThingError: they do not take part.
            NotAllowedError: they may not answer for the address.
        """

        def do(tx: Transaction, now: Instant) -> CalendarEvent:
            event = self.event(tx, name)
            email = self._participant(tx, event) if address is None else self._invited(tx, event, address)
            stored = tx.repositories.events.put(answered(event, email, response, now))
            self.after(tx, "answer", event, stored, now)
            return stored

        return self.changing(do, "The event")

    def _participant(self, tx: Transaction, event: CalendarEvent) -> str:
        """Give the address under which whoever asks answers."""
        who = self.principal.speaker(None, event.created_by)
        if who not in {one.user_id for one in participants_of(tx, [event])[event.id]}:
            raise UnknownThingError(f"{who} does not take part in event {event.id}", "Name one who does")
        known = tx.users.get(who)
        return who if known is None else known.email

    def _invited(self, tx: Transaction, event: CalendarEvent, address: str) -> str:
        """Give the address of an event's that is meant, which is no user's."""
        users = {one.email.casefold() for one in tx.users.all()}
        invited = {one.email.casefold(): one.email for one in event.attendees}
        found = invited.get(address.casefold())
        if found is None or address.casefold() in users:
            raise UnknownThingError(f"{address} was not invited to event {event.id}", "Name who was")
        self.must_write(self.calendar_of(tx, event.calendar))
        return found


def _with_answers(event: CalendarEvent, change: EventChange, emails: set[str]) -> EventChange:
    """Keep what its people have answered where others are invited; `emails` are theirs."""
    if change.addresses is None:
        return change
    known = {one.casefold() for one in emails}
    said = (one.email for one in event.attendees if one.email.casefold() in known)
    return replace(change, addresses=(*said, *change.addresses))


def _by_default(change: EventChange, calendar: Calendar) -> dict[UserId, bool]:
    people = dict.fromkeys(change.optional or (), False) | dict.fromkeys(change.required or (), True)
    if not people and calendar.type is CalendarType.PERSONAL and calendar.user_id:
        return {calendar.user_id: True}
    return people


def _changed_people(tx: Transaction, event: CalendarEvent, change: EventChange) -> dict[UserId, bool]:
    known = tx.repositories.participants.of_event(event.id)
    required = [one.user_id for one in known if one.required] if change.required is None else change.required
    others = [one.user_id for one in known if not one.required]
    optional = others if change.optional is None else change.optional
    return dict.fromkeys(optional, False) | dict.fromkeys(required, True)
