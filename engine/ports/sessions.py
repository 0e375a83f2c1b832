"""What people see while a session lives: users, sessions, messages, and what wakes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from engine.ids import MessageId, SessionId, UserId
from engine.time.span import Instant, Span

if TYPE_CHECKING:
    from engine.model.booking import BookingState
    from engine.model.session import EventSession, Message, SessionStatus
    from engine.model.user import User
    from engine.trouble import Unopened


class Users(Protocol):
    """Users, live."""

    def get(self, user: UserId) -> User | None:
        """Look one up."""

    def some(self, users: Collection[UserId]) -> Sequence[User]:
        """Look several up, by id; who is not there is left out."""

    def all(self) -> Sequence[User]:
        """Give everybody, by id."""

    def put(self, user: User) -> User:
        """Insert (version 0) or replace the version that it carries; gives it with its new version.

        Raises:
            StaleVersionError: the row has another version.
        """

    def delete(self, user: UserId) -> None:
        """Remove somebody with everything that is theirs."""


class Position(NamedTuple):
    """Where a session lies among all, which come newest first; `version` is what it then was."""

    created_at: Instant
    id: SessionId
    version: int = 0


class Standing(NamedTuple):
    """How a session stands for somebody who attends it, as far as that is known without opening it.

    `is_offered` tells whether times are proposed, `is_answered` whether that person has said anything to
    them; `state` is its booking's, where there is one, and `slot` what that books: of one that `recurs` the
    first of it.
    """

    id: SessionId
    created_at: Instant
    host: UserId
    status: SessionStatus
    is_offered: bool
    is_answered: bool
    state: BookingState | None
    slot: Span | None
    recurs: bool = False


class Sessions(Protocol):
    """Sessions, live."""

    def get(self, session: SessionId) -> EventSession | None:
        """Look one up."""

    def put(self, session: EventSession) -> EventSession:
        """Insert (version 0) or replace the version that it carries; gives it with its new version.

        Raises:
            StaleVersionError: the row has another version.
        """

    def listed(
        self, status: SessionStatus | None = None, unopened: Unopened | None = None
    ) -> Sequence[EventSession]:
        """Give sessions by creation, newest first; without `unopened` one that does not open fails all."""

    def some(
        self, sessions: Collection[SessionId], unopened: Unopened | None = None
    ) -> Sequence[EventSession]:
        """Look several up at once, as `listed` does."""

    def page(
        self,
        limit: int,
        after: Position | None = None,
        status: SessionStatus | None = None,
        attendee: UserId | None = None,
    ) -> Sequence[Position]:
        """Name some sessions, newest first: those that follow a position, or the first; opens none.

        `attendee` leaves those that somebody attends.
        """

    def standing(self, user: UserId, since: Instant) -> Sequence[Standing]:
        """Tell how those of somebody's sessions stand that were not over then, newest first; opens none.

        What is being undone, or cannot be, is not over.
        """

    def attended_by(self, user: UserId) -> Sequence[SessionId]:
        """Name the sessions that somebody hosts or attends, by id; opens none."""

    def begun(self, text: str) -> Sequence[SessionId]:
        """Give the ids that begin so, by id."""

    def pending_with(self, user: UserId) -> Sequence[SessionId]:
        """Give the pending sessions that somebody attends."""

    def pending_with_any(self, users: Collection[UserId]) -> Sequence[SessionId]:
        """Give the pending sessions that at least one of them attends, each once, by id; opens none."""

    def company(self, user: UserId) -> Collection[UserId]:
        """Give everybody who attends a scheduled session with somebody."""

    def in_common(self, user: UserId, other: UserId) -> bool:
        """Tell whether there is a session that both attend."""

    def expired(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give pending sessions whose time to answer is over, oldest first."""

    def counts(self) -> Mapping[SessionStatus, int]:
        """Count by status; every status is a key."""

    def delete(self, session: SessionId) -> None:
        """Remove one with its messages."""


class Messages(Protocol):
    """What was said in a session."""

    def add(self, message: Message) -> None:
        """Append; the same id twice is one message."""

    def of(self, session: SessionId, unopened: Unopened | None = None) -> Sequence[Message]:
        """Give a session's messages, oldest first; without `unopened` one that does not open fails all."""

    def ids(self, session: SessionId) -> Sequence[MessageId]:
        """Name a session's messages, oldest first; opens none."""

    def get(self, session: SessionId, message: MessageId) -> Message | None:
        """Look one up."""


class Wakes(Protocol):
    """Sessions that something touches, now or at a known moment: proposing starts here, never by scanning."""

    def add(self, sessions: Iterable[SessionId], at: Instant) -> None:
        """Wake them at that time; of two times for one session the earlier counts."""

    def is_due(self, session: SessionId, now: Instant) -> bool:
        """Tell whether one waits whose time has come."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        """Give those whose time has come, in turns between their hosts, each host's longest waiting first.

        So somebody with ten thousand sessions keeps nobody else waiting.
        """

    def done(self, session: SessionId) -> None:
        """Lay one to rest; who looks at it does so in the same transaction."""
