"""Steps of events within a larger transaction: called off, moved, swapped, put back, with what follows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from daemon.app.family.desk import Family
from daemon.app.family.event_belongings import Belongings
from daemon.app.family.resources import require_resources
from daemon.resource_uses import resources_of
from engine.errors import InputError
from engine.family.event_change import EventChange, edited
from engine.family.event_status import cancelled
from engine.family.series import Rewritten, exception_of, instance_on, moved, split
from engine.ids import UserId
from engine.model.event import CalendarEvent, EventStatus
from engine.ports.store import Transaction
from engine.time.span import Instant

Step = Callable[[CalendarEvent, Instant], CalendarEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSteps(Family):
    """Takes single steps; whoever takes them holds the transaction, and has asked whether they may."""

    @property
    def belongings(self) -> Belongings:
        """What goes with events."""
        return Belongings(self.randomness, self.usual_reminders)

    def cancel_within(
        self, tx: Transaction, event: CalendarEvent, only: date | None, now: Instant
    ) -> CalendarEvent:
        """Do what `cancel` does as part of a larger transaction."""
        if only is not None:
            event = self.exception(tx, event, only, now)
        else:
            for one in tx.repositories.events.exceptions(event.id):
                if one.status is not EventStatus.CANCELLED:
                    tx.repositories.events.put(cancelled(one, now))
        return self.put(tx, "cancel", event, cancelled, now)

    def swap_within(
        self, tx: Transaction, event: CalendarEvent, old: str, new: str, now: Instant
    ) -> CalendarEvent:
        """Use another resource in the place of one."""
        names = [new if one == old else one for one in resources_of(tx, event)]
        require_resources(tx, [new])
        self.belongings.swap_resources(tx, event, names, now)
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
                self.belongings.put_people(tx, stored, people, now)
                self.belongings.swap_resources(tx, stored, kept["resources"], now)
            self.belongings.follow(tx, stored, now)
            self.after(tx, "move", event, stored, now, gone=made)

    def put(
        self, tx: Transaction, action: str, event: CalendarEvent, change: Step, now: Instant
    ) -> CalendarEvent:
        """Change an event, where the step changes anything."""
        after = change(event, now)
        if after == event:
            return event
        stored = tx.repositories.events.put(after)
        self.after(tx, action, event, stored, now)
        return stored

    def exception(self, tx: Transaction, event: CalendarEvent, day: date, now: Instant) -> CalendarEvent:
        """Give the stored exception for an instance, made where there is none yet."""
        if event.recurrence_rule is None:
            raise InputError("The event does not repeat", "Leave --only out")
        return self.exception_at(tx, event, instance_on(event, day, event.zone or "UTC"), now)

    def exception_at(
        self, tx: Transaction, event: CalendarEvent, original: Instant, now: Instant
    ) -> CalendarEvent:
        """Give the stored exception for the instance of a series that starts then."""
        known = tx.repositories.events.exceptions(event.id)
        made = exception_of(event, original, known, self.randomness.token(), now)
        if made.version:
            return made
        stored = tx.repositories.events.put(made)
        for resource in resources_of(tx, event):
            self.belongings.reserve(tx, stored, [resource], now)
        return stored

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
            event = self.exception(tx, event, only, now)
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
            self.belongings.copy(tx, event, new, now)
        stored = event
        for one in done.put:
            edited(one, EventChange(), now)
            put = tx.repositories.events.put(one)
            self.belongings.follow(tx, put, now)
            stored = put if one.id == event.id else stored
        self.after(tx, "move", event, stored, now)
        if new is not None:
            self.after(tx, "create", None, new, now)
        return new or stored


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
