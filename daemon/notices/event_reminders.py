"""Reminders of gatherly's own events: told at their minute, and due again for the next of a series."""

from dataclasses import replace
from functools import partial

from daemon.app.family.event_belongings import due_at
from daemon.native_events import answer_of
from daemon.runtime.guard import Guard
from engine.booking.ids import outbox_id
from engine.model.booking import OutboxEntry, OutboxKind
from engine.model.event import AttendeeResponse, CalendarEvent, EventStatus, Reminder, ReminderStatus
from engine.model.notices import NoticeKind
from engine.model.set_aside import Item, Work
from engine.notices.session_notices import WHAT
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.time.span import MINUTE, Instant


class EventReminders:
    """Has people told of what is about to begin; each once, in the transaction that says that it was."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._guard = Guard(store, clock)

    def run(self) -> int:
        """Tell what is due; gives how many were. One that cannot be told is set aside."""
        now = self._clock.now()
        with self._store.reading() as tx:
            due = tx.repositories.reminders.due(now)
        return sum(self._guarded(one, now) for one in due)

    def _guarded(self, one: Reminder, now: Instant) -> bool:
        item = Item(step=Work.TELL, name=f"reminder/{one.id}")
        return self._guard.run(item, partial(self._remind, one, now)) is True

    def _remind(self, one: Reminder, now: Instant) -> bool:
        with self._store.writing() as tx:
            event = tx.repositories.events.get(one.event_id)
            if event is None or event.status is EventStatus.CANCELLED:
                tx.repositories.reminders.delete(one.id)
                return False
            start = one.due_at + one.minutes_before * MINUTE
            taking_place = _instance(tx, event, start)
            tx.repositories.reminders.put(_after(one, event, now))
            if taking_place is None or taking_place.start_time <= now or _stays_away(tx, one, event):
                return False
            tx.outbox.add((_entry(one, taking_place, now),))
            return True


def _stays_away(tx: Transaction, one: Reminder, event: CalendarEvent) -> bool:
    """Tell whether whom it reminds has declined, or takes part no more."""
    user = tx.users.get(one.user_id)
    return user is None or answer_of(event, user) is AttendeeResponse.DECLINED


def _instance(tx: Transaction, event: CalendarEvent, start: Instant) -> CalendarEvent | None:
    """Give what takes place in the place of a start; None where that one is off, or was moved."""
    for other in tx.repositories.events.exceptions(event.id):
        if other.original_start_time == start:
            stays = other.status is not EventStatus.CANCELLED and other.start_time == start
            return replace(other, id=event.id) if stays else None
    return replace(event, start_time=start, end_time=start + (event.end_time - event.start_time))


def _after(one: Reminder, event: CalendarEvent, now: Instant) -> Reminder:
    """Give it as due for the next of the series, or done."""
    if event.recurrence_rule is not None:
        following = due_at(event, one.minutes_before, max(now, one.due_at))
        if following > one.due_at:
            return replace(one, due_at=following)
    return replace(one, status=ReminderStatus.SENT)


def _entry(one: Reminder, event: CalendarEvent, now: Instant) -> OutboxEntry:
    about = {"event": event.id, "start": event.start_time, "end": event.end_time}
    key = (event.id, one.user_id, NoticeKind.REMINDER, one.minutes_before, event.start_time)
    name = outbox_id(OutboxKind.NOTIFICATION, *key)
    told = {"user": one.user_id, WHAT: str(NoticeKind.REMINDER), "minutes": one.minutes_before}
    return OutboxEntry(
        id=name,
        kind=OutboxKind.NOTIFICATION,
        dedupe_key=name,
        payload={**about, **told, "way": one.reminder_type.value},
        next_at=now,
        created_at=now,
    )
