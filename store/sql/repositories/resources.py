"""Resources, reservations and conflicts in SQL."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.ids import SessionId
from engine.model.event import EventStatus
from engine.model.reservation import Conflict, ConflictStatus, ResourceReservation
from engine.model.resource import Resource
from engine.time.span import Span
from engine.trouble import Unopened
from store.sql.naming import STORE
from store.sql.repositories.repository import TUPLE, Kind, SqlRepository
from store.sql.sealing import opened, sealed
from store.sql.tables.events import events
from store.sql.tables.resources import conflicts, resource_reservations, resources

_ESCAPE = "/"
_NAMED = 100
"""Things that a search of what is involved looks for at once."""


class SqlResources(SqlRepository[Resource]):
    """`engine.ports.resources.Resources`."""

    kind = Kind(entity=Resource, table=resources, word="Resource")

    def all(self) -> Sequence[Resource]:
        """Give them by name, inactive ones too."""
        return self._some(self._select().order_by(resources.c.name, resources.c.id))

    def delete(self, name: str) -> None:
        """Make one inactive: reservations of the past still name it."""
        statement = sa.update(resources).where(resources.c.id == name, resources.c.active)
        self._connection.execute(statement.values(active=False, version=resources.c.version + 1))


class SqlReservations(SqlRepository[ResourceReservation]):
    """`engine.ports.resources.Reservations`."""

    kind = Kind(
        entity=ResourceReservation,
        table=resource_reservations,
        word="Reservation",
        owner="reserved_by",
        sealed=("notes",),
    )

    def of_event(self, event: str) -> Sequence[ResourceReservation]:
        """Give an event's reservations, by start."""
        table = resource_reservations.c
        return self._some(self._select().where(table.event_id == event).order_by(table.start_time, table.id))

    def of_events(self, events: Collection[str]) -> Sequence[ResourceReservation]:
        """Give the reservations of several events, by start."""
        return self._among("event_id", events, "start_time", "id")

    def overlapping(self, resource: str, window: Span) -> Sequence[ResourceReservation]:
        """Give what uses a resource in a window, by start."""
        table = resource_reservations.c
        using = (table.resource_id == resource, table.status != EventStatus.CANCELLED)
        inside = (table.start_time < window.end, table.end_time > window.start)
        return self._some(self._select().where(*using, *inside).order_by(table.start_time, table.id))

    def of_series(self, resource: str) -> Sequence[ResourceReservation]:
        """Give what a series uses a resource for."""
        table = resource_reservations.c
        using = (table.resource_id == resource, table.status != EventStatus.CANCELLED)
        series = sa.select(events.c.id).where(sa.text("recurrence_rule IS NOT NULL"))
        return self._some(self._select().where(*using, table.event_id.in_(series)).order_by(table.id))

    def of_session(self, session: SessionId) -> Sequence[ResourceReservation]:
        """Give a session's reservations, by resource."""
        table = resource_reservations.c
        return self._some(self._select().where(table.session_id == session).order_by(table.resource_id))

    def all(self) -> Sequence[ResourceReservation]:
        """Give all of them, by start."""
        table = resource_reservations.c
        return self._some(self._select().order_by(table.start_time, table.id))


@cache
def _naming(many: int) -> sa.Select[Any]:
    """Make the question once, for so many names: that takes its time."""
    text = sa.cast(conflicts.c.involved_events, sa.Text)
    names = (sa.bindparam(f"name_{number}", type_=sa.Text) for number in range(many))
    named = sa.or_(*(text.like(name, escape=_ESCAPE) for name in names))
    return sa.select(conflicts).where(conflicts.c.status == ConflictStatus.DETECTED, named)


def _like(text: str) -> str:
    for letter in (_ESCAPE, "%", "_"):
        text = text.replace(letter, _ESCAPE + letter)
    return f"%{text}%"


class SqlConflicts(SqlRepository[Conflict]):
    """`engine.ports.resources.Conflicts`."""

    kind = Kind(
        entity=Conflict,
        table=conflicts,
        word="Conflict",
        converted={"involved_events": TUPLE, "involved_resources": TUPLE},
    )

    def _row(self, entity: Conflict) -> dict[str, Any]:
        return sealed(self._vault, conflicts, STORE, super()._row(entity))

    def _entity(self, row: Mapping[Any, Any]) -> Conflict:
        return super()._entity(opened(self._vault, conflicts, STORE, row))

    def involving(self, events: Collection[str]) -> Sequence[Conflict]:
        """Give those that are detected and in which one of these takes part, by id."""
        names, found = sorted(events), dict[str, Conflict]()
        for at in range(0, len(names), _NAMED):
            found |= {one.id: one for one in self._involving(names[at : at + _NAMED])}
        return [found[name] for name in sorted(found)]

    def _involving(self, names: Sequence[str]) -> Iterator[Conflict]:
        texts = {f"name_{number}": _like(json.dumps(name)) for number, name in enumerate(names)}
        found = self._some(_naming(len(names)), values=texts)
        return (one for one in found if not set(names).isdisjoint(one.involved_events))

    def all(self, unopened: Unopened | None = None) -> Sequence[Conflict]:
        """Give them by detection, newest first; without `unopened` one that does not open fails all."""
        return self._some(self._select().order_by(conflicts.c.detected_at.desc(), conflicts.c.id), unopened)

    def with_status(self, status: ConflictStatus, unopened: Unopened | None = None) -> Sequence[Conflict]:
        """Give them by detection, newest first; without `unopened` one that does not open fails all."""
        table = conflicts.c
        newest = self._select().where(table.status == status).order_by(table.detected_at.desc(), table.id)
        return self._some(newest, unopened)
