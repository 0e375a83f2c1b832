"""Agendas for tests: people, entries by the clock of one day, rules as F2 writes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.documents.rules import parse_constraint
from engine.family.agenda import Agenda, Entry, Source
from engine.ids import UserId
from engine.model.constraint import Constraint
from engine.model.event import EventPriority, Flexibility
from engine.model.resource import Resource, ResourceType
from engine.model.user import User
from engine.time.instant import parse_instant
from engine.time.span import Instant, Span

SUNDAY = "2026-01-11T"
NOW = parse_instant("2026-01-08T10:00:00Z")
CAROL, ALICE, BOB = UserId("carol"), UserId("alice"), UserId("bob")


def at(clock: str, day: str = SUNDAY) -> Instant:
    return parse_instant(f"{day}{clock}:00Z")


def person(name: str, **more: Any) -> User:
    return User(
        id=UserId(name),
        email=f"{name}@example.com",
        name=name.title(),
        created_at=0,
        updated_at=0,
        **more,
    )


def entry(
    name: str,
    start: str,
    end: str,
    *,
    who: Sequence[str] = ("carol",),
    priority: EventPriority = EventPriority.MEDIUM,
    flexibility: Flexibility = Flexibility.FIXED,
    uses: Sequence[str] = (),
    source: Source = Source.EVENT,
    day: str = SUNDAY,
    zone: str = "UTC",
) -> Entry:
    return Entry(
        id=f"event_{name.lower()}",
        title=name,
        span=Span(at(start, day), at(end, day)),
        required=frozenset(map(UserId, who)),
        resources=frozenset(uses),
        source=source,
        priority=priority,
        flexibility=flexibility,
        zone=zone,
        owner=UserId(who[0]) if who else UserId("alice"),
    )


def resource(name: str, capacity: int = 1) -> Resource:
    return Resource(
        id=name,
        name=name.title(),
        type=ResourceType.VEHICLE,
        capacity=capacity,
        created_at=0,
        updated_at=0,
    )


def rule(name: str, level: str, document: Mapping[str, Any], user: str | None = None) -> Constraint:
    return parse_constraint(
        {"id": name, "name": name, "constraintLevel": level, "rule": document, "userId": user}
    )


def agenda(
    *entries: Entry,
    people: Sequence[User] = (),
    rules: Sequence[Constraint] = (),
    resources: Sequence[Resource] = (),
) -> Agenda:
    known = {name: person(name) for one in entries for name in one.required}
    return Agenda(
        entries=entries,
        people=known | {one.id: one for one in people},
        rules=rules,
        resources={one.id: one for one in resources},
    )
