"""Dispatches, links, outages and cursors in memory."""

from collections.abc import Sequence
from dataclasses import replace

from engine.ids import ConnectorName, SessionId, UserId
from engine.model.booking import OutboxState
from engine.model.notices import Cursor, Dispatch, Link, Outage
from engine.time.span import Instant
from tests.doubles.store.repository import MemoryRepository


class MemoryDispatches(MemoryRepository[Dispatch]):
    """`engine.ports.notices.Dispatches`."""

    word = "Dispatch"

    def due(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of pending ones whose time has come, the longest due first."""

        def come(one: Dispatch) -> bool:
            return one.state is OutboxState.PENDING and one.next_at <= now

        return [one.id for one in self._some(come, lambda one: (one.next_at, one.id))][:limit]

    def stuck(self) -> Sequence[Dispatch]:
        """Give those that an outlet refused for good, oldest first."""
        return self._some(lambda one: one.state is OutboxState.FAILED, lambda one: (one.created_at, one.id))

    def of_user(self, user: UserId) -> Sequence[Dispatch]:
        """Give a user's, newest first."""
        return self._some(lambda one: one.user_id == user, lambda one: (-one.created_at, one.id))

    def pending(self) -> int:
        """Count those that wait to be told."""
        return len(self._some(lambda one: one.state is OutboxState.PENDING, lambda one: one.id))

    def of_outlet(self, user: UserId, outlet: str, since: Instant) -> Sequence[Dispatch]:
        """Give a user's that were planned for one outlet since then, newest first."""
        return [one for one in self.of_user(user) if one.outlet == outlet and one.created_at >= since]


class MemoryLinks(MemoryRepository[Link]):
    """`engine.ports.notices.Links`."""

    word = "Link"

    def of_user(self, user: UserId) -> Sequence[Link]:
        """Give a user's, oldest first."""
        return self._some(lambda one: one.user_id == user, lambda one: (one.created_at, one.id))

    def use_up(self, user: UserId, session: SessionId, now: Instant) -> None:
        """Use up a person's links to a session."""
        for one in list(self._table):
            if (one.user_id, one.session_id, one.used_at) == (user, session, None):
                self._table.put(one.id, replace(one, used_at=now, version=one.version + 1))


class MemoryOutages(MemoryRepository[Outage]):
    """`engine.ports.repository.Repository` of what does not work."""

    word = "Outage"

    def standing(self) -> Sequence[ConnectorName]:
        """Name the connectors whose outage is not over, by name."""
        found = self._some(lambda one: one.over_at is None, lambda one: (one.connector,))
        return [one.connector for one in found]

    key = "connector"


class MemoryCursors(MemoryRepository[Cursor]):
    """`engine.ports.repository.Repository` of those who follow the log."""

    word = "Cursor"
    key = "name"
