"""Take in one document that an app has changed: a user, a session, a message, or what is asked of a session.

What an app asks for goes through the same state machine as every command; what cannot be granted is said in
the session's messages, and the document is written as it stands.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog

from daemon.app_documents.write_out import entity_of
from daemon.booking.transitions import Vet, change_within
from daemon.conversations.conversation import Conversation, is_read
from daemon.conversations.leavers import turn_away_leavers
from engine.app_documents import asked, inviting
from engine.app_documents.document_write import is_echo
from engine.app_documents.fields import METADATA, differing, digests
from engine.app_documents.inviting import Inviting, Whom
from engine.app_documents.user_changes import with_changes
from engine.booking.target import Targets
from engine.bounds import LATEST, LONGEST_MESSAGE
from engine.documents.app_documents import Entity, app_document, parse_app_document
from engine.errors import InputError, StaleVersionError
from engine.ids import MessageId, SessionId, UserId
from engine.model.app_document import AppDocument, Collection, Found, Place, message_place
from engine.model.session import EventSession, Message, MessageRole, SessionStatus
from engine.model.session_metadata import MessageKey
from engine.model.user import User
from engine.ports.app_documents import AppDocumentTransaction, LiveStore
from engine.ports.custody import Custody
from engine.ports.world import Clock, Randomness
from engine.sessions import state_machine
from engine.sessions.state_machine import Confirm
from engine.stale import retry_stale
from engine.time.span import Instant

OVER = (SessionStatus.CANCELLED, SessionStatus.FAILED)
REMOVED = "removed"
"""The reason of a session whose document an app has removed."""
_LOG = structlog.get_logger("gatherly")

Configured = Callable[[User], User]
"""Gives a user as the configuration wants them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDocument:
    """Takes in one document at a time, each within one transaction; `expire_after` in seconds."""

    store: LiveStore
    custody: Custody
    clock: Clock
    randomness: Randomness
    targets: Targets
    confirm: Confirm
    expire_after: int
    vet: Vet | None = None
    configured: Configured
    conversation: Conversation
    inviting: Inviting = Whom.EVERYBODY

    def take(self, found: Found) -> bool:
        """Take in one document as it lies outside; tell whether an app had changed it."""
        self._tell_beside(found)

        def take_in() -> bool:
            with self.store.writing() as tx:
                return self._take(tx, found)

        return retry_stale(take_in, str(found.place))

    def _take(self, tx: AppDocumentTransaction, found: Found) -> bool:
        before = tx.documents.get(found.place) or AppDocument(place=found.place)
        if found.place.collection is Collection.MESSAGES:
            return self._take_message(tx, found)
        if before.update_time is not None and found.stamp <= before.update_time:
            return False
        if found.fields is None:
            return self._removed(tx, before)
        try:
            theirs = parse_app_document(found.place, found.fields)
            taken = self._take_entity(tx, before, theirs, found.fields)
        except InputError as error:
            return self._unreadable(tx, replace(before, update_time=found.stamp), error)
        known = _there(theirs, found.fields)
        return self._agreed(tx, replace(before, update_time=found.stamp), known, taken)

    def _agreed(
        self, tx: AppDocumentTransaction, before: AppDocument, known: dict[str, str], changed: bool
    ) -> bool:
        """Remember the document as it is; what of it is not so after all is written."""
        tx.documents.put(replace(before, known=known, sending={}, gone=False, problem=None))
        ours = entity_of(tx, before.place)
        if ours is not None and differing(known, digests(app_document(ours))):
            tx.documents.mark([before.place])
        return changed

    def _take_entity(
        self, tx: AppDocumentTransaction, before: AppDocument, theirs: Entity, there: Mapping[str, Any]
    ) -> bool:
        if isinstance(theirs, User):
            return self._take_user(tx, before, theirs)
        if not isinstance(theirs, EventSession):
            raise TypeError(f"{before.place} is a message")
        ours = tx.sessions.get(theirs.id)
        if ours is None:
            return self._take_new_session(tx, theirs, "expiresAt" in there)
        fields = _changed(before, ours, theirs, there)
        if not fields or ours.status in OVER:
            return False
        return self._take_session(tx, before, ours, theirs, fields)

    def _take_user(self, tx: AppDocumentTransaction, before: AppDocument, theirs: User) -> bool:
        if self.custody.erased(theirs.id, theirs.email):
            raise InputError(f"{before.place} is somebody who was erased", "Remove the document")
        ours = tx.users.get(theirs.id)
        if ours is None:
            tx.users.put(self.configured(theirs))
        else:
            fields = _changed(before, ours, theirs)
            configured = self.configured(with_changes(ours, theirs, fields))
            wanted = _with_calendars(with_changes(ours, configured, fields), ours)
            if wanted == ours:
                return False
            tx.users.put(wanted)
        tx.wakes.add(tx.sessions.pending_with(theirs.id), self._now())
        return True

    def _take_new_session(self, tx: AppDocumentTransaction, theirs: EventSession, expires: bool) -> bool:
        session, refused = asked.as_created(theirs)
        if not expires:
            session = replace(session, expires_at=min(session.created_at + self.expire_after, LATEST - 1))
        if session.status is SessionStatus.PENDING:
            session = self._if_invited(tx, session)
        tx.sessions.put(session)
        if session.status is SessionStatus.PENDING:
            tx.wakes.add([session.id], self._now())
        for words in refused:
            self._say(tx, session.id, words)
        return True

    def _if_invited(self, tx: AppDocumentTransaction, session: EventSession) -> EventSession:
        """Give a new session, failed where it invites somebody whom its host may not."""
        try:
            self._check_newcomers(tx, session, None)
        except InputError as error:
            why = {"failureReason": f"{error.what}.", "suggestions": [error.remedy]}
            return state_machine.fail(session, why, now=self._now())
        return session

    def _check_newcomers(
        self, tx: AppDocumentTransaction, session: EventSession, before: EventSession | None
    ) -> None:
        turn_away_leavers(tx, before, session)
        fresh = inviting.newcomers(session, before)
        if not fresh or self.inviting is Whom.EVERYBODY:
            return
        users = {user.id: user for user in tx.users.all()}
        inviting.check(self.inviting, fresh, users, tx.sessions.company(session.host_user_id))

    def _take_session(
        self,
        tx: AppDocumentTransaction,
        before: AppDocument,
        ours: EventSession,
        theirs: EventSession,
        fields: frozenset[str],
    ) -> bool:
        now = self._now()
        try:
            self._check_newcomers(tx, replace(theirs, host_user_id=ours.host_user_id), ours)
        except InputError as error:
            self._say(tx, ours.id, str(error))
            theirs = inviting.without_newcomers(theirs, ours)
        for command in asked.commands(before, theirs, fields, now=now, confirm=self.confirm):
            try:
                self._change(tx, ours.id, command, now)
            except InputError as error:
                self._say(tx, ours.id, str(error))
                tx.wakes.add([ours.id], now)
        return True

    def _change(
        self, tx: AppDocumentTransaction, session: SessionId, command: asked.Command, now: Instant
    ) -> None:
        change = partial(change_within, tx, session, command, targets=self.targets, vet=self.vet)
        change(install=self.store.install, now=now)

    def _take_message(self, tx: AppDocumentTransaction, found: Found) -> bool:
        session = found.place.session
        if found.fields is None or session is None:
            return False
        before = tx.documents.get(found.place) or AppDocument(place=found.place)
        seen = replace(before, update_time=found.stamp)
        try:
            message = parse_app_document(found.place, found.fields)
        except InputError as error:
            return self._unreadable(tx, seen, error)
        if before.mark:
            tx.documents.put(replace(seen, known=digests(app_document(message))))
            return False
        known = tx.sessions.get(session)
        if not isinstance(message, Message) or known is None or message.id in tx.messages.ids(session):
            return False
        if message.role is not MessageRole.USER or not message.content.strip() or is_read(message):
            tx.messages.add(message)
            tx.documents.forget(found.place)
            return True
        self.conversation.hear(tx, session, message, _speaker(message, known), self._now())
        tx.documents.put(replace(seen, known=digests(app_document(message))))
        tx.documents.mark([found.place])
        return True

    def _unreadable(self, tx: AppDocumentTransaction, document: AppDocument, error: InputError) -> bool:
        """Leave a document as it is, and say so: in the log, in `status`, in its session."""
        _LOG.warning("document.unreadable", document=str(document.place), error=str(error))
        known = tx.documents.get(document.place)
        tx.documents.put(replace(document, problem=str(error)))
        session = session_of(document.place)
        told = known is not None and known.problem == str(error)
        if session is not None and not told and tx.sessions.get(session) is not None:
            self._say(tx, session, unread(document.place, error))
        return False

    def _tell_beside(self, found: Found) -> None:
        """Tell an app beside its session's document why that cannot be read, where gatherly has none of it.

        The message's id follows from the document's version, so that it is written once.
        """
        if found.fields is None or found.place.collection is not Collection.SESSIONS:
            return
        try:
            parse_app_document(found.place, found.fields)
        except InputError as error:
            session = SessionId(found.place.id)
            with self.store.reading() as tx:
                if tx.sessions.get(session) is not None:
                    return
            message = self._words(session, unread(found.place, error), f"unread-{found.stamp}")
            place = message_place(session, message.id)
            with suppress(StaleVersionError):
                self.store.apps.note(place, self.store.apps.create(place, app_document(message)))

    def _removed(self, tx: AppDocumentTransaction, before: AppDocument) -> bool:
        """Call off a session whose document an app removed; a user is only ever erased by an operator."""
        if before.update_time is None or before.gone:
            return False
        tx.documents.put(replace(before, gone=True, sending={}, update_time=None, known=None))
        _LOG.warning("document.removed", document=str(before.place))
        session = tx.sessions.get(SessionId(before.place.id))
        if before.place.collection is not Collection.SESSIONS or session is None or session.status in OVER:
            return False
        self._change(tx, session.id, self._call_off, self._now())
        return True

    def _call_off(self, session: EventSession) -> EventSession:
        return state_machine.cancel(session, REMOVED, now=self._now())

    def _say(self, tx: AppDocumentTransaction, session: SessionId, words: str) -> None:
        """Tell the app what cannot be done, where it looks."""
        tx.messages.add(self._words(session, words, self.randomness.token()))

    def _words(self, session: SessionId, words: str, name: str) -> Message:
        return Message(
            id=MessageId(name),
            session_id=session,
            role=MessageRole.SYSTEM,
            content=words[:LONGEST_MESSAGE],
            timestamp=self._now(),
        )

    def _now(self) -> Instant:
        return self.clock.now()


