"""A stranger takes a time: it is held for a quarter of an hour, and booked once they confirm by mail.

The ledger's holds decide between strangers: one gets a time, the other is told and shown the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from daemon.app.access import Access
from daemon.app.links import DeadLinkError
from daemon.app.offers import TAKEN
from daemon.app.outsiders.invitations import InvitationDesk, InvitationView, bookings_by
from daemon.booking.dispatch_plan import plan
from daemon.booking.held_offers import withhold
from daemon.booking.held_visits import free, free_lapsed
from daemon.booking.transitions import change_within
from daemon.conversations.leavers import turn_away_leavers
from engine.booking.ids import outbox_id
from engine.booking.session_events import asked
from engine.errors import HoldRefusedError, InputError
from engine.find.search import bookable
from engine.ids import MessageId, SessionId
from engine.model.booking import Hold
from engine.model.invitation import HELD_FOR, Invitation, Visit
from engine.model.notices import STRANGERS
from engine.model.session import Message, MessageRole
from engine.model.user import User
from engine.notices.visit_links import confirming_link, visit_id_of
from engine.ports.store import Transaction
from engine.sessions import state_machine as machine
from engine.sessions.guests import guest_address
from engine.sessions.invitations import TakenError, WaitsError, is_open, visited, visitor_name
from engine.sessions.visitors import address_mark, client_mark
from engine.stale import retry_stale
from engine.time.span import DAY, MINUTE, Instant

MOST_A_DAY = 5
"""So many times that nobody confirmed are held for one address in 24 hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """What a stranger sends: a start, who they are, in which zone they read, and where they come from."""

    start: Instant
    name: str
    address: str
    zone: str
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitView:
    """What a stranger sees who opens the mail's link."""

    visit: Visit
    invitation: Invitation
    owner: User


