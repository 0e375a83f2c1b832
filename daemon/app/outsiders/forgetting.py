"""Forgetting somebody who is no user: a guest, or a stranger who took a time by an invitation link."""

from dataclasses import dataclass
from functools import partial

from daemon.app.access import Access
from daemon.booking.held_visits import free
from daemon.booking.transitions import change_within
from engine.ids import SessionId, UserId
from engine.model.session import EventSession, SessionStatus
from engine.ports.store import Transaction
from engine.sessions import guests
from engine.sessions import state_machine as machine
from engine.sessions.visitors import address_mark
from engine.stale import retry_stale
from engine.text.mail_address import is_address

OVER = (SessionStatus.CANCELLED, SessionStatus.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestGoes:
    """What forgetting a guest takes: their place in these sessions, and the times that they hold."""

    address: str
    sessions: tuple[SessionId, ...]
    visits: tuple[str, ...]


def guest_goes(access: Access, name: str) -> GuestGoes | None:
    """Tell what would go of a guest; None where nobody of that address is one, or a user has it."""
    address = name.strip().lower()
    if not is_address(address):
        return None
    mark = address_mark(access.custody.identifier, address)
    with access.store.reading() as tx:
        users = {user.id: user for user in tx.users.all()}
        if guests.is_users(name, users):
            return None
        sessions = tuple(tx.sessions.attended_by(UserId(address)))
        visits = tuple(one.id for one in tx.repositories.visits.marked(mark, "", 0))
    return GuestGoes(address=address, sessions=sessions, visits=visits) if sessions or visits else None


def forget_guest(access: Access, goes: GuestGoes) -> None:
    """Take a guest out of every session, and forget them; nothing is mailed to them any more."""
    for session in goes.sessions:
        retry_stale(partial(_take_out, access, goes.address, session), f"Session {session}")
    for visit in goes.visits:
        retry_stale(partial(_give_back, access, visit), "A visit")
    access.custody.erase(UserId(goes.address), access.clock.now())


def _take_out(access: Access, address: str, session_id: SessionId) -> None:
    desk, now = access.desk, access.clock.now()
    with access.store.writing() as tx:
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


def _give_back(access: Access, name: str) -> None:
    now = access.clock.now()
    with access.store.writing() as tx:
        visit = tx.repositories.visits.get(name)
        if visit is None:
            return
        if visit.over_at is None:
            free(tx, visit, now)
        tx.repositories.visits.delete(name)
