"""The store's ports for what can be shared, what is reserved, the rules of time, and what collides."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Protocol

from engine.ids import SessionId, UserId
from engine.ports.repository import Repository
from engine.time.span import Span

if TYPE_CHECKING:
    from engine.model.constraint import Constraint
    from engine.model.reservation import Conflict, ConflictStatus, ResourceReservation
    from engine.model.resource import Resource
    from engine.trouble import Unopened


class Resources(Repository["Resource"], Protocol):
    """What people share; deleting one makes it inactive."""

    def all(self) -> Sequence[Resource]:
        """Give them by name, inactive ones too."""


class Reservations(Repository["ResourceReservation"], Protocol):
    """What is kept for whom."""

    def of_event(self, event: str) -> Sequence[ResourceReservation]:
        """Give an event's reservations, by start."""

    def of_events(self, events: Collection[str]) -> Sequence[ResourceReservation]:
        """Give the reservations of several events, by start."""

    def overlapping(self, resource: str, window: Span) -> Sequence[ResourceReservation]:
        """Give what uses a resource in a window, by start; what is cancelled does not."""

    def of_series(self, resource: str) -> Sequence[ResourceReservation]:
        """Give what a series uses a resource for; it repeats with it."""

    def of_session(self, session: SessionId) -> Sequence[ResourceReservation]:
        """Give a session's reservations, by resource, cancelled ones too."""

    def all(self) -> Sequence[ResourceReservation]:
        """Give all of them, by start."""


class Constraints(Repository["Constraint"], Protocol):
    """Rules of users, and of everybody."""

    def for_user(self, user: UserId) -> Sequence[Constraint]:
        """Give the rules in force for somebody, their own and everybody's, by id."""

    def concerning(self, users: Collection[UserId]) -> Sequence[Constraint]:
        """Give the rules of several, their own and everybody's, by id; those that are switched off too."""

    def all(self) -> Sequence[Constraint]:
        """Give every rule by id, inactive ones too."""


class Conflicts(Repository["Conflict"], Protocol):
    """What collides."""

    def some(self, names: Collection[str]) -> Sequence[Conflict]:
        """Give those of these ids that there are, by id: one question for all."""

    def involving(self, events: Collection[str]) -> Sequence[Conflict]:
        """Give those that are detected and in which one of these takes part, by id."""

    def all(self, unopened: Unopened | None = None) -> Sequence[Conflict]:
        """Give them by detection, newest first; without `unopened` one that does not open fails all."""

    def with_status(self, status: ConflictStatus, unopened: Unopened | None = None) -> Sequence[Conflict]:
        """Give them by detection, newest first; without `unopened` one that does not open fails all."""
