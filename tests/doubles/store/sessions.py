"""Users, sessions, messages and wakes of the in-memory store."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.errors import UnknownThingError
from engine.ids import MessageId, SessionId, UserId
from engine.model.booking import UNFINISHED
from engine.model.session import EventSession, Message, SessionStatus
from engine.model.user import User
from engine.ports.sessions import Position, Standing
from engine.time.span import Instant
from engine.trouble import Unopened
from store.refusals import stale
from tests.doubles.store.calendars import forget_calendar
from tests.doubles.store.events import drop_event
from tests.doubles.store.repository import drop_where
from tests.doubles.store.tables import Table, Tables


class MemoryUsers:
    """`engine.ports.sessions.Users`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, user: UserId) -> User | None:
        """Look one up."""
        return self._tables.users.get(user)

    def some(self, names: Collection[UserId]) -> Sequence[User]:
        """Look several up, by id."""
        return [one for one in self.all() if one.id in names]

    def all(self) -> Sequence[User]:
        """Give everybody, by id."""
        return sorted(self._tables.users, key=lambda user: user.id)

    def put(self, user: User) -> User:
        """Insert or replace just the version that it carries."""
        there = self._tables.users.get(user.id)
        if user.version != (0 if there is None else there.version):
            raise stale("User", user.id)
        written = replace(user, version=user.version + 1)
        self._tables.users.put(user.id, written)
        return written

    def delete(self, user: UserId) -> None:
        """Remove somebody with everything that is theirs; bookings, which name nobody, stay."""
        tables = self._tables
        tables.users.drop(user)
        sessions = MemorySessions(tables)
        for session in [session.id for session in tables.sessions if session.host_user_id == user]:
            sessions.delete(session)
        for account in [account.connector for account in tables.accounts if account.user_id == user]:
            tables.accounts.drop(account)
        for calendar in [calendar.key for calendar in tables.calendars if calendar.user_id == user]:
            forget_calendar(tables, calendar)
        for key in [key for key, effect in tables.effects.items() if effect.attendee == user]:
            tables.effects.drop(key)
        for number in [number for number, hold in tables.holds.items() if hold.person == user]:
            tables.holds.drop(number)
        _drop_rows(tables, user)


def _drop_rows(tables: Tables, user: UserId) -> None:
    for event in [event.id for event in tables.events if event.created_by == user]:
        drop_event(tables, event)
    drop_where(tables.participants, "id", lambda one: one.user_id == user)
    drop_where(tables.reminders, "id", lambda one: one.user_id == user)
    drop_where(tables.reservations, "id", lambda one: one.reserved_by == user)
    drop_where(tables.constraints, "id", lambda one: one.user == user)
    drop_where(tables.profiles, "user_id", lambda one: one.user_id == user)
    drop_where(tables.analytics, "id", lambda one: one.host_user_id == user)
    drop_where(tables.notifications, "id", lambda one: one.user_id == user)
    drop_where(tables.sync_jobs, "id", lambda one: one.user_id == user)
    drop_where(tables.set_aside, "id", lambda one: one.user_id == user)
    drop_where(tables.refresh_tokens, "id", lambda one: one.user_id == user)
    drop_where(tables.kept_answers, "id", lambda one: one.user_id == user)
    drop_where(tables.personal_settings, "user_id", lambda one: one.user_id == user)
    drop_where(tables.dispatches, "id", lambda one: one.user_id == user)
    drop_where(tables.links, "id", lambda one: one.user_id == user)
    drop_where(tables.invitations, "id", lambda one: one.user_id == user)
    drop_where(tables.visits, "id", lambda one: one.user_id == user)
    _forget_relations(tables, user)
    drop_where(tables.outages, "connector", lambda one: one.user_id == user)
    drop_where(tables.channels, "id", lambda one: one.user_id == user)
    drop_where(tables.grants, "connector", lambda one: one.user_id == user)


def _forget_relations(tables: Tables, user: UserId) -> None:
    of_people: tuple[Table[str, Any], ...] = (
        *(
            tables.embeddings,
            tables.encounters,
            tables.meeting_sources,
            tables.memories,
            tables.relationships,
        ),
        *(tables.interests, tables.interactions, tables.known_addresses, tables.contacts),
    )
    for table in of_people:
        drop_where(table, "id", lambda one: one.user_id == user)


