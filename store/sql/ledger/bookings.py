"""Bookings in SQL: every transition is a compare-and-swap whose row count is looked at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.booking.timing import LEASE, SKEW
from engine.errors import StoreError
from engine.ids import SessionId
from engine.model.booking import UNFINISHED, Booking, BookingState
from engine.ports.vault import Vault
from engine.time.span import Instant, Span
from engine.trouble import Unopened
from store.refusals import stale
from store.sql.naming import STORE
from store.sql.rows import in_turns, opened_rows
from store.sql.sealing import opened, sealed
from store.sql.tables.ledger import booking as bookings
from store.sql.tables.sessions import event_sessions
from store.sql.types import Moment
from store.sql.writes import insert_new

_UNFINISHED = sa.text(f"state IN ({', '.join(sorted(repr(state.value) for state in UNFINISHED))})")
"""Written out as the index on it is, so that the database sees that they are the same."""


@cache
def _of_session() -> sa.Select[Any]:
    return sa.select(bookings).where(bookings.c.session == sa.bindparam("of"))


@cache
def _advancing() -> sa.Update:
    return sa.update(bookings).where(
        bookings.c.session == sa.bindparam("of"),
        bookings.c.state == sa.bindparam("was_state"),
        bookings.c.version == sa.bindparam("was_version"),
        bookings.c.fence == sa.bindparam("was_fence"),
    )


@cache
def _due() -> sa.Select[Any]:
    table = bookings.c
    now: sa.BindParameter[Any] = sa.bindparam("now")
    come = sa.or_(table.next_at <= now, table.since > sa.bindparam("ahead"))
    free = sa.or_(table.lease_until <= now, table.lease_until > sa.bindparam("leased_ahead"))
    ready = (
        sa.select(table.session, table.since, in_turns(table.since, table.session))
        .join_from(bookings, event_sessions, event_sessions.c.id == table.session, isouter=True)
        .where(_UNFINISHED, come, free)
        .subquery()
    )
    ordered = sa.select(ready.c.session).order_by(ready.c.turn, ready.c.since, ready.c.session)
    return ordered.limit(sa.bindparam("most", type_=sa.Integer))


@cache
def _watched() -> sa.Select[Any]:
    table, session, since = bookings.c, event_sessions.c, sa.bindparam("since", type_=Moment)
    goes_on = sa.or_(session.over_at.is_(None), session.over_at >= since)
    ahead = sa.or_(table.slot_end >= since, sa.and_(session.recurrence.is_not(None), goes_on))
    booked = sa.select(table.session).join_from(
        bookings, event_sessions, session.id == table.session, isouter=True
    )
    return booked.where(table.state == BookingState.CONFIRMED, ahead).order_by(table.since, table.session)


class Bookings:
    """The bookings of the ledger."""

    _connection: sa.Connection
    _vault: Vault

    def booking(self, session: SessionId) -> Booking | None:
        """Look one up."""
        found = self._connection.execute(_of_session(), {"of": session}).mappings().first()
        return None if found is None else self._booking(found)

    def bookings(
        self, sessions: Collection[SessionId], unopened: Unopened | None = None
    ) -> Mapping[SessionId, Booking]:
        """Look several up at once; a session without a booking is left out."""
        theirs = sa.select(bookings).where(bookings.c.session.in_(sessions))
        found = opened_rows(self._connection, theirs, bookings.c.session, self._booking, unopened)
        return {one.session: one for one in found}

    def open(self, booking: Booking) -> Booking:
        """Insert a session's booking; gives it with version 1."""
        new = replace(booking, version=1)
        if not insert_new(self._connection, bookings, self._row(new)):
            raise stale("The booking of session", booking.session)
        return new

    def advance(self, before: Booking, after: Booking) -> Booking:
        """Compare-and-swap on state, version and fence."""
        if before.session != after.session:
            raise StoreError(f"The booking of {before.session} cannot become that of {after.session}")
        advanced = replace(after, version=before.version + 1)
        was = {
            "of": before.session,
            "was_state": before.state,
            "was_version": before.version,
            "was_fence": before.fence,
        }
        if self._connection.execute(_advancing(), {**self._row(advanced), **was}).rowcount != 1:
            raise stale("The booking of session", before.session)
        return advanced

    def in_state(self, states: Collection[BookingState]) -> Sequence[SessionId]:
        """Give the sessions whose booking is in one of these states, oldest first; opens none of them."""
        return self._oldest_first(sa.select(bookings.c.session).where(bookings.c.state.in_(states)))

    def watched(self, since: Instant) -> Sequence[SessionId]:
        """Give the sessions that stand booked and were not over by then, oldest first; opens none of them.

        A slot tells it of most; of a series that is its first occurrence, and the session tells it.
        """
        return [SessionId(one) for one in self._connection.execute(_watched(), {"since": since}).scalars()]

    def counts(self) -> Mapping[BookingState, int]:
        """Count bookings by state."""
        state = bookings.c.state
        counted = sa.select(state, sa.func.count()).group_by(state)
        return {found: count for found, count in self._connection.execute(counted)}

    def due(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give the sessions of bookings that are due, in turns between their hosts; see the port."""
        given = {"now": now, "ahead": now + SKEW, "leased_ahead": now + LEASE + SKEW, "most": limit}
        return [SessionId(session) for session in self._connection.execute(_due(), given).scalars()]

    def _oldest_first(self, statement: sa.Select[Any]) -> list[SessionId]:
        ordered = statement.order_by(bookings.c.since, bookings.c.session)
        return [SessionId(session) for session in self._connection.execute(ordered).scalars()]

    def _row(self, booking: Booking) -> dict[str, Any]:
        return sealed(self._vault, bookings, STORE, _row(booking))

    def _booking(self, row: Mapping[Any, Any]) -> Booking:
        return _booking(opened(self._vault, bookings, STORE, row))


def _row(booking: Booking) -> dict[str, Any]:
    return {
        "session": booking.session,
        "state": booking.state,
        "version": booking.version,
        "epoch": booking.epoch,
        "slot_start": None if booking.slot is None else booking.slot.start,
        "slot_end": None if booking.slot is None else booking.slot.end,
        "lease_owner": booking.lease_owner,
        "lease_until": booking.lease_until,
        "fence": booking.fence,
        "after": booking.after,
        "reason": booking.reason,
        "since": booking.since,
        "next_at": booking.next_at,
        "progress": {
            "entered": {str(state): at for state, at in booking.entered.items()},
            "conflicts": list(booking.conflicts),
            "failed": booking.failed,
            "followed": booking.followed,
        },
    }


def _booking(row: Mapping[Any, Any]) -> Booking:
    progress: Mapping[str, Any] = row["progress"] or {}
    return Booking(
        session=SessionId(row["session"]),
        state=row["state"],
        version=row["version"],
        epoch=row["epoch"],
        slot=None if row["slot_start"] is None else Span(row["slot_start"], row["slot_end"]),
        lease_owner=row["lease_owner"],
        lease_until=row["lease_until"],
        fence=row["fence"],
        after=row["after"],
        reason=row["reason"],
        since=row["since"],
        next_at=row["next_at"],
        entered={BookingState(state): at for state, at in progress.get("entered", {}).items()},
        conflicts=tuple(progress.get("conflicts", ())),
        failed=progress.get("failed", 0),
        followed=progress.get("followed", 0),
    )
