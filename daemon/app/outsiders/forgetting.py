"""Forgetting somebody who is no user: a guest, or a stranger who took a time by an invitation link."""

from dataclasses import dataclass
from functools import partial

from daemon.app.access import Access
from daemon.app.sessions import SessionDesk
from daemon.booking.held_visits import free
from daemon.booking.transitions import change_within
from engine.ids import SessionId, UserId
from engine.model.guest import seat_of
from engine.model.session import EventSession, SessionStatus
from engine.ports.store import Transaction
from engine.sessions import guests
from engine.sessions import state_machine as machine
from engine.sessions.visitors import Identifier, address_mark
from engine.stale import retry_stale
from engine.text.mail_address import is_address, one_spelling

OVER = (SessionStatus.CANCELLED, SessionStatus.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestGoes:
    """What forgetting a guest takes: their place in these sessions, and the times that they hold."""

    address: str
    sessions: tuple[SessionId, ...]
    visits: tuple[str, ...]


def guest_goes(access: Access, name: str) -> GuestGoes | None:
    """Tell what would go of a guest; None where nobody of that address is one, or a user has it."""
    address = one_spelling(name)
    if not is_address(address):
        return None
    with access.store.reading() as tx:
        users = {user.id: user for user in tx.users.all()}
        if guests.is_users(name, users):
            return None
        goes = places_of(tx, access.custody.identifier, address)
    return goes if goes.sessions or goes.visits else None


def places_of(tx: Transaction, identifier: Identifier, address: str) -> GuestGoes:
    """Give where somebody of an address is a guest, whether or not they have become a user since."""
    address = one_spelling(address)
    sessions = tuple(tx.sessions.attended_by(seat_of(address)))
    marked = tx.repositories.visits.marked(address_mark(identifier, address), "", 0)
    visits = tuple(one.id for one in marked if one.person["address"] == address)
    return GuestGoes(address=address, sessions=sessions, visits=visits)


def forget_guest(access: Access, goes: GuestGoes) -> None:
    """Take a guest out of every session, and forget them; nothing is mailed to them any more."""
    take_guest_out(access.desk, goes)
    access.custody.erase(UserId(goes.address), access.clock.now(), goes.sessions)


def take_guest_out(desk: SessionDesk, goes: GuestGoes) -> None:
    """Take a guest out of every session, and give back what they hold."""
    for session in goes.sessions:
        retry_stale(partial(_take_out, desk, goes.address, session), f"Session {session}")
    for visit in goes.visits:
        retry_stale(partial(_give_back, desk, visit), "A visit")


def _take_out(desk: SessionDesk, address: str, session_id: SessionId) -> None:
    now = desk.clock.now()
    with desk.store.writing() as tx:
        session = tx.sessions.get(session_id)
        if session is None:
            return

        def without(before: EventSession) -> EventSession:
            bare = guests.without_guest(before, address)
            is_visit = before.record.invitation is not None and before.status not in OVER
            return machine.cancel(bare, "The visitor has left.", now=now) if is_visit else bare

        change_within(tx, session_id, without, targets=desk.targets, install=desk.store.install, now=now)
        _forget_notices(tx, session, address)


def _forget_notices(tx: Transaction, session: EventSession, address: str) -> None:
    """Remove what the host was told of them."""
    for one in tx.repositories.notifications.of_user(session.host_user_id):
        if address in one.title or address in one.message:
            tx.repositories.notifications.delete(one.id)


def _give_back(desk: SessionDesk, name: str) -> None:
    now = desk.clock.now()
    with desk.store.writing() as tx:
        visit = tx.repositories.visits.get(name)
        if visit is None:
            return
        if visit.over_at is None:
            free(tx, visit, now)
        tx.repositories.visits.delete(name)
