"""A guest answers: what their link shows, which times they tick, and that they cannot come after all.

A link that leads nowhere is told as any other is; what comes a second time or too late is told why.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from daemon.app.access import Access
from daemon.app.links import NO_SESSION, DeadLinkError
from daemon.booking.transitions import change_within
from engine.booking.ids import outbox_id
from engine.errors import InputError
from engine.ids import MessageId
from engine.model.guest import Guest
from engine.model.notices import Link, LinkVerb
from engine.model.session import EventSession, Message, MessageRole, SessionStatus
from engine.model.user import User
from engine.notices.guest_links import guest_of
from engine.notices.links import NOBODYS, Identifier, named
from engine.ports.store import Transaction
from engine.sessions import guests
from engine.sessions import state_machine as machine
from engine.sessions.guests import LateAnswerError
from engine.sessions.state_machine import Confirm
from engine.stale import retry_stale
from engine.text.plain_text import one_line
from engine.time.instant import format_instant
from engine.time.span import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestView:
    """What a guest sees who opens their link: the session, its host, and nothing of anybody's calendar.

    `late` says why an answer would change nothing any more; None where it counts.
    """

    link: Link
    session: EventSession
    guest: Guest
    host: User
    late: str | None
    offered: tuple[Instant, ...]


class GuestDesk:
    """Shows guests what they are asked, and takes what they answer."""

    def __init__(self, access: Access, identifier: Identifier) -> None:
        self._access = access
        self._identifier = identifier

    def show(self, token: str) -> GuestView | None:
        """Give what a guest's link leads to; None where it is none, or not alive. Nothing is changed."""
        with self._access.store.reading() as tx:
            return self._looked_up(tx, token)

    def tick(self, token: str, starts: Iterable[Instant]) -> EventSession:
        """Take down which times suit a guest: none is an answer.

        Raises:
            DeadLinkError: it leads nowhere, or asks nothing.
            LateAnswerError: an answer changes nothing any more.
            InputError: a time is not on offer.
        """
        ticked = tuple(starts)

        def said(view: GuestView, session: EventSession, now: Instant) -> EventSession:
            return guests.answer(session, view.guest.address, ticked, now=now)

        times = "; ".join(format_instant(start) for start in ticked)
        words = f"can come: {times}" if ticked else "can come at none of the times"
        return self._act(token, LinkVerb.SUITS, words, said)

    def leave(self, token: str) -> EventSession:
        """Take down that a guest cannot come to what is booked.

        Raises:
            DeadLinkError: it leads nowhere, or is about nothing that is booked.
            LateAnswerError: they have said so already, or it does not take place anyway.
        """

        def said(view: GuestView, session: EventSession, now: Instant) -> EventSession:
            too_late = leaving_is_late(session, view.guest)
            if too_late is not None:
                raise LateAnswerError(too_late)
            return machine.guest_declines(session, view.guest.address, now=now)

        return self._act(token, LinkVerb.CANNOT, "cannot come", said)

    def _act(
        self,
        token: str,
        verb: LinkVerb,
        words: str,
        change: Callable[[GuestView, EventSession, Instant], EventSession],
    ) -> EventSession:
        return retry_stale(partial(self._act_once, token, verb, words, change), "The session")

    def _act_once(
        self,
        token: str,
        verb: LinkVerb,
        words: str,
        change: Callable[[GuestView, EventSession, Instant], EventSession],
    ) -> EventSession:
        desk, now = self._access.desk, self._access.clock.now()
        with self._access.store.writing() as tx:
            view = self._looked_up(tx, token)
            if view is None or verb not in view.link.verbs:
                raise DeadLinkError
            after = change_within(
                tx,
                view.session.id,
                lambda session: change(view, session, now),
                targets=desk.targets,
                install=desk.store.install,
                now=now,
            )
            tx.messages.add(_line(after, view.guest, verb, words, now))
            if desk.confirm is Confirm.AUTO and verb is LinkVerb.SUITS and after.proposed_times:
                desk.choose(tx, after, now)
        return after

    def _looked_up(self, tx: Transaction, token: str) -> GuestView | None:
        signed = named(self._identifier, token)
        link = tx.repositories.links.get(signed.id if signed is not None else NOBODYS)
        about = link.session_id if link is not None and link.session_id is not None else NO_SESSION
        session, now = tx.sessions.get(about), self._access.clock.now()
        guest = guest_of(link, signed, session, now)
        host = tx.users.get(session.host_user_id) if session is not None else None
        if link is None or session is None or guest is None or host is None:
            return None
        late = guests.lateness(session, guest, now)
        if LinkVerb.CANNOT in link.verbs:
            told = leaving_is_late(session, guest)
        else:
            told = None if late is None else f"{late[0]}. {late[1]}."
        return GuestView(
            link=link,
            session=session,
            guest=guest,
            host=host,
            late=told,
            offered=guests.offered(session, now),
        )


def leaving_is_late(session: EventSession, guest: Guest) -> str | None:
    """Say why it changes nothing that a guest cannot come; None where it does."""
    if session.status is SessionStatus.CANCELLED:
        return "It does not take place any more"
    if guest.away:
        return "You have said already that you cannot come"
    booked = session.status is SessionStatus.SCHEDULED and session.final_time is not None
    return None if booked else "It is not booked any more"


def _line(session: EventSession, guest: Guest, verb: LinkVerb, words: str, now: Instant) -> Message:
    """Put what a guest said into the conversation, under their address: no other name can be forgotten."""
    return Message(
        id=MessageId(outbox_id("guest", session.id, guest.address, verb, session.record.round, now)),
        session_id=session.id,
        role=MessageRole.SYSTEM,
        content=one_line(f"{guest.address} {words}."),
        timestamp=now,
    )


def starts_of(texts: Iterable[str], read: Callable[[str], Instant]) -> tuple[Instant, ...]:
    """Read what was ticked.

    Raises:
        InputError: something of it is no time.
    """
    found = []
    for text in texts:
        try:
            found.append(read(text))
        except InputError as error:
            raise InputError(
                "A time that you ticked cannot be read", "Tick those that are offered"
            ) from error
    return tuple(found)
