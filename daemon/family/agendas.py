"""All that a change of events can collide with, gathered from the store for the engine's decisions."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from daemon.knowledge import KnowledgePolicy, rules_of
from daemon.native_events import answer_of, attended, participants_of, required_of
from engine.family.agenda import Agenda, Entry, Source, entry_of, resource_subject
from engine.family.collisions import AROUND
from engine.family.event_range import TAKES_TIME, events_in_range
from engine.ids import SessionId, UserId
from engine.model.calendar import BusyStatus
from engine.model.constraint import Constraint
from engine.model.event import AttendeeResponse, CalendarEvent, Flexibility
from engine.model.resource import ResourceReservation
from engine.model.user import User
from engine.ports.store import Transaction
from engine.time.span import DAY, Instant, Span

AHEAD = 180 * DAY
"""How far ahead the instances of a series are looked at."""


def agenda_of(
    tx: Transaction, policy: KnowledgePolicy, names: Collection[str], now: Instant
) -> tuple[Agenda, Span]:
    """Gather what some stored events can collide with, and the time in which they take place."""
    events = [one for name in names if (one := tx.repositories.events.get(name)) is not None]
    reach = _reach(events, now)
    people = {one for each in participants_of(tx, events).values() for one in required_of(each)}
    resources = {one for event in events for one in resources_of(tx, event)}
    return agenda(tx, policy, people, resources, reach), reach


def _reach(events: Iterable[CalendarEvent], now: Instant) -> Span:
    """Give the time in which events take place: of a series so far ahead as is looked."""
    reach = None
    for event in events:
        own = event.span if event.recurrence_rule is None else _ahead(event, now)
        reach = own if reach is None else reach.hull(own)
    return reach or Span(now, now)


def _ahead(event: CalendarEvent, now: Instant) -> Span:
    start = max(event.start_time, now - DAY)
    return Span(start, max(start, now) + AHEAD)


def agenda(
    tx: Transaction,
    policy: KnowledgePolicy,
    people: Collection[UserId],
    resources: Collection[str],
    reach: Span,
) -> Agenda:
    """Gather what takes the time of people, and uses resources, in a time and around it."""
    users = {user: one for user in sorted(people) if (one := tx.users.get(user)) is not None}
    wide = Span(max(reach.start - AROUND, 0), reach.end + AROUND)
    found: dict[tuple[str, int], Entry] = {}
    for user in users.values():
        for entry in _of_person(tx, user, wide):
            _unite(found, entry)
    for name in resources:
        for entry in _of_resource(tx, name, wide):
            _unite(found, entry)
    shared = {one: known for one in resources if (known := tx.repositories.resources.get(one)) is not None}
    return Agenda(
        entries=tuple(found.values()),
        people=users,
        rules=_rules(tx, policy, users, resources),
        resources=shared,
    )


def _unite(found: dict[tuple[str, int], Entry], entry: Entry) -> None:
    known = found.get(entry.place)
    if known is not None:
        required, resources = known.required | entry.required, known.resources | entry.resources
        entry = replace(known, required=required, resources=resources)
    found[entry.place] = entry


def _rules(
    tx: Transaction, policy: KnowledgePolicy, users: Iterable[UserId], resources: Iterable[str]
) -> tuple[Constraint, ...]:
    return rules_of(tx, policy, [*users, *map(resource_subject, resources)])


def _of_person(tx: Transaction, user: User, window: Span) -> Iterator[Entry]:
    native = attended(tx, user, window)
    needs = _needs(tx, [one.event for one in native])
    for one in native:
        if one.required:
            yield entry_of(one.event, [user.id], needs[one.event.id], user.timezone)
    for hold in tx.ledger.holds(user.id, window):
        yield _held(tx, hold.session, hold.span, user)
    for busy in tx.calendars.busy(user.id, window):
        if not busy.ours and busy.status is not BusyStatus.TENTATIVE:
            yield Entry(
                id=busy.uid,
                title=f"an event of {user.name}'s calendar {busy.calendar}",
                span=busy.span,
                required=frozenset({user.id}),
                source=Source.BUSY,
                zone=user.timezone,
                owner=user.id,
            )


def _needs(tx: Transaction, events: Iterable[CalendarEvent]) -> dict[str, frozenset[str]]:
    known: dict[str, frozenset[str]] = {}
    found = {}
    for event in events:
        stored = event.recurrence_parent_id or event.id
        if stored not in known:
            known[stored] = frozenset(resources_of(tx, event))
        found[event.id] = known[stored]
    return found


def _held(tx: Transaction, session_id: SessionId, span: Span, user: User) -> Entry:
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


def _of_resource(tx: Transaction, name: str, window: Span) -> Iterator[Entry]:
    yield from uses(tx, name, window)


def resources_of(tx: Transaction, event: CalendarEvent) -> list[str]:
    """Name the resources that an event needs; an instance needs what its series does."""
    own = tx.repositories.reservations.of_event(event.id.partition("/")[0])
    if not own and event.recurrence_parent_id is not None:
        own = tx.repositories.reservations.of_event(event.recurrence_parent_id)
    return [one.resource_id for one in own if one.counts]


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
            return replace(_held(tx, one.session_id, one.span, host), resources=frozenset({one.resource_id}))
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