class MemorySessions:
    """`engine.ports.sessions.Sessions`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(self, session: SessionId) -> EventSession | None:
        """Look one up."""
        return self._tables.sessions.get(session)

    def put(self, session: EventSession) -> EventSession:
        """Insert or replace just the version that it carries."""
        there = self._tables.sessions.get(session.id)
        if session.version != (0 if there is None else there.version):
            raise stale("Session", session.id)
        written = replace(session, version=session.version + 1)
        self._tables.sessions.put(session.id, written)
        return written

    def listed(
        self, status: SessionStatus | None = None, unopened: Unopened | None = None
    ) -> Sequence[EventSession]:
        """Give sessions by creation, newest first; each opens."""
        found = [session for session in self._tables.sessions if status in (None, session.status)]
        return sorted(found, key=lambda session: (-session.created_at, session.id))

    def some(
        self, sessions: Collection[SessionId], unopened: Unopened | None = None
    ) -> Sequence[EventSession]:
        """Look several up at once."""
        return [one for one in self.listed() if one.id in sessions]

    def page(
        self,
        limit: int,
        after: Position | None = None,
        status: SessionStatus | None = None,
        attendee: UserId | None = None,
    ) -> Sequence[Position]:
        """Name some sessions, newest first."""
        found = [
            Position(one.created_at, one.id, one.version)
            for one in self.listed(status)
            if attendee is None or attendee in one.attendee_ids
        ]
        if after is not None:
            found = [one for one in found if (-one.created_at, one.id) > (-after.created_at, after.id)]
        return found[:limit]

    def standing(self, user: UserId, since: Instant) -> Sequence[Standing]:
        """Tell how those of somebody's sessions stand that were not over then, newest first."""
        told = [self._stands(one, user) for one in self.listed() if user in one.attendee_ids]
        over = {one.id: one.over_at for one in self._tables.sessions}
        return [
            one
            for one in told
            if (over[one.id] or since + 1) > since or (one.state and one.state in UNFINISHED)
        ]

    def _stands(self, session: EventSession, user: UserId) -> Standing:
        booking = self._tables.bookings.get(session.id)
        return Standing(
            id=session.id,
            created_at=session.created_at,
            host=session.host_user_id,
            status=session.status,
            is_offered=bool(session.proposed_times),
            is_answered=any(one.user_id == user for one in session.responses),
            state=None if booking is None else booking.state,
            slot=None if booking is None else booking.slot,
            recurs=session.recurrence is not None,
        )

    def attended_by(self, user: UserId) -> Sequence[SessionId]:
        """Name the sessions that somebody hosts or attends, by id."""
        return sorted(
            one.id
            for one in self._tables.sessions
            if user in (*one.attendee_ids, *(guest.seat for guest in one.guests))
        )

    def begun(self, text: str) -> Sequence[SessionId]:
        """Give the ids that begin so, by id."""
        return sorted(session.id for session in self._tables.sessions if session.id.startswith(text))

    def pending_with(self, user: UserId) -> Sequence[SessionId]:
        """Give the pending sessions that somebody attends, by id."""
        return sorted(session.id for session in self._pending() if user in session.attendee_ids)

    def pending_with_any(self, users: Collection[UserId]) -> Sequence[SessionId]:
        """Give the pending sessions that at least one of them attends, each once, by id; opens none."""
        theirs = (session for session in self._pending() if not set(users).isdisjoint(session.attendee_ids))
        return sorted(session.id for session in theirs)

    def company(self, user: UserId) -> Collection[UserId]:
        """Give everybody who attends a scheduled session with somebody."""
        met = [one.attendee_ids for one in self._tables.sessions if one.status is SessionStatus.SCHEDULED]
        return frozenset(each for people in met if user in people for each in people) - {user}

    def in_common(self, user: UserId, other: UserId) -> bool:
        """Tell whether there is a session that both attend."""
        return any({user, other} <= set(one.attendee_ids) for one in self._tables.sessions)

    def expired(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give pending sessions whose time to answer is over, oldest first."""
        over = [session for session in self._pending() if session.expires_at <= now]
        return [session.id for session in sorted(over, key=lambda each: (each.expires_at, each.id))[:limit]]

    def counts(self) -> Mapping[SessionStatus, int]:
        """Count by status; every status is a key."""
        counts = dict.fromkeys(SessionStatus, 0)
        for session in self._tables.sessions:
            counts[session.status] += 1
        return counts

    def delete(self, session: SessionId) -> None:
        """Remove one with its messages."""
        self._tables.sessions.drop(session)
        self._tables.wakes.drop(session)
        for key in [key for key, message in self._tables.messages.items() if message.session_id == session]:
            self._tables.messages.drop(key)

    def _pending(self) -> Iterable[EventSession]:
        return (session for session in self._tables.sessions if session.status is SessionStatus.PENDING)


class MemoryMessages:
    """`engine.ports.sessions.Messages`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, message: Message) -> None:
        """Append; the same id twice is one message."""
        if message.session_id not in self._tables.sessions:
            raise UnknownThingError(f"There is no session {message.session_id}")
        key = (message.session_id, message.id)
        if key not in self._tables.messages:
            self._tables.messages.put(key, message)

    def of(self, session: SessionId, unopened: Unopened | None = None) -> Sequence[Message]:
        """Give a session's messages, oldest first; each opens."""
        said = [message for message in self._tables.messages if message.session_id == session]
        return sorted(said, key=lambda message: message.timestamp)

    def ids(self, session: SessionId) -> Sequence[MessageId]:
        """Name a session's messages, oldest first."""
        return [message.id for message in self.of(session)]

    def get(self, session: SessionId, message: MessageId) -> Message | None:
        """Look one up."""
        return self._tables.messages.get((session, message))


class MemoryWakes:
    """`engine.ports.sessions.Wakes`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, sessions: Iterable[SessionId], at: Instant) -> None:
        """Wake them at that time; of two times for one session the earlier counts."""
        for session in sessions:
            before = self._tables.wakes.get(session)
            if before is None or at < before:
                self._tables.wakes.put(session, at)

    def due(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give those whose time has come, in turns between their hosts; see the port."""
        come = sorted((at, session) for session, at in self._tables.wakes.items() if at <= now)
        return in_turns(self._tables, come)[:limit]

    def is_due(self, session: SessionId, now: Instant) -> bool:
        """Tell whether one waits whose time has come."""
        at = self._tables.wakes.get(session)
        return at is not None and at <= now

    def done(self, session: SessionId) -> None:
        """Lay one to rest."""
        self._tables.wakes.drop(session)


def in_turns(tables: Tables, waiting: Sequence[tuple[Instant, SessionId]]) -> list[SessionId]:
    """Give what waits, in its order, in turns between the hosts."""
    taken: Counter[str | None] = Counter()
    ordered = []
    for at, session in waiting:
        found = tables.sessions.get(session)
        host = None if found is None else found.host_user_id
        ordered.append((taken[host], at, session))
        taken[host] += 1
    return [session for _, _, session in sorted(ordered)]
