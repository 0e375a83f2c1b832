"""What belongs to an event: who takes part, what is reserved for it, what reminds of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from daemon.resource_uses import resources_of
from engine.errors import UnknownThingError
from engine.family.event_change import Remind
from engine.family.event_range import starts_of
from engine.ids import UserId
from engine.model.event import CalendarEvent, EventParticipant, Reminder, ReminderStatus
from engine.model.notices import NoticePreferences
from engine.model.reservation import ResourceReservation
from engine.ports.store import Transaction
from engine.ports.world import Randomness
from engine.time.span import DAY, MINUTE, Instant, Span

_FAR = 400 * DAY


@dataclass(frozen=True, slots=True)
class Belongings:
    """Puts them where their event is; `randomness` names new ones.

    `usual_reminders` are the files' minutes at which people are reminded of an event unless it says its own.
    """

    randomness: Randomness
    usual_reminders: Mapping[UserId, tuple[int, ...]] = field(default_factory=dict)

    def put_people(
        self, tx: Transaction, event: CalendarEvent, people: Mapping[UserId, bool], now: Instant
    ) -> None:
        """Have just these take part; the value says whether they must.

        Raises:
            UnknownThingError: one is no user.
        """
        known = {one.user_id: one for one in tx.repositories.participants.of_event(event.id)}
        for one in known.values():
            if one.user_id not in people:
                tx.repositories.participants.delete(one.id)
            elif one.required is not people[one.user_id]:
                tx.repositories.participants.put(replace(one, required=people[one.user_id], updated_at=now))
        users = {one.id for one in tx.users.some(people.keys() - known.keys())}
        for user, required in people.items():
            if user not in known:
                if user not in users:
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

    def reserve(self, tx: Transaction, event: CalendarEvent, names: Iterable[str], now: Instant) -> None:
        """Reserve resources for its time."""
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

    def swap_resources(
        self, tx: Transaction, event: CalendarEvent, names: Sequence[str], now: Instant
    ) -> None:
        """Have it need just these."""
        for one in tx.repositories.reservations.of_event(event.id):
            if one.resource_id not in names:
                tx.repositories.reservations.delete(one.id)
        known = {one.resource_id for one in tx.repositories.reservations.of_event(event.id)}
        self.reserve(tx, event, [name for name in names if name not in known], now)

    def remind(self, tx: Transaction, event: CalendarEvent, asked: Iterable[Remind], now: Instant) -> None:
        """Remind everybody whose event it is: at the minutes that are asked, or each at their own."""
        named = tuple(asked)
        for user in _whose(tx, event):
            self._remind(tx, event, user, named or self.usual(tx, user), now)

    def remind_newcomers(self, tx: Transaction, event: CalendarEvent, now: Instant) -> None:
        """Have reminders follow who takes part: whoever is new gets what all others have, else their own."""
        whose, known = _whose(tx, event), tx.repositories.reminders.of_event(event.id)
        sets: dict[UserId, set[Remind]] = {}
        for one in known:
            if one.user_id in whose:
                of_theirs = sets.setdefault(one.user_id, set())
                of_theirs.add(Remind(one.minutes_before, one.reminder_type))
            else:
                tx.repositories.reminders.delete(one.id)
        shared = next(iter(sets.values()), set())
        alike = tuple(shared) if all(one == shared for one in sets.values()) else ()
        for user in whose:
            if user not in sets:
                self._remind(tx, event, user, alike or self.usual(tx, user), now)

    def usual(self, tx: Transaction, user: UserId) -> tuple[Remind, ...]:
        """Give when somebody is reminded unless it is said: as their preferences (F2) say, else the files."""
        known = tx.users.get(user)
        minutes = () if known is None else known.preferences.reminders
        filed = self.usual_reminders.get(user, NoticePreferences().reminders)
        return () if known is None else tuple(map(Remind, minutes or filed))

    def _remind(
        self, tx: Transaction, event: CalendarEvent, user: UserId, asked: Iterable[Remind], now: Instant
    ) -> None:
        for one in dict.fromkeys(asked):
            tx.repositories.reminders.put(
                Reminder(
                    id=self.randomness.token(),
                    event_id=event.id,
                    user_id=user,
                    reminder_type=one.how,
                    minutes_before=one.minutes,
                    due_at=due_at(event, one.minutes, now),
                    created_at=now,
                )
            )

    def copy(self, tx: Transaction, event: CalendarEvent, new: CalendarEvent, now: Instant) -> None:
        """Give the rest of a split series the people, resources and reminders of the whole."""
        for one in tx.repositories.participants.of_event(event.id):
            made = replace(one, id=self.randomness.token(), event_id=new.id, version=0, created_at=now)
            tx.repositories.participants.put(replace(made, updated_at=now))
        self.reserve(tx, new, resources_of(tx, event), now)
        self._copy_reminders(tx, event.id, new, now)

    def _copy_reminders(self, tx: Transaction, event: str, new: CalendarEvent, now: Instant) -> None:
        for one in tx.repositories.reminders.of_event(event):
            self._remind(tx, new, one.user_id, (Remind(one.minutes_before, one.reminder_type),), now)

    def follow(self, tx: Transaction, event: CalendarEvent, now: Instant) -> None:
        """Have reservations and reminders follow an event's time."""
        for one in tx.repositories.reservations.of_event(event.id):
            if one.span != event.span:
                after = replace(one, start_time=event.start_time, end_time=event.end_time, updated_at=now)
                tx.repositories.reservations.put(after)
        reminders = tx.repositories.reminders.of_event(event.id)
        series = event.recurrence_parent_id
        if series is not None and not reminders and event.start_time != event.original_start_time:
            self._copy_reminders(tx, series, event, now)
        for reminder in reminders:
            due = due_at(event, reminder.minutes_before, now)
            if due != reminder.due_at:
                after_ = replace(reminder, due_at=due, status=ReminderStatus.PENDING)
                tx.repositories.reminders.put(after_)


def _whose(tx: Transaction, event: CalendarEvent) -> tuple[UserId, ...]:
    """Name everybody whose event it is: who added it, and who takes part."""
    there = tx.repositories.participants.of_event(event.id)
    return tuple(dict.fromkeys((event.created_by, *(one.user_id for one in there))))


def due_at(event: CalendarEvent, minutes: int, now: Instant) -> Instant:
    """Tell when to remind of the next time that an event takes place."""
    start = event.start_time
    if event.recurrence_rule is not None:
        ahead = Span(max(now, event.start_time), max(now, event.start_time) + _FAR)
        after = (at for at in starts_of(event, ahead, event.zone or "UTC") if at - minutes * MINUTE > now)
        start = next(after, start)
    return max(start - minutes * MINUTE, 0)
