"""What uses a resource in a time: each instance of a series, sessions, and reservations by themselves."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from daemon.native_events import answer_of, participants_of, required_of
from engine.family.agenda import Entry, Source, entry_of
from engine.family.event_range import TAKES_TIME, events_in_range
from engine.family.resource_availability import at_capacity
from engine.ids import SessionId, UserId
from engine.model.event import AttendeeResponse, CalendarEvent, Flexibility
from engine.model.reservation import ResourceReservation
from engine.model.user import User
from engine.ports.store import Transaction
from engine.time.span import Span


def without_room(
    tx: Transaction, resources: Iterable[str], window: Span, *, apart_from: Collection[str] = ()
) -> list[Span]:
    """Give the times at which one of several resources has no room; a retired one has none."""
    found: list[Span] = []
    for name in resources:
        resource = tx.repositories.resources.get(name)
        if resource is None or not resource.active:
            return [window]
        others = (one.span for one in uses(tx, name, window) if one.id not in apart_from)
        found += at_capacity(others, resource.capacity)
    return found


def held(tx: Transaction, session_id: SessionId, span: Span, user: User) -> Entry:
    """Give what a session holds of somebody's time."""
    session = tx.sessions.get(session_id)
    return Entry(
        id=session_id,
        title=f"session {session_id}" if session is None else session.title,
        span=span,
        required=frozenset({user.id} if session is None else session.required_ids),
        resources=frozenset(() if session is None else session.resource_ids),
        source=Source.SESSION,
        flexibility=Flexibility.PREFERRED,
        zone=user.timezone,
        owner=user.id if session is None else session.host_user_id,
    )


def resources_of(tx: Transaction, event: CalendarEvent) -> list[str]:
    """Name the resources that an event needs; an instance needs what its series does."""
    return resources_of_each(tx, [event])[event.id]


def resources_of_each(tx: Transaction, events: Iterable[CalendarEvent]) -> Mapping[str, list[str]]:
    """Name those of several events, by their ids: one question for all."""
    listed = list(events)
    places = {one.id: (one.id.partition("/")[0], one.recurrence_parent_id or "") for one in listed}
    names = {name for each in places.values() for name in each if name}
    kept: dict[str, list[ResourceReservation]] = {}
    for one in tx.repositories.reservations.of_events(names) if names else ():
        kept.setdefault(str(one.event_id), []).append(one)
    own = {name: kept.get(first) or kept.get(parent) or [] for name, (first, parent) in places.items()}
    return {name: [one.resource_id for one in each if one.counts] for name, each in own.items()}


def uses(tx: Transaction, resource: str, window: Span) -> list[Entry]:
    """Give what uses a resource in a window: each instance of a series, sessions, and reservations alone."""
    found: dict[tuple[str, int], Entry] = {}
    series = {one.event_id: one for one in tx.repositories.reservations.of_series(resource)}
    for name in series:
        for entry in _instances(tx, str(name), resource, window):
            found[entry.place] = entry
    for one in tx.repositories.reservations.overlapping(resource, window):
        if one.event_id not in series:
            entry = _use(tx, one)
            found[entry.place] = entry
    return sorted(found.values(), key=lambda entry: (entry.span, entry.id))


def _instances(tx: Transaction, name: str, resource: str, window: Span) -> Iterator[Entry]:
    series = tx.repositories.events.get(name)
    if series is None:
        return
    listed = [series, *tx.repositories.events.exceptions(name)]
    own = {one.id: tx.repositories.reservations.of_event(one.id) for one in listed[1:]}
    people = participants_of(tx, listed)
    for event in events_in_range(listed, window, "UTC", TAKES_TIME):
        replaced = own.get(event.id)
        if not replaced or any(one.resource_id == resource and one.counts for one in replaced):
            required = required_of(people.get(event.id) or people[name])
            yield entry_of(event, required, [resource], "UTC")


def _use(tx: Transaction, one: ResourceReservation) -> Entry:
    event = None if one.event_id is None else tx.repositories.events.get(one.event_id)
    if event is not None:
        required = required_of(participants_of(tx, [event])[event.id])
        return entry_of(event, _coming(tx, event, required), [one.resource_id], "UTC")
    if one.session_id is not None:
        host = tx.users.get(one.reserved_by)
        if host is not None:
            return replace(held(tx, one.session_id, one.span, host), resources=frozenset({one.resource_id}))
    reserver = tx.users.get(one.reserved_by)
    return Entry(
        id=one.id,
        title=f"a reservation of {one.reserved_by if reserver is None else reserver.name}",
        span=one.span,
        resources=frozenset({one.resource_id}),
        source=Source.RESERVATION,
        zone="UTC" if reserver is None else reserver.timezone,
        owner=one.reserved_by,
    )


def _coming(tx: Transaction, event: CalendarEvent, required: Iterable[UserId]) -> Iterator[UserId]:
    for user in required:
        known = tx.users.get(user)
        if known is None or answer_of(event, known) is not AttendeeResponse.DECLINED:
            yield user