def _speaker(message: Message, session: EventSession) -> UserId:
    """Give who said it: whom the message names among those who attend, else the host."""
    named = (message.metadata or {}).get(MessageKey.USER_ID)
    return UserId(named) if named in session.attendee_ids else session.host_user_id


def session_of(place: Place) -> SessionId | None:
    """Give the session that a document belongs to; a user's belongs to none."""
    if place.collection is Collection.SESSIONS:
        return SessionId(place.id)
    return place.session


def unread(place: Place, error: InputError) -> str:
    """Say in a session that something of it cannot be read."""
    what = "This session" if place.collection is Collection.SESSIONS else f"The message {place.id}"
    return f"{what} cannot be read: {error}"


def _there(theirs: Entity, fields: Mapping[str, Any]) -> dict[str, str]:
    """Give the digests of what stands in a document; what a session lacks there is written as F0 has it."""
    found = digests(app_document(theirs))
    if not isinstance(theirs, EventSession):
        return found
    return {key: one for key, one in found.items() if key in fields or key.startswith(METADATA)}


def _changed(
    before: AppDocument, ours: Entity, theirs: Entity, there: Mapping[str, Any] | None = None
) -> frozenset[str]:
    """Give the fields that an app has changed: what gatherly itself has sent, or wants too, is no change.

    A field that was never there, and is not, is read as the usual one: that is no change either.
    """
    now, wanted = digests(app_document(theirs)), digests(app_document(ours))
    if there is not None:
        known = before.known or {}
        now = {key: one for key, one in now.items() if key in known or key in _there(theirs, there)}
    found = differing(before.known or {}, now)
    return frozenset(
        key for key in found if wanted.get(key) != now.get(key) and not is_echo(before, key, now)
    )


def _with_calendars(wanted: User, ours: User) -> User:
    """Keep what gatherly knows of calendars that it reads, and take what an app says of its own."""
    known = {(one.provider, one.calendar_id): one for one in ours.calendars}
    said = {(one.provider, one.calendar_id): one for one in wanted.calendars}
    synced = {key: one for key, one in known.items() if one.synced_at is not None}
    return replace(wanted, calendars=tuple({**said, **synced}.values()))
