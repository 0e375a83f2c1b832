"""Dispatches, links, outages and cursors in SQL."""

from collections.abc import Sequence

import sqlalchemy as sa

from engine.ids import ConnectorName, SessionId, UserId
from engine.model.notices import Cursor, Dispatch, Link, LinkVerb, Outage
from engine.time.span import Instant
from store.sql.repositories.repository import Convert, Kind, SqlRepository
from store.sql.tables.notices import cursors, dispatches, links, outages

_PENDING = sa.text("state = 'pending'")
_FAILED = sa.text("state = 'failed'")
_STANDING = sa.select(outages.c.connector).where(outages.c.over_at.is_(None)).order_by(outages.c.connector)
_DUE = (
    sa.select(dispatches.c.id)
    .where(_PENDING, dispatches.c.next_at <= sa.bindparam("now"))
    .order_by(dispatches.c.next_at, dispatches.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_VERBS: Convert = (lambda verbs: [str(one) for one in verbs], lambda words: tuple(map(LinkVerb, words)))


class SqlDispatches(SqlRepository[Dispatch]):
    """`engine.ports.notices.Dispatches`."""

    kind = Kind(entity=Dispatch, table=dispatches, word="Dispatch")

    def due(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of pending ones whose time has come, the longest due first."""
        return list(self._connection.execute(_DUE, {"now": now, "most": limit}).scalars())

    def stuck(self) -> Sequence[Dispatch]:
        """Give those that an outlet refused for good, oldest first."""
        return self._some(self._select().where(_FAILED).order_by(dispatches.c.created_at, dispatches.c.id))

    def of_user(self, user: UserId) -> Sequence[Dispatch]:
        """Give a user's, newest first."""
        table = dispatches.c
        newest = self._select().where(table.user_id == user).order_by(table.created_at.desc(), table.id)
        return self._some(newest)

    def pending(self) -> int:
        """Count those that wait to be told."""
        counted = sa.select(sa.func.count()).select_from(dispatches).where(_PENDING)
        return int(self._connection.execute(counted).scalar() or 0)

    def of_outlet(self, user: UserId, outlet: str, since: Instant) -> Sequence[Dispatch]:
        """Give a user's that were planned for one outlet since then, newest first."""
        table = dispatches.c
        theirs = (table.user_id == user, table.outlet == outlet, table.created_at >= since)
        return self._some(self._select().where(*theirs).order_by(table.created_at.desc(), table.id))


class SqlLinks(SqlRepository[Link]):
    """`engine.ports.notices.Links`."""

    kind = Kind(entity=Link, table=links, word="Link", converted={"verbs": _VERBS})

    def of_user(self, user: UserId) -> Sequence[Link]:
        """Give a user's, oldest first."""
        return self._some(
            self._select().where(links.c.user_id == user).order_by(links.c.created_at, links.c.id)
        )

    def use_up(self, user: UserId, session: SessionId, now: Instant) -> None:
        """Use up a person's links to a session."""
        theirs = (links.c.user_id == user, links.c.session_id == session, links.c.used_at.is_(None))
        self._connection.execute(
            sa.update(links).where(*theirs).values(used_at=now, version=links.c.version + 1)
        )


class SqlOutages(SqlRepository[Outage]):
    """`engine.ports.repository.Repository` of what does not work, by connector."""

    kind = Kind(entity=Outage, table=outages, word="Outage", key="connector")

    def standing(self) -> Sequence[ConnectorName]:
        """Name the connectors whose outage is not over, by name."""
        return [ConnectorName(name) for name in self._connection.execute(_STANDING).scalars()]


class SqlCursors(SqlRepository[Cursor]):
    """`engine.ports.repository.Repository` of those who follow the log, by name."""

    kind = Kind(entity=Cursor, table=cursors, word="Cursor", key="name")
