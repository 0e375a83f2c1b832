"""What people share: listed, added, changed, retired; and kept for a time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from daemon.app.family.desk import Family
from daemon.app.family.resources import check_resource_availability, reserve
from daemon.family.agendas import AHEAD
from daemon.family.finding import look_at_users_of
from daemon.knowledge import rules_of
from daemon.resource_uses import uses
from engine.bounds import LONGEST_SHORT_ID, MOST_CAPACITY
from engine.documents.family import availability_document, reservation_document, resource_document
from engine.errors import InputError, NotAllowedError, UnknownThingError
from engine.family.agenda import resource_subject
from engine.family.collisions import AROUND
from engine.family.resource_availability import at_capacity
from engine.model.constraint import ConstraintLevel
from engine.model.event import EventStatus
from engine.model.reservation import ResourceReservation
from engine.model.resource import Resource, ResourceType
from engine.ports.store import Transaction
from engine.rules.blocking import words
from engine.rules.check import check_constraints
from engine.text.free_form import free_form
from engine.time.span import Instant, Span

MOST_ATTRIBUTES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedResources(Family):
    """Takes what people ask of resources."""

    def listed(self) -> list[dict[str, Any]]:
        """Give all of them by name, retired ones too."""
        with self.store.reading() as tx:
            return [resource_document(one) for one in tx.repositories.resources.all()]

    def show(self, name: str) -> dict[str, Any]:
        """Give one.

        Raises:
            UnknownThingError: there is none of this name.
        """
        with self.store.reading() as tx:
            return resource_document(self._resource(tx, name))

    def _resource(self, tx: Transaction, name: str) -> Resource:
        found = tx.repositories.resources.get(name)
        if found is None:
            known = ", ".join(one.id for one in tx.repositories.resources.all()) or "there are none yet"
            raise UnknownThingError(f"There is no resource {name!r}", f"Known: {known}")
        return found

    def add(
        self,
        name: str,
        kind: ResourceType,
        title: str | None = None,
        capacity: int = 1,
        attributes: Mapping[str, Any] | None = None,
        location: str | None = None,
    ) -> dict[str, Any]:
        """Add one.

        Raises:
            InputError: the name is taken, or nobody could use it.
        """

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            if tx.repositories.resources.get(name) is not None:
                raise InputError(f"There is a resource {name!r} already", "Choose another id, or edit it")
            resource = Resource(
                id=_checked_id(name),
                name=title or name,
                type=kind,
                capacity=_checked_capacity(capacity),
                attributes=_checked(attributes),
                location=location,
                created_at=now,
                updated_at=now,
            )
            stored = tx.repositories.resources.put(resource)
            self.log(tx, "create", "resource", name, None, resource_document(stored))
            return resource_document(stored)

        return self.changing(do, f"The resource {name}")

    def edit(
        self,
        name: str,
        *,
        kind: ResourceType | None = None,
        title: str | None = None,
        capacity: int | None = None,
        attributes: Mapping[str, Any] | None = None,
        location: str | None = None,
        active: bool | None = None,
    ) -> dict[str, Any]:
        """Change one; what is not named stays. What collides by it is found.

        Raises:
            InputError: nobody could use it.
        """

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            before = self._resource(tx, name)
            given: dict[str, Any] = {
                "type": kind,
                "name": title,
                "capacity": None if capacity is None else _checked_capacity(capacity),
                "attributes": None if attributes is None else _checked(attributes),
                "location": location,
                "active": active,
            }
            said = {key: value for key, value in given.items() if value is not None}
            stored = tx.repositories.resources.put(replace(before, **said, updated_at=now))
            documents = resource_document(before), resource_document(stored)
            self.log(tx, "update", "resource", name, *documents)
            if stored.capacity < before.capacity or not stored.active:
                self._look_at(tx, name, "resource.update", now)
            return documents[1]

        return self.changing(do, f"The resource {name}")

    def _look_at(self, tx: Transaction, name: str, by: str, now: Instant) -> None:
        look_at_users_of(tx, self.policy, name, Span(now, now + AHEAD), by, now)

    def retire(self, name: str) -> dict[str, Any]:
        """Take one out of use: nothing reserves or needs it any more; it stays listed."""
        return self.edit(name, active=False)

    def free(self, name: str, asked: Span) -> dict[str, Any]:
        """Tell whether there is room, in F2's words.

        Raises:
            UnknownThingError: there is no such resource.
        """
        with self.store.reading() as tx:
            self._resource(tx, name)
            return availability_document(check_resource_availability(tx, name, asked))

    def full(self, tx: Transaction, name: str, window: Span) -> list[Span]:
        """Give the times at which one has no room."""
        resource = self._resource(tx, name)
        return at_capacity((one.span for one in uses(tx, name, window)), resource.capacity)

    def reserve(self, name: str, asked: Span, user: str | None, notes: str | None) -> dict[str, Any]:
        """Keep one for a time, confirmed at once.

        Raises:
            InputError: it has no room then, is no longer in use, or has a hard rule against it.
        """

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            resource = self._resource(tx, name)
            if asked.end <= asked.start:
                raise InputError("The reservation ends before it starts", "Give an end after its start")
            who = self.principal.user if user is None else self.user(tx, user).id
            if who is None:
                raise InputError("Nobody is named who reserves it", "Give --as USER")
            if self.principal.is_other_than(who):
                raise NotAllowedError(f"You cannot reserve for {who}", "Reserve for yourself")
            made = ResourceReservation(
                id=self.randomness.token(),
                resource_id=resource.id,
                reserved_by=who,
                start_time=asked.start,
                end_time=asked.end,
                status=EventStatus.CONFIRMED,
                notes=notes,
                created_at=now,
                updated_at=now,
            )
            self._must_keep_to_rules(tx, resource, made)
            stored = reserve(tx, made)
            document = reservation_document(stored)
            self.log(tx, "create", "reservation", stored.id, None, reservation_document(stored, words=False))
            self._look_at(tx, name, "reservation.create", now)
            return document

        return self.changing(do, f"The resource {name}")

    def _must_keep_to_rules(self, tx: Transaction, resource: Resource, made: ResourceReservation) -> None:
        """Refuse a time at which a hard rule of the resource's own would have it left alone."""
        subject, span = resource_subject(resource.id), made.span
        hard = ConstraintLevel.HARD
        rules = [
            one for one in rules_of(tx, self.policy, [subject]) if one.user == subject and one.level is hard
        ]
        if not rules:
            return
        user = tx.users.get(made.reserved_by)
        zone = "UTC" if user is None else user.timezone
        others = [
            one.span for one in uses(tx, resource.id, Span(max(span.start - AROUND, 0), span.end + AROUND))
        ]
        for one in check_constraints(subject, zone, span, rules, others):
            said = f"{words(one.constraint.rule)[1]} ({one.constraint.name})"
            raise InputError(f"{resource.name} is not to be had then: {said}", "Choose another time")

    def release(self, name: str) -> dict[str, Any]:
        """Give a reservation back.

        Raises:
            UnknownThingError: there is none.
            NotAllowedError: it is another's, or goes with its event or session.
        """

        def do(tx: Transaction, now: Instant) -> dict[str, Any]:
            before = self._reservation(tx, name)
            if before.event_id is not None or before.session_id is not None:
                what = "event" if before.event_id is not None else "session"
                raise InputError(f"The reservation goes with its {what}", f"Change the {what}")
            if self.principal.is_other_than(before.reserved_by):
                raise NotAllowedError("Only who reserved it may give it back", "Ask them")
            after = replace(before, status=EventStatus.CANCELLED, updated_at=now)
            stored = after if after.status is before.status else tx.repositories.reservations.put(after)
            documents = (
                reservation_document(before, words=False),
                reservation_document(stored, words=False),
            )
            self.log(tx, "update", "reservation", name, *documents)
            self._look_at(tx, before.resource_id, "reservation.release", now)
            return reservation_document(stored)

        return self.changing(do, "The reservation")

    def _reservation(self, tx: Transaction, name: str) -> ResourceReservation:
        found = tx.repositories.reservations.get(name)
        if found is None:
            raise UnknownThingError(f"There is no reservation {name!r}")
        return found

    def reservation(self, name: str) -> dict[str, Any]:
        """Give a reservation; others' notes are theirs.

        Raises:
            UnknownThingError: there is none.
        """
        with self.store.reading() as tx:
            return self._shown(self._reservation(tx, name))

    def reservations(self) -> list[dict[str, Any]]:
        """Give all of them by start; others' notes are theirs."""
        with self.store.reading() as tx:
            return [self._shown(one) for one in tx.repositories.reservations.all()]

    def _shown(self, one: ResourceReservation) -> dict[str, Any]:
        """Show a reservation; of another's nothing but that the resource is taken, and by whom."""
        if not self.principal.is_other_than(one.reserved_by):
            return reservation_document(one)
        return reservation_document(replace(one, event_id=None, session_id=None), words=False)


def _checked_id(name: str) -> str:
    if not name.strip() or len(name) > LONGEST_SHORT_ID or "/" in name:
        raise InputError(f"{name!r} is no id for a resource", "Write 1 to 100 characters without a slash")
    return name


def _checked_capacity(capacity: int) -> int:
    if not 1 <= capacity <= MOST_CAPACITY:
        raise InputError(f"A capacity of {capacity} is none", f"Write a number from 1 to {MOST_CAPACITY}")
    return capacity


def _checked(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    if attributes is not None and len(attributes) > MOST_ATTRIBUTES:
        raise InputError("Too many attributes are named", f"Write at most {MOST_ATTRIBUTES}")
    return free_form("attributes", attributes)
