"""What gatherly's own events tell of who met whom: who took part, and whom they asked by address."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from daemon.native_events import answer_of, participants_of
from daemon.relations.naming import Names
from daemon.relations.noticing import Consents, notice
from engine.errors import InputError
from engine.family.event_range import events_in_range
from engine.ids import EventUid, UserId
from engine.model.event import AttendeeResponse, CalendarEvent
from engine.model.user import User
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.relations.gatherings import Gathering, Person
from engine.text.mail_address import folded
from engine.time.span import Instant, Span

NATIVE = "native:"
"""Begins the name by which an event of gatherly's own is looked at; no calendar's UID does."""


@dataclass(slots=True, kw_only=True)
class NativeEvents:
    """Has events of gatherly's own looked at as they change."""

    store: Store
    clock: Clock
    names: Names
    consents: Consents
    seen: Instant = 0

    def look(self) -> None:
        """Have those looked at that changed since; what changes within a second is looked at after it."""
        now = self.clock.now()
        if now == self.seen:
            return
        with self.store.reading() as tx:
            changed = tx.repositories.events.changed_since(self.seen)
            users = _whose(tx, self.names, changed) if changed else {}
        for user, events in users.items():
            with self.store.writing() as tx:
                if self.consents.wants(tx, user):
                    notice(tx, self.names, user, [uid_of(one) for one in events], now)
        self.seen = now


def uid_of(event: str) -> EventUid:
    """Name an event of gatherly's own among a user's."""
    return EventUid(f"{NATIVE}{event}")


def is_native(uid: str) -> bool:
    """Whether a name is that of an event of gatherly's own."""
    return uid.startswith(NATIVE)


def native_gatherings(
    tx: Transaction, user: UserId, uids: Sequence[EventUid], window: Span
) -> Iterator[tuple[EventUid, bool, list[Gathering]]]:
    """Tell of events whether they repeat, when a user took part, and who else; nothing of what went."""
    who = tx.users.get(user)
    for uid in uids:
        head = tx.repositories.events.get(uid.removeprefix(NATIVE))
        if who is None or head is None:
            yield uid, False, []
        else:
            yield uid, head.recurrence_rule is not None, list(_gatherings(tx, who, uid, head, window))


def _gatherings(
    tx: Transaction, user: User, uid: EventUid, head: CalendarEvent, window: Span
) -> Iterator[Gathering]:
    known = [head, *tx.repositories.events.exceptions(head.id)]
    people = participants_of(tx, known)
    try:
        found = events_in_range(known, window, head.zone or user.timezone)
    except InputError:
        return
    for event in found:
        part = people.get(event.id) or people.get(event.recurrence_parent_id or "") or ()
        there = [tx.users.get(one.user_id) for one in part]
        if user.id in {one.id for one in there if one is not None}:
            yield Gathering(
                uid=uid,
                start=event.start_time,
                end=event.end_time,
                title=event.title,
                people=tuple(_people(event, user, [one for one in there if one is not None])),
            )


def _people(event: CalendarEvent, owner: User, there: Sequence[User]) -> Iterator[Person]:
    named = set()
    for one in there:
        if one.email:
            named.add(folded(one.email))
            declined = answer_of(event, one) is AttendeeResponse.DECLINED
            yield Person(folded(one.email), one.name, declined=declined, is_self=one.id == owner.id)
    for attendee in event.attendees:
        address = folded(attendee.email)
        if address not in named:
            yield Person(address, declined=attendee.response is AttendeeResponse.DECLINED)


def _whose(tx: Transaction, names: Names, events: Sequence[str]) -> Mapping[UserId, list[str]]:
    """Tell whose events these are: whoever takes part, or did when one was looked at before."""
    users = [one.id for one in tx.users.all()]
    found: dict[UserId, list[str]] = {}
    for event in events:
        heads = [event, *(one.id for one in tx.repositories.events.exceptions(event))]
        part = {one.user_id for one in tx.repositories.participants.of_events(heads)}
        known = tx.repositories.meeting_sources.some([names.source(one, uid_of(event)) for one in users])
        for user in part | {one.user_id for one in known}:
            found.setdefault(user, []).append(event)
    return found
