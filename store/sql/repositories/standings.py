"""How somebody's sessions stand: one narrow question, by index, which opens nothing that is sealed."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.ids import SessionId, UserId
from engine.model.booking import UNFINISHED
from engine.ports.sessions import Standing
from engine.time.span import Instant, Span
from store.sql.tables.ledger import booking
from store.sql.tables.sessions import event_sessions, session_attendees

EMPTY_LIST = 2
"""So many characters has a list without anything in it; sealed, a list with something has more."""


@cache
def _statement() -> sa.Select[Any]:
    seats, sessions, bookings = session_attendees.c, event_sessions.c, booking.c
    joined = session_attendees.join(event_sessions, sessions.id == seats.session_id).outerjoin(
        booking, bookings.session == sessions.id
    )
    return (
        sa.select(
            *(sessions.id, sessions.created_at, sessions.host_user_id, sessions.status),
            (sa.func.length(sa.cast(sessions.proposed_times, sa.Text)) > EMPTY_LIST).label("is_offered"),
            *(sessions.responses, bookings.state, bookings.slot_start, bookings.slot_end),
            sessions.recurrence.is_not(None).label("recurs"),
        )
        .select_from(joined)
        .where(
            seats.user_id == sa.bindparam("user"),
            sa.or_(
                sessions.over_at.is_(None),
                sessions.over_at > sa.bindparam("since"),
                bookings.state.in_(sorted(UNFINISHED)),
            ),
        )
        .order_by(sessions.created_at.desc(), sessions.id)
    )


def standings(connection: sa.Connection, user: UserId, since: Instant) -> Sequence[Standing]:
    """Tell how those of somebody's sessions stand that were not over then, newest first."""
    rows = connection.execute(_statement(), {"user": user, "since": since})
    return [
        Standing(
            id=SessionId(row.id),
            created_at=row.created_at,
            host=UserId(row.host_user_id),
            status=row.status,
            is_offered=bool(row.is_offered),
            is_answered=any(one["userId"] == user for one in row.responses),
            state=row.state,
            slot=None if row.slot_start is None else Span(row.slot_start, row.slot_end),
            recurs=bool(row.recurs),
        )
        for row in rows
    ]
