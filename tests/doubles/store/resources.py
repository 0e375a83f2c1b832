"""Rules, resources, reservations and conflicts in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from engine.ids import SessionId, UserId
from engine.model.constraint import Constraint
from engine.model.reservation import Conflict, ConflictStatus, ResourceReservation
from engine.model.resource import Resource
from engine.time.span import Span
from engine.trouble import Unopened
from tests.doubles.store.repository import MemoryRepository
from tests.doubles.store.tables import Tables


class MemoryResources(MemoryRepository[Resource]):
    """`engine.ports.resources.Resources`."""

    word = "Resource"

    def all(self) -> Sequence[Resource]:
        """Give them by name, inactive ones too."""
        return self._some(lambda _: True, lambda one: (one.name, one.id))

    def delete(self, name: str) -> None:
        """Make one inactive: reservations of the past still name it."""
        there = self._table.get(name)
        if there is not None and there.active:
            self._table.put(name, replace(there, active=False, version=there.version + 1))

    def _check(self, entity: Resource) -> None:
        self._need(entity, entity.capacity >= 1, "nobody could use it")


class MemoryConstraints(MemoryRepository[Constraint]):
    """`engine.ports.resources.Constraints`."""

    word = "Constraint"

    def for_user(self, user: UserId) -> Sequence[Constraint]:
        """Give the rules in force for somebody, their own and everybody's, by id."""
        return [one for one in self.concerning((user,)) if one.active]

    def concerning(self, users: Collection[UserId]) -> Sequence[Constraint]:
        """Give the rules of several, their own and everybody's, by id; those that are switched off too."""
        return self._some(lambda one: one.user is None or one.user in users, lambda one: one.id)

    def all(self) -> Sequence[Constraint]:
        """Give every rule by id, inactive ones too."""
        return self._some(lambda _: True, lambda one: one.id)

    def _check(self, entity: Constraint) -> None:
        self._need(entity, 1 <= entity.priority <= 10, "its priority is not 1 to 10")


class MemoryReservations(MemoryRepository[ResourceReservation]):
    """`engine.ports.resources.Reservations`."""

    word = "Reservation"

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables.reservations)
        self._tables = tables

    def of_event(self, event: str) -> Sequence[ResourceReservation]:
        """Give an event's reservations, by start."""
        return self._some(lambda one: one.event_id == event, lambda one: (one.start_time, one.id))

    def of_events(self, events: Collection[str]) -> Sequence[ResourceReservation]:
        """Give the reservations of several events, by start."""
        return self._some(lambda one: one.event_id in events, lambda one: (one.start_time, one.id))

    def overlapping(self, resource: str, window: Span) -> Sequence[ResourceReservation]:
        """Give what uses a resource in a window, by start."""

        def uses(one: ResourceReservation) -> bool:
            return one.resource_id == resource and one.counts and one.span.overlaps(window)

        return self._some(uses, lambda one: (one.start_time, one.id))

    def of_series(self, resource: str) -> Sequence[ResourceReservation]:
        """Give what a series uses a resource for."""
        series = {one.id for one in self._tables.events if one.recurrence_rule is not None}

        def uses(one: ResourceReservation) -> bool:
            return one.resource_id == resource and one.counts and one.event_id in series

        return self._some(uses, lambda one: one.id)

    def of_session(self, session: SessionId) -> Sequence[ResourceReservation]:
        """Give a session's reservations, by resource."""
        return self._some(lambda one: one.session_id == session, lambda one: one.resource_id)

    def all(self) -> Sequence[ResourceReservation]:
        """Give all of them, by start."""
        return self._some(lambda _: True, lambda one: (one.start_time, one.id))

    def _check(self, entity: ResourceReservation) -> None:
        self._need(entity, entity.resource_id in self._tables.resources, "its resource is not there")
        event = entity.event_id
        self._need(entity, event is None or event in self._tables.events, "its event is not there")
        self._need(entity, entity.end_time >= entity.start_time, "it ends before it starts")


class MemoryConflicts(MemoryRepository[Conflict]):
    """`engine.ports.resources.Conflicts`."""

    word = "Conflict"

    def involving(self, events: Collection[str]) -> Sequence[Conflict]:
        """Give those that are detected and in which one of these takes part, by id."""
        return [
            one
            for one in sorted(self._table, key=lambda one: one.id)
            if one.status is ConflictStatus.DETECTED and not set(events).isdisjoint(one.involved_events)
        ]

    def all(self, unopened: Unopened | None = None) -> Sequence[Conflict]:
        """Give them by detection, newest first; each opens."""
        return self._some(lambda _: True, lambda one: (-one.detected_at, one.id))

    def with_status(self, status: ConflictStatus, unopened: Unopened | None = None) -> Sequence[Conflict]:
        """Give them as they were detected, newest first; each opens."""
        return self._some(lambda one: one.status is status, lambda one: (-one.detected_at, one.id))
