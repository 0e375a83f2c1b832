"""What was said in a session, and which sessions are to be looked at, in SQL."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.errors import UnknownThingError
from engine.ids import MessageId, SessionId, UserId
from engine.model.session import Message
from engine.ports.vault import Vault
from engine.time.span import Instant
from engine.trouble import Unopened
from store.sql.rows import in_turns, opened_rows
from store.sql.sealing import opened, sealed
from store.sql.tables.metadata import told
from store.sql.tables.sessions import event_sessions, messages, wakes
from store.sql.writes import insert, insert_new

_HOST = sa.select(event_sessions.c.host_user_id).where(event_sessions.c.id == sa.bindparam("of"))


@cache
def _due() -> sa.Select[Any]:
    come = (
        sa.select(wakes.c.session_id.label("session"), wakes.c.at, in_turns(wakes.c.at, wakes.c.session_id))
        .join_from(wakes, event_sessions, event_sessions.c.id == wakes.c.session_id, isouter=True)
        .where(wakes.c.at <= sa.bindparam("now"))
        .subquery()
    )
    ordered = sa.select(come.c.session).order_by(come.c.turn, come.c.at, come.c.session)
    return ordered.limit(sa.bindparam("most", type_=sa.Integer))


class SqlMessages:
    """`engine.ports.sessions.Messages`."""

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def add(self, message: Message) -> None:
        """Append; the same id twice is one message."""
        host = self._host(message.session_id)
        if host is None:
            raise UnknownThingError(f"There is no session {message.session_id}")
        insert_new(self._connection, messages, sealed(self._vault, messages, host, _row(message)))

    def _host(self, session: SessionId) -> UserId | None:
        found = self._connection.execute(_HOST, {"of": session}).scalar()
        return None if found is None else UserId(found)

    def of(self, session: SessionId, unopened: Unopened | None = None) -> Sequence[Message]:
        """Give a session's messages, oldest first; without `unopened` one that does not open fails all."""
        return self._opened(_oldest_first(session), session, unopened)

    def ids(self, session: SessionId) -> Sequence[MessageId]:
        """Name a session's messages, oldest first; opens none."""
        names = self._connection.execute(_oldest_first(session).with_only_columns(messages.c.id))
        return [MessageId(name) for name in names.scalars()]

    def get(self, session: SessionId, message: MessageId) -> Message | None:
        """Look one up."""
        found = self._opened(_oldest_first(session).where(messages.c.id == message), session, None)
        return found[0] if found else None

    def _opened(
        self, statement: sa.Select[Any], session: SessionId, unopened: Unopened | None
    ) -> list[Message]:
        host = self._host(session)
        if host is None:
            return []

        def read(row: Mapping[Any, Any]) -> Message:
            return _message(opened(self._vault, messages, host, row))

        return opened_rows(self._connection, statement, messages.c.id, read, unopened)


def _oldest_first(session: SessionId) -> sa.Select[Any]:
    of = sa.select(*told(messages)).where(messages.c.session_id == session)
    return of.order_by(messages.c.timestamp, messages.c.position)


class SqlWakes:
    """`engine.ports.sessions.Wakes`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, sessions: Iterable[SessionId], at: Instant) -> None:
        """Wake them at that time; of two times for one session the earlier counts."""
        rows = [{"session_id": session, "at": at} for session in sorted(set(sessions))]
        if not rows:
            return
        fresh = insert(self._connection, wakes)
        earlier = fresh.on_conflict_do_update(
            index_elements=[wakes.c.session_id],
            set_={"at": fresh.excluded["at"]},
            where=wakes.c.at > fresh.excluded["at"],
        )
        self._connection.execute(earlier, rows)

    def is_due(self, session: SessionId, now: Instant) -> bool:
        """Tell whether one waits whose time has come."""
        found = sa.select(wakes.c.at).where(wakes.c.session_id == session, wakes.c.at <= now)
        return self._connection.execute(found).first() is not None

    def due(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give those whose time has come, in turns between their hosts; see the port."""
        given = {"now": now, "most": limit}
        return [SessionId(session) for session in self._connection.execute(_due(), given).scalars()]

    def done(self, session: SessionId) -> None:
        """Lay one to rest."""
        self._connection.execute(sa.delete(wakes).where(wakes.c.session_id == session))


def _row(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "session_id": message.session_id,
        "role": message.role,
        "content": message.content,
        "metadata": None if message.metadata is None else dict(message.metadata),
        "timestamp": message.timestamp,
    }


def _message(row: Mapping[Any, Any]) -> Message:
    return Message(
        id=MessageId(row["id"]),
        session_id=SessionId(row["session_id"]),
        role=row["role"],
        content=row["content"],
        metadata=row["metadata"],
        timestamp=row["timestamp"],
    )
