"""The working copy's live parts: what changes in SQL is marked in the same transaction, to be written out."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from engine.errors import StaleVersionError
from engine.ids import CalendarKey, ConnectorName, Href, SessionId, UserId
from engine.model.app_document import message_place, session_place, user_place
from engine.model.calendar import BusySpan, Calendar, CalendarAccount, Digest, RawObject, SyncPlan
from engine.model.session import EventSession, Message, SessionStatus
from engine.model.user import CalendarConnection, Provider, User
from engine.ports.app_documents import AppDocumentRecords
from engine.ports.calendars import Calendars
from engine.ports.sessions import Messages, Sessions, Users
from engine.time.span import Instant, Span

ProviderOf = Callable[[CalendarKey], Provider | None]
"""Tells which of F0's three providers keeps a calendar; None where F0 has no word for it."""
_TRIES = 5


class MarkingUsers:
    """`engine.ports.sessions.Users` over the working copy."""

    def __init__(self, users: Users, sessions: "MarkingSessions", book: AppDocumentRecords) -> None:
        self._users = users
        self._sessions = sessions
        self._book = book

    def get(self, user: UserId) -> User | None:
        """Look one up."""
        return self._users.get(user)

    def all(self) -> Sequence[User]:
        """Give everybody, by id."""
        return self._users.all()

    def put(self, user: User) -> User:
        """Insert or replace just the version that it carries."""
        place = user_place(user.id)
        written = self._users.put(user)
        self._book.mark([place])
        return written

    def delete(self, user: UserId) -> None:
        """Remove somebody with everything that is theirs, the sessions that they host with them."""
        for session in self._sessions.listed():
            if session.host_user_id == user:
                self._sessions.delete(session.id)
        self._users.delete(user)
        self._book.mark([user_place(user)])


class MarkingSessions:
    """`engine.ports.sessions.Sessions` over the working copy."""

    def __init__(self, sessions: Sessions, book: AppDocumentRecords) -> None:
        self._sessions = sessions
        self._book = book

    def get(self, session: SessionId) -> EventSession | None:
        """Look one up."""
        return self._sessions.get(session)

    def put(self, session: EventSession) -> EventSession:
        """Insert or replace just the version that it carries."""
        place = session_place(session.id)
        written = self._sessions.put(session)
        self._book.mark([place])
        return written

    def listed(self, status: SessionStatus | None = None) -> Sequence[EventSession]:
        """Give sessions by creation, newest first."""
        return self._sessions.listed(status)

    def pending_with(self, user: UserId) -> Sequence[SessionId]:
        """Give the pending sessions that somebody attends."""
        return self._sessions.pending_with(user)

    def pending_with_any(self, users: Collection[UserId]) -> Sequence[EventSession]:
        """Give the pending sessions that at least one of them attends, each once and whole, by id."""
        return self._sessions.pending_with_any(users)

    def company(self, user: UserId) -> Collection[UserId]:
        """Give everybody who attends a scheduled session with somebody."""
        return self._sessions.company(user)

    def expired(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give pending sessions whose time to answer is over, oldest first."""
        return self._sessions.expired(now, limit)

    def counts(self) -> Mapping[SessionStatus, int]:
        """Count by status; every status is a key."""
        return self._sessions.counts()

    def delete(self, session: SessionId) -> None:
        """Remove one with its messages."""
        self._sessions.delete(session)
        self._book.mark([session_place(session)])


class MarkingMessages:
    """`engine.ports.sessions.Messages` over the working copy."""

    def __init__(self, messages: Messages, book: AppDocumentRecords) -> None:
        self._messages = messages
        self._book = book

    def add(self, message: Message) -> None:
        """Append; the same id twice is one message."""
        place = message_place(message.session_id, message.id)
        self._messages.add(message)
        self._book.mark([place])

    def of(self, session: SessionId) -> Sequence[Message]:
        """Give a session's messages, oldest first."""
        return self._messages.of(session)


class MirroringCalendars:
    """`engine.ports.calendars.Calendars`, with each user's `calendars[]` kept true to what was read when."""

    def __init__(self, calendars: Calendars, users: Users, provider_of: ProviderOf) -> None:
        self._calendars = calendars
        self._users = users
        self._provider_of = provider_of

    def account(self, connector: ConnectorName) -> CalendarAccount | None:
        """Look one connector's health up."""
        return self._calendars.account(connector)

    def accounts(self) -> Sequence[CalendarAccount]:
        """Give them by name."""
        return self._calendars.accounts()

    def due(self, now: Instant) -> Sequence[ConnectorName]:
        """Give the connectors whose time to be read has come, the longest due first."""
        return self._calendars.due(now)

    def put_account(self, account: CalendarAccount) -> CalendarAccount:
        """Insert or replace the version that it carries."""
        return self._calendars.put_account(account)

    def get(self, key: CalendarKey) -> Calendar | None:
        """Look a calendar up."""
        return self._calendars.get(key)

    def of_connector(self, connector: ConnectorName) -> Sequence[Calendar]:
        """Give a connector's calendars by name."""
        return self._calendars.of_connector(connector)

    def of_user(self, user: UserId) -> Sequence[Calendar]:
        """Give a user's calendars by key."""
        return self._calendars.of_user(user)

    def digests(self, key: CalendarKey) -> Mapping[Href, Digest]:
        """Tell what is stored, to compare with what is read."""
        return self._calendars.digests(key)

    def objects(self, key: CalendarKey, hrefs: Collection[Href] | None = None) -> Sequence[RawObject]:
        """Give stored objects as their provider sent them, unsealed."""
        return self._calendars.objects(key, hrefs)

    def apply(self, plan: SyncPlan) -> None:
        """Store one read as a whole; its owner's document tells when that was."""
        self._calendars.apply(plan)
        self._mirror(plan.calendar.user_id)

    def busy(self, user: UserId, window: Span) -> Sequence[BusySpan]:
        """Give what overlaps the window in a user's read calendars, by start."""
        return self._calendars.busy(user, window)

    def forget(self, key: CalendarKey) -> None:
        """Remove a calendar, from its owner's document too."""
        calendar = self._calendars.get(key)
        self._calendars.forget(key)
        if calendar is not None:
            self._mirror(calendar.user_id, without=key)

    def _mirror(self, user_id: UserId, without: CalendarKey | None = None) -> None:
        for _ in range(_TRIES):
            user = self._users.get(user_id)
            if user is None:
                return
            calendars = self._mirrored(user, without)
            if calendars == user.calendars:
                return
            with suppress(StaleVersionError):
                self._users.put(replace(user, calendars=calendars))
                return

    def _mirrored(self, user: User, without: CalendarKey | None) -> tuple[CalendarConnection, ...]:
        """Keep what apps have written of calendars that gatherly does not read."""
        known = {(connection.provider, connection.calendar_id): connection for connection in user.calendars}
        if without is not None and (gone := self._provider_of(without)) is not None:
            known.pop((gone, str(without.calendar)), None)
        return tuple({**known, **dict(self._connections(user.id))}.values())

    def _connections(self, user: UserId) -> Iterable[tuple[tuple[Provider, str], CalendarConnection]]:
        for calendar in self._calendars.of_user(user):
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
