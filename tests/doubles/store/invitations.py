"""Invitation links, and the times that strangers took by them, in memory."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from engine.ids import SessionId, UserId
from engine.model.invitation import Invitation, Visit
from engine.time.span import Instant
from tests.doubles.store.repository import MemoryRepository


class MemoryInvitations(MemoryRepository[Invitation]):
    """`engine.ports.invitations.Invitations`."""

    word = "Invitation"

    def of_user(self, user: UserId) -> Sequence[Invitation]:
        """Give a user's, oldest first."""
        return [one for one in self.all() if one.user_id == user]

    def all(self) -> Sequence[Invitation]:
        """Give everybody's, oldest first."""
        return self._some(lambda _: True, lambda one: (one.created_at, one.id))


class MemoryVisits(MemoryRepository[Visit]):
    """`engine.ports.invitations.Visits`."""

    word = "Visit"

    def of_invitation(self, invitation: str) -> Sequence[Visit]:
        """Give those that were taken by one link, oldest first."""
        return self._some(lambda one: one.invitation_id == invitation, lambda one: (one.created_at, one.id))

    def of_session(self, session: SessionId) -> Visit | None:
        """Look up the one that became, or is to become, a session."""
        return next((one for one in self._table if one.session_id == session), None)

    def among(self, sessions: Collection[SessionId]) -> Collection[SessionId]:
        """Tell which of these sessions strangers took."""
        return {one.session_id for one in self._table} & set(sessions)

    def confirmed(self, invitations: Collection[str]) -> Mapping[str, int]:
        """Count the bookings by each of these links."""
        booked = [one.invitation_id for one in self._table if one.confirmed_at is not None]
        return Counter(each for each in booked if each in invitations)

    def queue(self, address_mark: str, client_mark: str) -> None:
        """One transaction writes at a time."""

    def marked(self, address_mark: str, client_mark: str, since: Instant) -> Sequence[Visit]:
        """Give those of an address or a client that were taken since then, oldest first."""

        def theirs(one: Visit) -> bool:
            known = one.address_mark == address_mark or one.client_mark == client_mark
            return known and one.created_at >= since

        return self._some(theirs, lambda one: (one.created_at, one.id))

    def lapsed(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of those that nobody confirmed in time and that still hold theirs, oldest first."""

        def over(one: Visit) -> bool:
            return one.over_at is None and one.expires_at <= now

        return [one.id for one in self._some(over, lambda one: (one.expires_at, one.id))][:limit]
