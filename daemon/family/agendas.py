"""All that a change of events can collide with, gathered from the store for the engine's decisions."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from daemon.knowledge import KnowledgePolicy, rules_of
from daemon.native_events import Attended, attended_by, participants_of, required_of
from daemon.resource_uses import held, resources_of_each, uses
from engine.family.agenda import Agenda, Entry, Source, entry_of, resource_subject
from engine.family.collisions import looked_around
from engine.ids import UserId
from engine.model.booking import Hold
from engine.model.calendar import BusyStatus
from engine.model.calendar_object import BusySpan
from engine.model.constraint import Constraint
from engine.model.event import CalendarEvent
from engine.model.user import User
from engine.ports.store import Transaction
from engine.time.span import DAY, Instant, Span

AHEAD = 180 * DAY
"""How far ahead the instances of a series are looked at."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Stored events, with who must be at them and what they use."""

    events: tuple[CalendarEvent, ...] = ()
    people: frozenset[UserId] = frozenset()
    resources: frozenset[str] = frozenset()

    @property
    def names(self) -> set[str]:
        """Give the ids of the events."""
        return {one.id for one in self.events}

    def beside(self, others: "Changed") -> "Changed":
        """Put others beside them."""
        return Changed(
            (*self.events, *others.events), self.people | others.people, self.resources | others.resources
        )


def changed(tx: Transaction, names: Iterable[str]) -> Changed:
    """Look up events by their ids, a series with its instances that differ; what is none of them is left out.

    An instance that is changed by itself takes what its series collided in away, and the other way round.
    """
    events = {one.id: one for one in tx.repositories.events.some(set(names))}
    parents = {one.recurrence_parent_id for one in events.values() if one.recurrence_parent_id is not None}
    events |= {one.id: one for one in tx.repositories.events.some(parents - events.keys())}
    series = [one.id for one in events.values() if one.recurrence_rule is not None]
    events |= {one.id: one for one in tx.repositories.events.exceptions_of(series)}
    if not events:
        return Changed()
    listed = tuple(events.values())
    people = (one for each in participants_of(tx, listed).values() for one in required_of(each))
    needs = (one for each in resources_of_each(tx, listed).values() for one in each)
    return Changed(listed, frozenset(people), frozenset(needs))


def take_turns(tx: Transaction, people: Iterable[UserId], resources: Iterable[str] = ()) -> None:
    """Let whoever decides on the time of these follow one another, so that the later one sees the other's."""
    tx.ledger.take_turns([*sorted(set(people)), *sorted(set(map(resource_subject, resources)))])


def agenda_of(tx: Transaction, policy: KnowledgePolicy, these: Changed, now: Instant) -> tuple[Agenda, Span]:
    """Gather what some events can collide with, and the time in which they take place."""
    reach = _reach(these.events, now)
    return agenda(tx, policy, these.people, these.resources, reach), reach


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
    users = {one.id: one for one in tx.users.some(people)}
    rules = _rules(tx, policy, users, resources)
    around = looked_around(users.values(), rules)
    wide = Span(max(reach.start - around, 0), reach.end + around)
    found: dict[tuple[str, int], Entry] = {}
    theirs = attended_by(tx, list(users.values()), wide)
    needs = resources_of_each(tx, [one.event for each in theirs.values() for one in each])
    held_by = _held_by(tx, users, wide)
    busy = tx.calendars.busy_of(users.keys(), wide)
    for user in users.values():
        for entry in _of_person(tx, user, theirs[user.id], needs, held_by.get(user.id, ()), busy[user.id]):
            _unite(found, entry)
    for name in resources:
        for entry in _of_resource(tx, name, wide):
            _unite(found, entry)
    shared = {one: known for one in resources if (known := tx.repositories.resources.get(one)) is not None}
    return Agenda(
        entries=tuple(found.values()),
        people=users,
        rules=rules,
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


def _held_by(tx: Transaction, users: Collection[UserId], window: Span) -> Mapping[UserId, list[Hold]]:
    found: dict[UserId, list[Hold]] = {}
    for hold in tx.ledger.holds_of_any(users, window):
        found.setdefault(hold.person, []).append(hold)
    return found


def _of_person(
    tx: Transaction,
    user: User,
    native: Iterable[Attended],
    needs: Mapping[str, Iterable[str]],
    holds: Iterable[Hold],
    others: Iterable[BusySpan],
) -> Iterator[Entry]:
    for one in native:
        if one.required:
            yield entry_of(one.event, [user.id], needs[one.event.id], user.timezone)
    for hold in holds:
        yield held(tx, hold.session, hold.span, user)
    for busy in others:
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


def _of_resource(tx: Transaction, name: str, window: Span) -> Iterator[Entry]:
    yield from uses(tx, name, window)