class VisitDesk:
    """Holds times for strangers, and books what they confirm."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._identifier = access.custody.identifier
        self._invitations = InvitationDesk(access)

    def take(self, token: str, taking: Taking) -> InvitationView:
        """Hold a time, and have a mail sent that asks to confirm it.

        Raises:
            DeadLinkError: the link leads nowhere.
            TakenError: the time is not offered, or was just taken.
            WaitsError: a time that this address, or this client, took before waits to be confirmed.
            InputError: name or address are none.
        """
        try:
            return retry_stale(partial(self._take_once, token, taking), "The time")
        except HoldRefusedError:
            raise TakenError from None

    def _take_once(self, token: str, taking: Taking) -> InvitationView:
        access, now = self._access, self._access.clock.now()
        with access.store.writing() as tx:
            free_lapsed(tx, now)
            view = self._invitations.looked_up(tx, token)
            name, address = visitor_name(taking.name), guest_address(taking.address)
            visit = self._visit(view.invitation, taking, name, address, now)
            if any(_is_the_same(visit, one, now) for one in _recent(tx, visit, now)):
                return view  # pressed twice: it is held, and the mail is on its way
            if visit.start not in view.starts:
                raise TakenError
            tx.repositories.invitations.put(view.invitation)  # whoever else is at this link decides anew
            tx.repositories.visits.queue(visit.address_mark, visit.client_mark)
            _refuse_more(_recent(tx, visit, now), visit, now)
            hold = Hold(
                person=view.invitation.user_id,
                span=visit.span,
                session=visit.session_id,
                expires=visit.expires_at,
            )
            tx.ledger.hold((hold,))
            withhold(tx, (hold,), now)
            tx.repositories.visits.put(visit)
            link = confirming_link(self._identifier, visit, str(visit.person["address"]), now)
            if tx.repositories.links.get(link.id) is None:
                tx.repositories.links.put(link)
            plan(tx, visit.user_id, STRANGERS, visit.id, now, now)
        return view

    def _visit(self, invitation: Invitation, taking: Taking, name: str, address: str, now: Instant) -> Visit:
        drawn = self._access.desk.randomness.token()
        person = {"address": address, "name": name, "zone": taking.zone}
        if self._access.custody.erased(address):
            person = dict.fromkeys(person, "")  # held as for everybody, so that nobody learns of it
        return Visit(
            id=self._identifier(f"visit {drawn}")[:16].hex(),
            invitation_id=invitation.id,
            user_id=invitation.user_id,
            session_id=SessionId(drawn),
            start=taking.start,
            end=taking.start + invitation.duration * MINUTE,
            person=person,
            address_mark=address_mark(self._identifier, address),
            client_mark=client_mark(self._identifier, taking.client),
            expires_at=now + HELD_FOR,
            created_at=now,
        )

    def show(self, token: str) -> VisitView | None:
        """Give what a mail's link asks to confirm; None where it is none, or over. Nothing is changed."""
        with self._access.store.reading() as tx:
            return self._looked_up(tx, token)

    def _looked_up(self, tx: Transaction, token: str) -> VisitView | None:
        now = self._access.clock.now()
        name = visit_id_of(tx.repositories.links.get, self._identifier, token, now)
        visit = tx.repositories.visits.get(name)
        invitation = tx.repositories.invitations.get(visit.invitation_id if visit is not None else name)
        owner = tx.users.get(invitation.user_id) if invitation is not None else None
        if visit is None or invitation is None or owner is None:
            return None
        if visit.over_at is not None or now >= visit.expires_at:
            return None
        if not is_open(invitation, bookings_by(tx, invitation.id), now):
            return None
        return VisitView(visit=visit, invitation=invitation, owner=owner)

    def confirm(self, token: str) -> VisitView:
        """Book the time that is held.

        Raises:
            DeadLinkError: the link leads nowhere, or is over.
            TakenError: the time is not to be had any more; it is held no longer.
        """
        try:
            return retry_stale(partial(self._confirm_once, token), "The time")
        except DeadLinkError:
            raise
        except InputError:
            self._give_up(token)
            raise TakenError from None

    def _confirm_once(self, token: str) -> VisitView:
        access, now = self._access, self._access.clock.now()
        desk = access.desk
        with access.store.writing() as tx:
            view = self._looked_up(tx, token)
            if view is None:
                raise DeadLinkError
            visit, invitation = view.visit, view.invitation
            gathered = self._invitations.gathered(tx, invitation, now, apart_from=(visit.session_id,))
            if any(one.code in TAKEN for one in bookable(gathered.request, visit.start)):
                raise TakenError
            session = visited(invitation, visit, now, desk.expire_after)
            turn_away_leavers(tx, None, session)
            tx.sessions.put(session)
            tx.audit.add(asked(session, now))
            tx.messages.add(_said(visit, now))
            change_within(
                tx,
                session.id,
                lambda one: machine.accept(one, visit.start, one.host_user_id, now=now, confirm=desk.confirm),
                targets=desk.targets,
                install=desk.store.install,
                now=now,
            )
            tx.repositories.visits.put(replace(visit, confirmed_at=now, over_at=now))
            tx.repositories.invitations.put(invitation)  # of two for the last use one finds it used up
        return view

    def _give_up(self, token: str) -> None:
        """Let go of a time that cannot be booked."""
        now = self._access.clock.now()
        with self._access.store.writing() as tx:
            view = self._looked_up(tx, token)
            if view is not None:
                free(tx, view.visit, now)


def _recent(tx: Transaction, visit: Visit, now: Instant) -> Sequence[Visit]:
    return tx.repositories.visits.marked(visit.address_mark, visit.client_mark, now - DAY)


def _is_the_same(visit: Visit, earlier: Visit, now: Instant) -> bool:
    """Tell whether it was taken already, by the same person from the same place, and is still held."""

    def by(one: Visit) -> tuple[object, ...]:
        return one.invitation_id, one.start, one.address_mark, one.client_mark

    return by(visit) == by(earlier) and _is_held(earlier, now)


def _is_held(visit: Visit, now: Instant) -> bool:
    return visit.over_at is None and visit.expires_at > now


def _refuse_more(recent: Sequence[Visit], visit: Visit, now: Instant) -> None:
    theirs = [one for one in recent if one.address_mark == visit.address_mark]
    unanswered = [one for one in theirs if one.confirmed_at is None]
    if any(_is_held(one, now) for one in recent) or len(unanswered) >= MOST_A_DAY:
        raise WaitsError


def _said(visit: Visit, now: Instant) -> Message:
    return Message(
        id=MessageId(outbox_id("visit", visit.id)),
        session_id=visit.session_id,
        role=MessageRole.SYSTEM,
        content=f"{visit.person['address']} took this time by an invitation link.",
        timestamp=now,
    )
