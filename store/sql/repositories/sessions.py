"""Sessions in SQL, and who attends them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.documents.guests import guest_document, parse_guest
from engine.documents.session_record import parted, with_record
from engine.documents.sessions import constraints_document, parse_constraints
from engine.ids import SessionId, UserId
from engine.model.session import Answer, EventSession, Group, Response, SessionStatus
from engine.ports.sessions import Position, Standing
from engine.ports.vault import Vault
from engine.time.instant import format_instant, parse_instant
from engine.time.span import Instant, Span
from engine.trouble import Unopened
from store.refusals import stale
from store.sql.repositories.opened_sessions import OpenedSessions
from store.sql.repositories.standings import standings
from store.sql.repositories.stored_slots import slot_to_store, slots_to_store, stored_slot, stored_slots
from store.sql.rows import opened_rows
from store.sql.sealing import opened, sealed
from store.sql.tables.sessions import event_sessions, session_attendees, wakes
from store.sql.writes import put_version


@cache
def _by_id() -> sa.Select[Any]:
    """Build the statement once, as it is asked more often than any other."""
    return sa.select(event_sessions).where(event_sessions.c.id == sa.bindparam("session"))


@cache
def _expired() -> sa.Select[Any]:
    over = sa.select(event_sessions.c.id).where(
        sa.text("status = 'pending'"), event_sessions.c.expires_at <= sa.bindparam("now")
    )
    ordered = over.order_by(event_sessions.c.expires_at, event_sessions.c.id)
    return ordered.limit(sa.bindparam("most", type_=sa.Integer))


_ATTENDEES = sa.insert(session_attendees)
_WITHOUT_ATTENDEES = sa.delete(session_attendees).where(session_attendees.c.session_id == sa.bindparam("of"))
_PENDING_WITH = (
    sa.select(session_attendees.c.session_id)
    .where(session_attendees.c.user_id == sa.bindparam("of"), sa.literal_column("pending"))
    .order_by(session_attendees.c.session_id)
)
LAST = "\U0010ffff"
"""No id goes on with more than this, in the order of their bytes."""


class SqlSessions:
    """`engine.ports.sessions.Sessions`."""

    def __init__(
        self, connection: sa.Connection, vault: Vault, opened_before: OpenedSessions | None = None
    ) -> None:
        self._connection = connection
        self._vault = vault
        self._opened = OpenedSessions() if opened_before is None else opened_before

    def get(self, session: SessionId) -> EventSession | None:
        """Look one up."""
        found = self._connection.execute(_by_id(), {"session": session}).mappings().first()
        return None if found is None else self._session(found)

    def put(self, session: EventSession) -> EventSession:
        """Insert or replace just the version that it carries."""
        row = sealed(self._vault, event_sessions, session.host_user_id, _row(session))
        if not put_version(self._connection, event_sessions, row, session.version):
            raise stale("Session", session.id)
        self._list_attendees(session)
        return replace(session, version=session.version + 1)

    def _session(self, row: Mapping[Any, Any]) -> EventSession:
        return self._opened.session(self._vault, row, self._read)

    def _read(self, row: Mapping[Any, Any]) -> EventSession:
        return _session(opened(self._vault, event_sessions, UserId(row["host_user_id"]), row))

    def _list_attendees(self, session: EventSession) -> None:
        pending = session.status is SessionStatus.PENDING
        self._connection.execute(_WITHOUT_ATTENDEES, {"of": session.id})
        self._connection.execute(
            _ATTENDEES,
            [
                {"session_id": session.id, "user_id": user, "pending": pending}
                for user in dict.fromkeys((*session.attendee_ids, *(one.seat for one in session.guests)))
            ],
        )

    def listed(
        self, status: SessionStatus | None = None, unopened: Unopened | None = None
    ) -> Sequence[EventSession]:
        """Give sessions by creation, newest first; without `unopened` one that does not open fails all."""
        return self._newest_first(() if status is None else (event_sessions.c.status == status,), unopened)

    def some(
        self, sessions: Collection[SessionId], unopened: Unopened | None = None
    ) -> Sequence[EventSession]:
        """Look several up at once, as `listed` does."""
        return self._newest_first((event_sessions.c.id.in_(sessions),), unopened)

    def _newest_first(
        self, where: Sequence[sa.ColumnElement[bool]], unopened: Unopened | None
    ) -> list[EventSession]:
        table = event_sessions.c
        hosts = self._connection.execute(sa.select(table.host_user_id).distinct().where(*where))
        self._vault.look_up(map(UserId, hosts.scalars()))
        found = sa.select(event_sessions).where(*where).order_by(table.created_at.desc(), table.id)
        return opened_rows(self._connection, found, table.id, self._session, unopened)

    def page(
        self,
        limit: int,
        after: Position | None = None,
        status: SessionStatus | None = None,
        attendee: UserId | None = None,
    ) -> Sequence[Position]:
        """Name some sessions, newest first: those that follow a position, or the first; opens none."""
        table = event_sessions.c
        statement = sa.select(table.created_at, table.id, table.version).order_by(
            table.created_at.desc(), table.id
        )
        if status is not None:
            statement = statement.where(table.status == status)
        if attendee is not None:
            seats = session_attendees.c
            statement = statement.where(
                table.id.in_(sa.select(seats.session_id).where(seats.user_id == attendee))
            )
        if after is not None:
            older = sa.or_(table.created_at < after.created_at, table.id > after.id)
            statement = statement.where(table.created_at <= after.created_at, older)
        rows = self._connection.execute(statement.limit(limit))
        return [Position(row.created_at, SessionId(row.id), row.version) for row in rows]

    def standing(self, user: UserId, since: Instant) -> Sequence[Standing]:
        """Tell how those of somebody's sessions stand that were not over then, newest first; opens none."""
        return standings(self._connection, user, since)

    def attended_by(self, user: UserId) -> Sequence[SessionId]:
        """Name the sessions that somebody hosts or attends, by id; opens none."""
        of = session_attendees.c
        theirs = sa.select(of.session_id).where(of.user_id == user).order_by(of.session_id)
        return [SessionId(session) for session in self._connection.execute(theirs).scalars()]

    def hosted_by(self, user: UserId) -> Sequence[SessionId]:
        """Name the sessions that somebody hosts, by id; opens none."""
        table = event_sessions.c
        theirs = sa.select(table.id).where(table.host_user_id == user).order_by(table.id)
        return [SessionId(session) for session in self._connection.execute(theirs).scalars()]

    def begun(self, text: str) -> Sequence[SessionId]:
        """Give the ids that begin so, by id."""
        ids = event_sessions.c.id
        statement = sa.select(ids).where(ids.between(text, text + LAST)).order_by(ids)
        return [SessionId(session) for session in self._connection.execute(statement).scalars()]

    def pending_with(self, user: UserId) -> Sequence[SessionId]:
        """Give the pending sessions that somebody attends, by id."""
        return [SessionId(one) for one in self._connection.execute(_PENDING_WITH, {"of": user}).scalars()]

    def pending_with_any(self, users: Collection[UserId]) -> Sequence[SessionId]:
        """Give the pending sessions that at least one of them attends, each once, by id; opens none."""
        statement = (
            sa.select(session_attendees.c.session_id)
            .distinct()
            .where(session_attendees.c.user_id.in_(sorted(users)), sa.literal_column("pending"))
            .order_by(session_attendees.c.session_id)
        )
        return [SessionId(session) for session in self._connection.execute(statement).scalars()]

    def company(self, user: UserId) -> Collection[UserId]:
        """Give everybody who attends a scheduled session with somebody."""
        mine, theirs = session_attendees.alias(), session_attendees.alias()
        statement = (
            sa.select(theirs.c.user_id)
            .distinct()
            .join(mine, mine.c.session_id == theirs.c.session_id)
            .join(event_sessions, event_sessions.c.id == mine.c.session_id)
            .where(mine.c.user_id == user, theirs.c.user_id != user)
            .where(event_sessions.c.status == SessionStatus.SCHEDULED)
        )
        return frozenset(UserId(each) for each in self._connection.execute(statement).scalars())

    def in_common(self, user: UserId, other: UserId) -> bool:
        """Tell whether there is a session that both attend."""
        mine, theirs = session_attendees.alias(), session_attendees.alias()
        statement = (
            sa.select(mine.c.session_id)
            .join(theirs, mine.c.session_id == theirs.c.session_id)
            .where(mine.c.user_id == user, theirs.c.user_id == other)
            .limit(1)
        )
        return self._connection.execute(statement).first() is not None

    def expired(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give pending sessions whose time to answer is over, oldest first."""
        given = {"now": now, "most": limit}
        return [SessionId(session) for session in self._connection.execute(_expired(), given).scalars()]

    def counts(self) -> Mapping[SessionStatus, int]:
        """Count by status; every status is a key."""
        statement = sa.select(event_sessions.c.status, sa.func.count()).group_by(event_sessions.c.status)
        found = {status: count for status, count in self._connection.execute(statement)}
        return {status: found.get(status, 0) for status in SessionStatus}

    def delete(self, session: SessionId) -> None:
        """Remove one; its messages and attendees go with it."""
        self._connection.execute(sa.delete(wakes).where(wakes.c.session_id == session))
        self._connection.execute(sa.delete(event_sessions).where(event_sessions.c.id == session))


def _row(session: EventSession) -> dict[str, Any]:
    search = session.search
    return {
        "id": session.id,
        "host_user_id": session.host_user_id,
        "invitee_ids": list(session.invitee_ids),
        "optional_ids": list(session.optional_ids),
        "groups": _groups_document(session.groups),
        "guests": [guest_document(guest) for guest in session.guests] or None,
        "title": session.title,
        "description": session.description,
        "location": session.location,
        "duration": session.duration,
        "status": session.status,
        "proposed_times": slots_to_store(session.proposed_times),
        "final_time": None if session.final_time is None else slot_to_store(session.final_time),
        "constraints": constraints_document(session.constraints),
        "search_start": None if search is None else search.start,
        "search_end": None if search is None else search.end,
        "search_days": session.search_days,
        "minimum_notice": session.minimum_notice,
        "buffer_time": session.buffer_time,
        "recurrence": session.recurrence,
        "resource_ids": list(session.resource_ids) or None,
        "rejected_slots": slots_to_store(session.rejected_slots),
        "withheld": slots_to_store(session.withheld) or None,
        "responses": _responses_document(session.responses),
        "metadata": with_record(session.metadata, session.record),
        "created_at": session.created_at,
        "scheduled_at": session.scheduled_at,
        "expires_at": session.expires_at,
        "completed_at": session.completed_at,
        "over_at": session.over_at,
    }


def _session(row: Mapping[Any, Any]) -> EventSession:
    metadata, record = parted(row["metadata"])
    return EventSession(
        id=SessionId(row["id"]),
        host_user_id=UserId(row["host_user_id"]),
        invitee_ids=tuple(UserId(user) for user in row["invitee_ids"]),
        optional_ids=tuple(UserId(user) for user in row["optional_ids"]),
        groups=_parse_groups(row["groups"]),
        guests=tuple(parse_guest(one, "guests") for one in row["guests"] or ()),
        title=row["title"],
        description=row["description"],
        location=row["location"],
        duration=row["duration"],
        status=row["status"],
        proposed_times=stored_slots(row["proposed_times"]),
        final_time=None if row["final_time"] is None else stored_slot(row["final_time"]),
        constraints=parse_constraints(row["constraints"]),
        search=None if row["search_start"] is None else Span(row["search_start"], row["search_end"]),
        search_days=row["search_days"],
        minimum_notice=row["minimum_notice"],
        buffer_time=row["buffer_time"],
        recurrence=row["recurrence"],
        resource_ids=tuple(row["resource_ids"] or ()),
        rejected_slots=stored_slots(row["rejected_slots"]),
        withheld=stored_slots(row["withheld"] or []),
        responses=_parse_responses(row["responses"]),
        metadata=metadata,
        record=record,
        created_at=row["created_at"],
        scheduled_at=row["scheduled_at"],
        expires_at=row["expires_at"],
        completed_at=row["completed_at"],
        version=row["version"],
    )


def _groups_document(groups: Iterable[Group]) -> list[dict[str, Any]]:
    """Write groups."""
    return [{"anyOf": list(group.any_of), "count": group.count} for group in groups]


def _parse_groups(documents: Sequence[dict[str, Any]]) -> tuple[Group, ...]:
    """Read groups."""
    return tuple(
        Group(tuple(UserId(user) for user in document["anyOf"]), document["count"]) for document in documents
    )


def _responses_document(responses: Iterable[Response]) -> list[dict[str, Any]]:
    """Write what people answered."""
    return [
        {
            "userId": response.user_id,
            "answer": response.answer.value,
            "slot": None if response.slot is None else format_instant(response.slot),
            "at": format_instant(response.at),
        }
        for response in responses
    ]


def _parse_responses(documents: Sequence[dict[str, Any]]) -> tuple[Response, ...]:
    """Read what people answered."""
    return tuple(
        Response(
            UserId(document["userId"]),
            Answer(document["answer"]),
            None if document["slot"] is None else parse_instant(document["slot"]),
            parse_instant(document["at"]),
        )
        for document in documents
    )
