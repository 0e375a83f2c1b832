"""Holds in SQL: a time kept for all of a session's people, or for none of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.ids import SessionId, UserId
from engine.model.booking import Hold
from engine.time.span import Span
from store.refusals import hold_refused
from store.sql.database.dialect import one_at_a_time
from store.sql.tables.ledger import hold as holds
from store.sql.tables.metadata import told
from store.sql.writes import savepoint

EXCLUDED = "23P01"
"""PostgreSQL's word for a hold that somebody else was faster with by a moment (exclusion_violation)."""


class Holds:
    """The holds of the ledger."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def hold(self, asked: Iterable[Hold]) -> None:
        """Keep a time for all or for none: what was kept before a refusal is let go again.

        Who asks for the same people queues up: two inserts that find each other would only wait until the
        server ends one of them.
        """
        wanted = sorted(set(asked), key=lambda hold: (hold.person, hold.span, hold.session))
        with savepoint(self._connection, "holding"):
            for person in dict.fromkeys(hold.person for hold in wanted):
                one_at_a_time(self._connection, f"hold/{person}")
            for hold in wanted:
                if hold.active and self._in_the_way(hold):
                    raise hold_refused(hold)
                try:
                    self._keep(hold)
                except sa.exc.IntegrityError as error:
                    if getattr(error.orig, "sqlstate", None) != EXCLUDED:
                        raise
                    raise hold_refused(hold) from error

    def _in_the_way(self, hold: Hold) -> bool:
        other = holds.c.session != hold.session
        statement = sa.select(sa.literal(1)).where(*_overlapping((hold.person,), hold.span), other).limit(1)
        return self._connection.execute(statement).first() is not None

    def _keep(self, hold: Hold) -> None:
        same = (
            *_overlapping((hold.person,), hold.span),
            holds.c.session == hold.session,
            holds.c.start == hold.span.start,
            holds.c.end == hold.span.end,
        )
        self._connection.execute(sa.delete(holds).where(*same))
        self._connection.execute(sa.insert(holds).values(_row(hold)))

    def release(self, session: SessionId) -> None:
        """Free a session's holds."""
        of_session = (holds.c.session == session, holds.c.active)
        self._connection.execute(sa.update(holds).where(*of_session).values(active=False))

    def of(self, people: Collection[UserId], window: Span) -> Sequence[Hold]:
        """Give the active holds of these people that overlap the window, by start."""
        statement = (
            sa.select(*told(holds))
            .where(*_overlapping(people, window))
            .order_by(holds.c.start, holds.c.end, holds.c.session, holds.c.person)
        )
        return [_hold(row) for row in self._connection.execute(statement).mappings()]


def _overlapping(people: Collection[UserId], span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    """Say which active holds of these people overlap a span; touching ones do not."""
    return (
        holds.c.person.in_(sorted(people)),
        sa.literal_column("active"),
        holds.c.start < span.end,
        holds.c.end > span.start,
    )


def _row(hold: Hold) -> dict[str, Any]:
    return {
        "person": hold.person,
        "start": hold.span.start,
        "end": hold.span.end,
        "session": hold.session,
        "expires": hold.expires,
        "active": hold.active,
    }


def _hold(row: Mapping[Any, Any]) -> Hold:
    return Hold(
        person=UserId(row["person"]),
        span=Span(row["start"], row["end"]),
        session=SessionId(row["session"]),
        expires=row["expires"],
        active=row["active"],
    )
