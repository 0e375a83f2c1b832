"""Sessions as they are shown: read a page at a time, by the same few questions for many as for one."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from daemon.app.principal import OPERATOR, Principal, Role
from engine.booking.view import booking_view
from engine.documents.messages import message_document
from engine.documents.sessions import session_document
from engine.documents.set_aside import set_aside_document
from engine.errors import ChangedMeanwhileError, InputError, UnknownThingError
from engine.ids import SessionId
from engine.model.booking import UNFINISHED
from engine.model.learning import HABITS
from engine.model.session import EventSession, SessionStatus
from engine.model.set_aside import SetAside
from engine.ports.sessions import Position, Standing
from engine.ports.store import Store, Transaction
from engine.skipped import CLOCK, jumps_in, skipped
from engine.time.span import Instant
from engine.trouble import Trouble, Unopened

if TYPE_CHECKING:
    from daemon.proposals.told_habits import ToldHabits

PAGE = 50
"""So many sessions are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionViews:
    """Shows what is known of sessions, to a user those that they attend; changes nothing."""

    store: Store
    principal: Principal = OPERATOR
    expects: int | None = None
    """The version that a session must have which is acted on; None where any will do."""
    told_habits: "Callable[[], ToldHabits]" = field(default_factory=lambda: cache(_told_habits))

    def asked_by(self, principal: Principal) -> Self:
        """Give the same for another who asks; whoever has the shell asks of the first."""
        return replace(self, principal=principal)

    def named(self, text: str) -> SessionId:
        """Give the session that an id, or the beginning of just one, means.

        Raises:
            UnknownThingError: none, or several.
        """
        with self.store.reading() as tx:
            begun = tx.sessions.begun(text) if text and text.encode(errors="ignore").decode() == text else ()
            ids = [one for one in begun if self.principal.may_see(()) or self._sees(tx.sessions.get(one))]
        if text in ids or len(ids) == 1:
            return SessionId(text) if text in ids else ids[0]
        if ids:
            raise UnknownThingError(f"{text!r} begins {len(ids)} sessions' ids", "Give more of the id")
        raise UnknownThingError(f"There is no session {text!r}", "gatherly session list shows them")

    def view(self, session_id: SessionId) -> dict[str, Any]:
        """Give a session as its document, with its booking beside it.

        Raises:
            UnknownThingError: there is none.
        """
        with self.store.reading() as tx:
            return self.view_in(tx, self.found(tx, session_id))

    def view_in(self, tx: Transaction, session: EventSession) -> dict[str, Any]:
        """Give one that was found, as `view` does, at the moment of a transaction."""
        view, unopened = self._in_words(tx, view_of(tx, session)), list[str]()
        said = tx.messages.of(session.id, lambda row, why: unopened.append(f"{row}: {why.line}"))
        left = {"unopenedMessages": unopened} if unopened else {}
        return {**view, "messages": [message_document(each) for each in said], **left}

    def listed(
        self,
        status: str | None = None,
        after: SessionId | None = None,
        unopened: Unopened | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Give sessions, newest first, those of one status, or those that follow one of them.

        They are read a page at a time, as they are taken; one that does not open is told to `unopened`.

        Raises:
            InputError: there is no such status.
            UnknownThingError: there is no session that they could follow.
        """
        if status is not None and status not in list(SessionStatus):
            known = ", ".join(SessionStatus)
            raise InputError(f"{status!r} is not a status of sessions", f"There are {known}")
        only = None if status is None else SessionStatus(status)
        with self.store.reading() as tx:
            last = None if after is None else self._position(tx, after)
        while True:
            with self.store.reading() as tx:
                page = tx.sessions.page(PAGE, last, only)
                telling = self._told(tx, unopened)
                found = tx.sessions.some([one.id for one in page], telling)
                views = _views(tx, [one for one in found if self._sees(one)], telling)
            yield from views
            if len(page) < PAGE:
                return
            last = page[-1]

    def _told(self, tx: Transaction, unopened: Unopened | None) -> Unopened | None:
        """Tell whoever asks of what they may see, where they are to be told."""
        if unopened is None:
            return None

        def tell(row: str, why: Trouble) -> None:
            user = self.principal.user
            attends = user is not None and row in tx.sessions.attended_by(user)
            if attends or self.principal.may_see(()):
                unopened(row, why)

        return tell

    def some(self, tx: Transaction, ids: Sequence[SessionId]) -> list[dict[str, Any]]:
        """Give just these, as far as they are there, open, and may be seen."""
        found = [one for one in tx.sessions.some(ids, _passed_over) if self._sees(one)]
        return [self._in_words(tx, one) for one in _views(tx, found, _passed_over)]

    def _in_words(self, tx: Transaction, view: dict[str, Any]) -> dict[str, Any]:
        """Say to whom they belong, and to operators, by which habits the times on offer are ranked."""
        slots = view.get("proposedTimes", ())
        if not any(one["code"] == HABITS for slot in slots for one in slot.get("reasons") or ()):
            return view
        reader, everybodys = self.principal.user, self.principal.role is Role.OPERATOR
        return self.told_habits().told(tx, view, reader, everybodys=everybodys)

    def standing(self, tx: Transaction, since: Instant) -> Sequence[Standing]:
        """Tell how those of the asker's own sessions stand that were not over then, newest first."""
        user = self.principal.user
        return () if user is None else tx.sessions.standing(user, since)

    def page(self, status: SessionStatus | None, after: str | None, limit: int) -> list[dict[str, Any]]:
        """Give some sessions, newest first: those that follow one of them, or the first.

        Raises:
            UnknownThingError: there is no session that they could follow.
        """
        with self.store.reading() as tx:
            return self.page_in(tx, status, after, limit)

    def page_in(
        self, tx: Transaction, status: SessionStatus | None, after: str | None, limit: int
    ) -> list[dict[str, Any]]:
        """Give the same, at the moment of a transaction."""
        attendee = None if self.principal.may_see(()) else self.principal.user
        last = None if after is None else self._position(tx, SessionId(after))
        views = list[dict[str, Any]]()
        while (wanted := limit - len(views)) > 0:
            found = tx.sessions.page(wanted, last, status, attendee)
            opened = tx.sessions.some([one.id for one in found], _passed_over)
            views += _views(tx, opened, _passed_over)
            if len(found) < wanted:
                break
            last = found[-1]
        return views

    def _position(self, tx: Transaction, session_id: SessionId) -> Position:
        found = self.found(tx, session_id)
        return Position(found.created_at, found.id)

    def found(self, tx: Transaction, session_id: SessionId) -> EventSession:
        """Look one up.

        Raises:
            UnknownThingError: there is none that whoever asks may see.
            ChangedMeanwhileError: it has another version than is expected.
        """
        session = tx.sessions.get(session_id)
        if session is None or not self._sees(session):
            raise UnknownThingError(f"There is no session {session_id}", "gatherly session list shows them")
        if self.expects is not None and session.version != self.expects:
            raise ChangedMeanwhileError("The session has changed", "Look at it anew")
        return session

    def _sees(self, session: EventSession | None) -> bool:
        return session is not None and self.principal.may_see(session.attendee_ids)


def _told_habits() -> "ToldHabits":
    from daemon.proposals.told_habits import ToldHabits  # most sessions are ranked without anybody's habits

    return ToldHabits()


def _passed_over(_row: str, _why: Trouble) -> None:
    """Leave out what does not open: `status` and `fsck` tell operators of it."""


def view_of(tx: Transaction, session: EventSession) -> dict[str, Any]:
    """Give one session as its document, with its booking beside it, to who may see everything."""
    return _views(tx, [session])[0]


def _views(
    tx: Transaction, sessions: Sequence[EventSession], unopened: Unopened | None = None
) -> list[dict[str, Any]]:
    """Give sessions as documents, by as many questions for many as for one."""
    ids, apart = [session.id for session in sessions], set[str]()

    def set_apart(row: str, why: Trouble) -> None:
        apart.add(row)
        if unopened is not None:
            unopened(row, why)

    bookings = tx.ledger.bookings(ids, None if unopened is None else set_apart)
    effects = tx.ledger.effects_of_any(ids)
    under_way = any(booking.state in UNFINISHED for booking in bookings.values())
    left_out = skipped(jumps_in(tx.audit.listed(CLOCK))) if under_way else ()
    aside = [one for one in tx.repositories.set_aside.of_sessions(ids) if not one.forgotten]
    return [
        {
            **session_document(session),
            "booking": _with_occurrences(
                booking_view(bookings.get(session.id), effects[session.id], left_out), session
            ),
            **_set_aside([one for one in aside if one.session_id == session.id]),
        }
        for session in sessions
        if session.id not in apart
    ]


def _with_occurrences(booking: dict[str, Any], session: EventSession) -> dict[str, Any]:
    """Show beside a booking's conflicts what people did to single occurrences, and what could not be held."""
    told = []
    if session.recurrence is not None:
        from engine.booking.checks.occurrence_changes import told_conflicts  # most sessions are held once

        told = told_conflicts(session)
    every = sorted([*booking.get("conflicts", ()), *told], key=lambda one: str(one["occurrence"]))
    return {**booking, "conflicts": every} if told else booking


def _set_aside(aside: Sequence[SetAside]) -> dict[str, Any]:
    return {"setAside": [set_aside_document(one) for one in aside]} if aside else {}
