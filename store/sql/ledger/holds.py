"""Holds in SQL: a time kept for all of a session's people, or for none of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
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

    _connection: sa.Connection

    def hold(self, asked: Iterable[Hold]) -> None:
        """Keep a time for all or for none: what was kept before a refusal is let go again.

        Who asks for the same people queues up: two inserts that find each other would only wait until the
        server ends one of them.
        """
        wanted = sorted(set(asked), key=lambda hold: (hold.person, hold.span, hold.session))
        with savepoint(self._connection, "holding"):
            self.take_turns(list(dict.fromkeys(hold.person for hold in wanted)))
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
        asked = {**_around((hold.person,), hold.span), "own": hold.session}
        return self._connection.execute(_of_others(), asked).first() is not None

    def _keep(self, hold: Hold) -> None:
        self._connection.execute(_the_same(), {**_around((hold.person,), hold.span), "own": hold.session})
        self._connection.execute(sa.insert(holds).values(_row(hold)))

    def take_turns(self, whose: Sequence[str]) -> None:
        """Let whoever decides on the time of these follow one another."""
        one_at_a_time(self._connection, *(f"hold/{name}" for name in whose))

    def release(self, session: SessionId) -> None:
        """Free a session's holds."""
        of_session = (holds.c.session == session, holds.c.active)
        self._connection.execute(sa.update(holds).where(*of_session).values(active=False))

    def holds(self, person: UserId, window: Span) -> Sequence[Hold]:
        """Give the active holds that overlap the window, by start."""
        return self.holds_of_any((person,), window)

    def holds_of_any(self, people: Collection[UserId], window: Span) -> Sequence[Hold]:
        """Give the active holds of all of them that overlap the window, by start."""
        rows = self._connection.execute(_of_people(), _around(people, window)).mappings().all()
        return [_hold(row) for row in rows]


@cache
def _overlapping() -> tuple[sa.ColumnElement[bool], ...]:
    """Say which active holds of some people overlap a span; touching ones do not."""
    return (
        holds.c.person.in_(sa.bindparam("people", expanding=True)),
        sa.literal_column("active"),
        holds.c.start < sa.bindparam("until"),
        holds.c.end > sa.bindparam("since"),
    )


def _around(people: Collection[UserId], span: Span) -> dict[str, Any]:
    return {"people": sorted(people), "since": span.start, "until": span.end}


@cache
def _of_people() -> sa.Select[Any]:
    order = (holds.c.start, holds.c.end, holds.c.session, holds.c.person)
    return sa.select(*told(holds)).where(*_overlapping()).order_by(*order)


@cache
def _of_others() -> sa.Select[Any]:
    other = holds.c.session != sa.bindparam("own")
    return sa.select(sa.literal(1)).where(*_overlapping(), other).limit(1)


@cache
def _the_same() -> sa.Delete:
    """Find the session's own hold of just this time."""
    return sa.delete(holds).where(
        *_overlapping(),
        holds.c.session == sa.bindparam("own"),
        holds.c.start == sa.bindparam("since"),
        holds.c.end == sa.bindparam("until"),
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
