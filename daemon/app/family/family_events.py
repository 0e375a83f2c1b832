"""Events of gatherly's own: added, confirmed, moved, edited, called off, answered, listed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from daemon.app.family.desk import Family
from daemon.app.family.resources import require_resources
from daemon.native_events import participants_of
from daemon.resource_uses import resources_of
from engine.documents.family import busy_document, event_document
from engine.errors import InputError, UnknownThingError
from engine.family.event_change import EventChange, Remind, answered, edited, new_event
from engine.family.event_range import TAKES_TIME, events_in_range, starts_of
from engine.family.event_status import cancelled, confirmed
from engine.family.series import Rewritten, exception_of, instance_on, moved, split
from engine.ids import UserId
from engine.model.calendar import Calendar, CalendarType
from engine.model.event import (
    AttendeeResponse,
    CalendarEvent,
    EventParticipant,
    EventStatus,
    Reminder,
    ReminderStatus,
)
from engine.model.resource import ResourceReservation
from engine.ports.store import Transaction
from engine.time.span import DAY, MINUTE, Instant, Span

Step = Callable[[CalendarEvent, Instant], CalendarEvent]
_FAR = 400 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyEvents(Family):
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
        self._put_people(tx, stored, _by_default(change, calendar), now)
        self._reserve(tx, stored, change.resources or (), now)
        self._remind(tx, stored, change.reminders or self._usual(tx, creator), now)
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

    def _usual(self, tx: Transaction, user: UserId) -> tuple[Remind, ...]:
        known = tx.users.get(user)
        return () if known is None else tuple(map(Remind, known.preferences.reminders))

    def show(self, name: str) -> dict[str, Any]:
        """Give an event as its document.

        Raises:
            UnknownThingError: there is none.
        """
        with self.store.reading() as tx:
            return self._document(tx, self.event(tx, name))

    def _document(self, tx: Transaction, event: CalendarEvent) -> dict[str, Any]:
        people = participants_of(tx, [event])[event.id]
        takes_part = self.principal.user in {one.user_id for one in people}
        if not takes_part and not self.sees(self.calendar_of(tx, event.calendar)):
            return busy_document(event)
        reminders = tx.repositories.reminders.of_event(event.id.partition("/")[0])
        return event_document(event, people, resources_of(tx, event), reminders)

    def listed(self, window: Span, calendar: str | None = None) -> list[dict[str, Any]]:
        """Give what takes place in a window, instance by instance, by start; what others hide as busy blocks.

        Raises:
            UnknownThingError: there is no such calendar.
        """
        with self.store.reading() as tx:
            chosen = self.calendars(tx) if calendar is None else [self.calendar(tx, calendar)]
            found = [one for each in chosen for one in self._in(tx, each, window)]
            found.sort(key=lambda one: (one.start_time, one.end_time, one.id))
            return [self._document(tx, one) for one in found]

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
            return self._put(tx, "confirm", event, confirmed, now)

        return self.changing(do, "The event")

    def cancel(self, name: str, only: date | None = None) -> CalendarEvent:
        """Call an event off, or one instance of a series."""
        return self.changing(
            lambda tx, now: self.cancel_within(tx, self._mine(tx, name), only, now), "The event"
        )

    def cancel_within(
        self, tx: Transaction, event: CalendarEvent, only: date | None, now: Instant
    ) -> CalendarEvent:
        """Do what `cancel` does as part of a larger transaction."""
        if only is not None:
            event = self._exception(tx, event, only, now)
        else:
            for one in tx.repositories.events.exceptions(event.id):
                if one.status is not EventStatus.CANCELLED:
                    tx.repositories.events.put(cancelled(one, now))
        return self._put(tx, "cancel", event, cancelled, now)

    def swap_within(
        self, tx: Transaction, event: CalendarEvent, old: str, new: str, now: Instant
    ) -> CalendarEvent:
        """Use another resource in the place of one."""
        names = [new if one == old else one for one in resources_of(tx, event)]
        require_resources(tx, [new])
        self._swap_resources(tx, event, names, now)
        stored = tx.repositories.events.put(replace(event, updated_at=now))
        self.after(tx, "update", event, stored, now)
        return stored

    def release_within(
        self, tx: Transaction, event: CalendarEvent, user: UserId, now: Instant
    ) -> CalendarEvent:
        """Let somebody miss an event."""
        for one in tx.repositories.participants.of_event(event.id):
            if one.user_id == user and one.required:
                tx.repositories.participants.put(replace(one, required=False, updated_at=now))
        stored = tx.repositories.events.put(replace(event, updated_at=now))
        self.after(tx, "update", event, stored, now)
        return stored

    def restore_within(
        self, tx: Transaction, before: Sequence[Mapping[str, Any]], made: Sequence[str], now: Instant
    ) -> None:
        """Put events back as they were: times, status, who must come, and what they need."""
        for name in made:
            tx.repositories.events.delete(name)
        for kept in before:
            event = tx.repositories.events.get(str(kept["id"]))
            if event is None:
                raise InputError("The event is gone", "Make it anew")
            stored = tx.repositories.events.put(_as_before(event, kept, now))
            if "people" in kept:
                people = {UserId(user): required for user, required in kept["people"].items()}
                self._put_people(tx, stored, people, now)
                self._swap_resources(tx, stored, kept["resources"], now)
            self._follow(tx, stored, now)
            self.after(tx, "move", event, stored, now)

    def _put(
        self, tx: Transaction, action: str, event: CalendarEvent, change: Step, now: Instant
    ) -> CalendarEvent:
        after = change(event, now)
        if after == event:
            return event
        stored = tx.repositories.events.put(after)
        self.after(tx, action, event, stored, now)
        return stored

    def _mine(self, tx: Transaction, name: str) -> CalendarEvent:
        event = self.event(tx, name)
        self.must_write(self.calendar_of(tx, event.calendar))
        return event

    def _exception(self, tx: Transaction, event: CalendarEvent, day: date, now: Instant) -> CalendarEvent:
        """Give the stored exception for an instance, made where there is none yet."""
        if event.recurrence_rule is None:
            raise InputError("The event does not repeat", "Leave --only out")
        known = tx.repositories.events.exceptions(event.id)
        zone = event.zone or "UTC"
        original = instance_on(event, day, zone)
        made = exception_of(event, original, known, self.randomness.token(), now)
        if made.version:
            return made
        stored = tx.repositories.events.put(made)
        for resource in resources_of(tx, event):
            self._reserve(tx, stored, [resource], now)
        return stored

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
            return self.move_within(tx, self._mine(tx, name), start, end, now, only=only, since=since)

        return self.changing(change, "The event")

    def move_within(
        self,
        tx: Transaction,
        event: CalendarEvent,
        start: Instant,
        end: Instant | None,
        now: Instant,
        *,
        only: date | None = None,
        since: date | None = None,
    ) -> CalendarEvent:
        """Do what `move` does as part of a larger transaction."""
        if event.status is EventStatus.CANCELLED:
            raise InputError("The event was called off", "Make a new one")
        if only is not None and since is not None:
            raise InputError("One instance and all from a date on are named", "Give --only or --from")
        if (only is not None or since is not None) and event.recurrence_rule is None:
            raise InputError("The event does not repeat", "Leave --only and --from out")
        length = event.end_time - event.start_time
        until = start + length if end is None else end
        if only is not None:
            event = self._exception(tx, event, only, now)
            done = Rewritten(put=(replace(event, start_time=start, end_time=until, updated_at=now),))
            done = replace(done, put=tuple(replace(one, status=_alive(one)) for one in done.put))
        elif since is not None:
            zone = event.zone or "UTC"
            original = instance_on(event, since, zone)
            known = tx.repositories.events.exceptions(event.id)
            new_id = self.randomness.token()
            done = split(event, known, original, start, until, new_id, zone, now)
        else:
            known = tx.repositories.events.exceptions(event.id)
            done = moved(event, known, start, until, event.zone or "UTC", now)
        return self._rewrite(tx, event, done, now)

    def _rewrite(self, tx: Transaction, event: CalendarEvent, done: Rewritten, now: Instant) -> CalendarEvent:
        new = None
        if done.new is not None:
            edited(done.new, EventChange(), now)
            new = tx.repositories.events.put(done.new)
            self._copy_belongings(tx, event, new, now)
        stored = event
        for one in done.put:
            edited(one, EventChange(), now)
            put = tx.repositories.events.put(one)
            self._follow(tx, put, now)
            stored = put if one.id == event.id else stored
        self.after(tx, "move", event, stored, now)
        if new is not None:
            self.after(tx, "create", None, new, now)
        return new or stored

    def _copy_belongings(
        self, tx: Transaction, event: CalendarEvent, new: CalendarEvent, now: Instant
    ) -> None:
        """Give the rest of a split series the people, resources and reminders of the whole."""
        for one in tx.repositories.participants.of_event(event.id):
            made = replace(one, id=self.randomness.token(), event_id=new.id, version=0, created_at=now)
            tx.repositories.participants.put(replace(made, updated_at=now))
        self._reserve(tx, new, resources_of(tx, event), now)
        found = tx.repositories.reminders.of_event(event.id)
        self._remind(tx, new, [Remind(one.minutes_before, one.reminder_type) for one in found], now)

    def _follow(self, tx: Transaction, event: CalendarEvent, now: Instant) -> None:
        """Have reservations and reminders follow an event's time."""
        for one in tx.repositories.reservations.of_event(event.id):
            if one.span != event.span:
                after = replace(one, start_time=event.start_time, end_time=event.end_time, updated_at=now)
                tx.repositories.reservations.put(after)
        for reminder in tx.repositories.reminders.of_event(event.id):
            due = _due(event, reminder.minutes_before, now)
            if due != reminder.due_at:
                after_ = replace(reminder, due_at=due, status=ReminderStatus.PENDING)
                tx.repositories.reminders.put(after_)

    def edit(self, name: str, change: EventChange) -> CalendarEvent:
        """Change an event; what is not named stays.

        Raises:
            InputError: it cannot be so.
        """

        def do(tx: Transaction, now: Instant) -> CalendarEvent:
            event = self._mine(tx, name)
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
            after = edited(base, replace(change, start=None, end=None), now)
            stored = event if after == event else tx.repositories.events.put(after)
            if change.required is not None or change.optional is not None:
                self._put_people(tx, stored, _changed_people(tx, stored, change), now)
            if change.resources is not None:
                require_resources(tx, change.resources)
                self._swap_resources(tx, stored, change.resources, now)
            if change.reminders is not None:
                for reminder in tx.repositories.reminders.of_event(stored.id):
                    tx.repositories.reminders.delete(reminder.id)
                self._remind(tx, stored, change.reminders, now)
            self._follow(tx, stored, now)
            self.after(tx, "update", event, stored, now, people)
            return stored

        return self.changing(do, "The event")

    def answer(self, name: str, response: AttendeeResponse, user: str | None = None) -> CalendarEvent:
        """Take down whether somebody comes; who declines is free then.

        Raises:
            UnknownThingError: they do not take part.
        """

        def do(tx: Transaction, now: Instant) -> CalendarEvent:
            event = self.event(tx, name)
            named = None if user is None else self.user(tx, user).id
            who = self.principal.speaker(named, event.created_by)
            if who not in {one.user_id for one in participants_of(tx, [event])[event.id]}:
                raise UnknownThingError(f"{who} does not take part in event {name}", "Name one who does")
            known = tx.users.get(who)
            email = who if known is None else known.email
            stored = tx.repositories.events.put(answered(event, email, response, now))
            self.after(tx, "answer", event, stored, now)
            return stored

        return self.changing(do, "The event")

    def _put_people(
        self, tx: Transaction, event: CalendarEvent, people: dict[UserId, bool], now: Instant
    ) -> None:
        for one in tx.repositories.participants.of_event(event.id):
            if one.user_id not in people:
                tx.repositories.participants.delete(one.id)
            elif one.required is not people[one.user_id]:
                tx.repositories.participants.put(replace(one, required=people[one.user_id], updated_at=now))
        known = {one.user_id for one in tx.repositories.participants.of_event(event.id)}
        for user, required in people.items():
            if user not in known:
                if tx.users.get(user) is None:
                    raise UnknownThingError(f"{user!r} is not a user", "Name one, or invite an address")
                tx.repositories.participants.put(
                    EventParticipant(
                        id=self.randomness.token(),
                        event_id=event.id,
                        user_id=user,
                        required=required,
                        created_at=now,
                        updated_at=now,
                    )
                )

    def _reserve(self, tx: Transaction, event: CalendarEvent, names: Iterable[str], now: Instant) -> None:
        for name in dict.fromkeys(names):
            tx.repositories.reservations.put(
                ResourceReservation(
                    id=self.randomness.token(),
                    resource_id=name,
                    event_id=event.id,
                    reserved_by=event.created_by,
                    start_time=event.start_time,
                    end_time=event.end_time,
                    status=event.status,
                    created_at=now,
                    updated_at=now,
                )
            )

    def _swap_resources(
        self, tx: Transaction, event: CalendarEvent, names: Sequence[str], now: Instant
    ) -> None:
        for one in tx.repositories.reservations.of_event(event.id):
            if one.resource_id not in names:
                tx.repositories.reservations.delete(one.id)
        known = {one.resource_id for one in tx.repositories.reservations.of_event(event.id)}
        self._reserve(tx, event, [name for name in names if name not in known], now)

    def _remind(self, tx: Transaction, event: CalendarEvent, asked: Iterable[Remind], now: Instant) -> None:
        for one in dict.fromkeys(asked):
            tx.repositories.reminders.put(
                Reminder(
                    id=self.randomness.token(),
                    event_id=event.id,
                    user_id=event.created_by,
                    reminder_type=one.how,
                    minutes_before=one.minutes,
                    due_at=_due(event, one.minutes, now),
                    created_at=now,
                )
            )


def _as_before(event: CalendarEvent, kept: Mapping[str, Any], now: Instant) -> CalendarEvent:
    return replace(
        event,
        start_time=kept["start"],
        end_time=kept["end"],
        status=EventStatus(kept["status"]),
        recurrence_rule=kept["rule"],
        original_start_time=kept["original"],
        cancelled_at=kept["cancelled"],
        updated_at=now,
    )


def _alive(event: CalendarEvent) -> EventStatus:
    """Bring an instance back that was called off, when it is moved by itself."""
    if event.status is not EventStatus.CANCELLED:
        return event.status
    return EventStatus.PROPOSED if event.confirmed_at is None else EventStatus.CONFIRMED


def _due(event: CalendarEvent, minutes: int, now: Instant) -> Instant:
    """Tell when to remind of the next time that an event takes place."""
    start = event.start_time
    if event.recurrence_rule is not None:
        ahead = Span(max(now, event.start_time), max(now, event.start_time) + _FAR)
        after = (at for at in starts_of(event, ahead, event.zone or "UTC") if at - minutes * MINUTE > now)
        start = next(after, start)
    return max(start - minutes * MINUTE, 0)


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
