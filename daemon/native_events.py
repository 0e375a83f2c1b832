"""Events of gatherly's own as they take people's time: one reading for all who ask."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.availability.evidence import Taken
from engine.family.event_range import TAKES_TIME, events_in_range
from engine.ids import UserId
from engine.model.calendar import NATIVE, BusyStatus, Calendar
from engine.model.event import AttendeeResponse, CalendarEvent, EventParticipant
from engine.model.user import User
from engine.ports.store import Transaction
from engine.time.span import Span


@dataclass(frozen=True, slots=True)
class Attended:
    """An event, or one instance of a series, and how it takes somebody's time."""

    event: CalendarEvent
    required: bool

    def taken(self) -> Taken:
        """Give it as a stretch that counts: what one may miss is tentative."""
        status = BusyStatus.BUSY if self.required else BusyStatus.TENTATIVE
        return Taken(span=self.event.span, status=status, calendar=self.event.calendar)


def native_calendars(tx: Transaction) -> Sequence[Calendar]:
    """Give gatherly's own calendars, by name."""
    return tx.calendars.of_connector(NATIVE)


def attended(tx: Transaction, user: User, window: Span) -> list[Attended]:
    """Give what takes somebody's time in a window, by start; what they declined does not."""
    return attended_by(tx, [user], window)[user.id]


def attended_by(tx: Transaction, users: Sequence[User], window: Span) -> Mapping[UserId, list[Attended]]:
    """Give the same for each of several: one question for all."""
    events = tx.repositories.events.candidates_with_any([one.id for one in users], window)
    people = participants_of(tx, events)
    return {user.id: list(_of(events, people, user, window)) for user in users}


def _of(
    events: Sequence[CalendarEvent],
    people: Mapping[str, Sequence[EventParticipant]],
    user: User,
    window: Span,
) -> Iterator[Attended]:
    mine = {name: one for name, each in people.items() for one in each if one.user_id == user.id}
    theirs = [one for one in events if one.id in mine or one.recurrence_parent_id in mine]
    for event in events_in_range(theirs, window, user.timezone, TAKES_TIME):
        part = mine.get(event.id) or mine.get(event.recurrence_parent_id or "")
        if event.id in people and event.id not in mine:
            continue
        said = answer_of(event, user)
        if part is not None and said is not AttendeeResponse.DECLINED:
            yield Attended(event, part.required and said is not AttendeeResponse.TENTATIVE)


def answer_of(event: CalendarEvent, user: User) -> AttendeeResponse | None:
    """Tell what somebody said to an event; None = nothing."""
    return next((one.response for one in event.attendees if one.email == user.email), None)


def participants_of(
    tx: Transaction, events: Iterable[CalendarEvent]
) -> Mapping[str, Sequence[EventParticipant]]:
    """Give who takes part in events by their ids; an instance has its series' people or its own."""
    listed = list(events)
    names = {
        name for one in listed for name in (one.id, one.recurrence_parent_id) if name and "/" not in name
    }
    stored: dict[str, list[EventParticipant]] = {}
    for one in tx.repositories.participants.of_events(names):
        stored.setdefault(one.event_id, []).append(one)
    return {one.id: stored.get(one.id) or stored.get(one.recurrence_parent_id or "") or [] for one in listed}


def required_of(people: Iterable[EventParticipant]) -> frozenset[UserId]:
    """Name who must be there."""
    return frozenset(one.user_id for one in people if one.required)
