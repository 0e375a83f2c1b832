"""Invitation links, and the times that strangers took by them, in SQL."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from engine.documents.sessions import constraints_document, parse_constraints
from engine.ids import SessionId, UserId
from engine.model.invitation import Invitation, Visit
from engine.time.span import Instant
from store.sql.database.dialect import one_at_a_time
from store.sql.repositories.repository import Convert, Kind, SqlRepository
from store.sql.tables.invitations import invitations, visits

_CONSTRAINTS: Convert = (constraints_document, parse_constraints)
_OPEN = sa.text("over_at IS NULL")
_LAPSED = (
    sa.select(visits.c.id)
    .where(_OPEN, visits.c.expires_at <= sa.bindparam("now"))
    .order_by(visits.c.expires_at, visits.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


class SqlInvitations(SqlRepository[Invitation]):
    """`engine.ports.invitations.Invitations`."""

    kind = Kind(
        entity=Invitation, table=invitations, word="Invitation", converted={"constraints": _CONSTRAINTS}
    )

    def of_user(self, user: UserId) -> Sequence[Invitation]:
        """Give a user's, oldest first."""
        return self._some(self._oldest().where(invitations.c.user_id == user))

    def all(self) -> Sequence[Invitation]:
        """Give everybody's, oldest first."""
        return self._some(self._oldest())

    def _oldest(self) -> sa.Select[tuple[object, ...]]:
        return self._select().order_by(invitations.c.created_at, invitations.c.id)


class SqlVisits(SqlRepository[Visit]):
    """`engine.ports.invitations.Visits`."""

    kind = Kind(entity=Visit, table=visits, word="Visit", sealed=("person",))

    def of_invitation(self, invitation: str) -> Sequence[Visit]:
        """Give those that were taken by one link, oldest first."""
        return self._some(self._oldest().where(visits.c.invitation_id == invitation))

    def of_session(self, session: SessionId) -> Visit | None:
        """Look up the one that became, or is to become, a session."""
        found = self._some(self._oldest().where(visits.c.session_id == session))
        return found[0] if found else None

    def among(self, sessions: Collection[SessionId]) -> Collection[SessionId]:
        """Tell which of these sessions strangers took; opens none of their visits."""
        if not sessions:
            return frozenset()
        theirs = sa.select(visits.c.session_id).where(visits.c.session_id.in_(sessions))
        return frozenset(self._connection.execute(theirs).scalars())

    def confirmed(self, invitations: Collection[str]) -> Mapping[str, int]:
        """Count the bookings by each of these links, but those without any; opens none of them."""
        if not invitations:
            return {}
        link = visits.c.invitation_id
        booked = sa.select(link, sa.func.count()).where(visits.c.confirmed_at.is_not(None))
        counted = booked.where(link.in_(invitations)).group_by(link)
        return {found: count for found, count in self._connection.execute(counted)}

    def queue(self, address_mark: str, client_mark: str) -> None:
        """Let whoever else takes times of these marks wait until this transaction has ended."""
        for mark in sorted((address_mark, client_mark)):
            one_at_a_time(self._connection, f"visit/{mark}")

    def marked(self, address_mark: str, client_mark: str, since: Instant) -> Sequence[Visit]:
        """Give those of an address or a client that were taken since then, oldest first."""
        table = visits.c
        theirs = sa.or_(table.address_mark == address_mark, table.client_mark == client_mark)
        return self._some(self._oldest().where(theirs, table.created_at >= since))

    def lapsed(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of those that nobody confirmed in time and that still hold theirs, oldest first."""
        return list(self._connection.execute(_LAPSED, {"now": now, "most": limit}).scalars())

    def _oldest(self) -> sa.Select[tuple[object, ...]]:
        return self._select().order_by(visits.c.created_at, visits.c.id)
