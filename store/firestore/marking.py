"""The working copy's live parts: what changes in SQL is marked in the same transaction, to be written out."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

import sqlalchemy as sa

from engine.ids import CalendarKey, SessionId, UserId
from engine.model.app_document import message_place, session_place, user_place
from engine.model.calendar_object import SyncPlan
from engine.model.session import EventSession, Message
from engine.model.user import CalendarConnection, Provider, User
from engine.ports.app_documents import AppDocumentRecords
from engine.ports.sessions import Users
from engine.ports.vault import Vault
from engine.stale import retry_stale
from store.sql.repositories.calendars import SqlCalendars
from store.sql.repositories.messages import SqlMessages
from store.sql.repositories.sessions import SqlSessions
from store.sql.repositories.users import SqlUsers

ProviderOf = Callable[[CalendarKey], Provider | None]
"""Tells which of F0's three providers keeps a calendar; None where F0 has no word for it."""


class MarkingUsers(SqlUsers):
    """`engine.ports.sessions.Users` over the working copy."""

    def __init__(
        self, connection: sa.Connection, sessions: "MarkingSessions", book: AppDocumentRecords
    ) -> None:
        super().__init__(connection)
        self._sessions = sessions
        self._book = book

    def put(self, user: User) -> User:
        """Insert or replace just the version that it carries."""
        place = user_place(user.id)
        written = super().put(user)
        self._book.mark([place])
        return written

    def delete(self, user: UserId) -> None:
        """Remove somebody with everything that is theirs, the sessions that they host with them."""
        for session in self._sessions.hosted_by(user):
            self._sessions.delete(session)
        super().delete(user)
        self._book.mark([user_place(user)])


class MarkingSessions(SqlSessions):
    """`engine.ports.sessions.Sessions` over the working copy."""

    def __init__(self, connection: sa.Connection, vault: Vault, book: AppDocumentRecords) -> None:
        super().__init__(connection, vault)
        self._book = book

    def put(self, session: EventSession) -> EventSession:
        """Insert or replace just the version that it carries."""
        place = session_place(session.id)
        written = super().put(session)
        self._book.mark([place])
        return written

    def delete(self, session: SessionId) -> None:
        """Remove one with its messages."""
        super().delete(session)
        self._book.mark([session_place(session)])


class MarkingMessages(SqlMessages):
    """`engine.ports.sessions.Messages` over the working copy."""

    def __init__(self, connection: sa.Connection, vault: Vault, book: AppDocumentRecords) -> None:
        super().__init__(connection, vault)
        self._book = book

    def add(self, message: Message) -> None:
        """Append; the same id twice is one message."""
        place = message_place(message.session_id, message.id)
        super().add(message)
        self._book.mark([place])


class MirroringCalendars(SqlCalendars):
    """`engine.ports.calendars.Calendars`, with each user's `calendars[]` kept true to what was read when."""

    def __init__(
        self, connection: sa.Connection, vault: Vault, users: Users, provider_of: ProviderOf
    ) -> None:
        super().__init__(connection, vault)
        self._users = users
        self._provider_of = provider_of

    def apply(self, plan: SyncPlan) -> None:
        """Store one read as a whole; its owner's document tells when that was."""
        super().apply(plan)
        self._mirror(plan.calendar.user_id)

    def forget(self, key: CalendarKey) -> None:
        """Remove a calendar, from its owner's document too."""
        calendar = self.get(key)
        super().forget(key)
        if calendar is not None:
            self._mirror(calendar.user_id, without=key)

    def _mirror(self, user_id: UserId, without: CalendarKey | None = None) -> None:
        retry_stale(partial(self._try_to_mirror, user_id, without), f"The user {user_id}")

    def _try_to_mirror(self, user_id: UserId, without: CalendarKey | None) -> None:
        user = self._users.get(user_id)
        calendars = () if user is None else self._mirrored(user, without)
        if user is not None and calendars != user.calendars:
            self._users.put(replace(user, calendars=calendars))

    def _mirrored(self, user: User, without: CalendarKey | None) -> tuple[CalendarConnection, ...]:
        """Keep what apps have written of calendars that gatherly does not read."""
        known = {(connection.provider, connection.calendar_id): connection for connection in user.calendars}
        if without is not None and (gone := self._provider_of(without)) is not None:
            known.pop((gone, str(without.calendar)), None)
        return tuple({**known, **dict(self._connections(user.id))}.values())

    def _connections(self, user: UserId) -> Iterable[tuple[tuple[Provider, str], CalendarConnection]]:
        for calendar in self.of_user(user):
            provider = self._provider_of(calendar.key)
            if provider is not None:
                connection = CalendarConnection(
                    provider=provider,
                    calendar_id=str(calendar.key.calendar),
                    is_primary=calendar.is_primary,
                    read_only=calendar.read_only,
                    synced_at=calendar.synced_at,
                )
                yield (provider, connection.calendar_id), connection
