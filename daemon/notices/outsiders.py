"""Mails to people who are no users: guests who are asked, and strangers who are to confirm.

Each is planned once, under its host's name, and goes out as often as `[guests]` lets it.
"""

from dataclasses import replace

from daemon.app.reader import Reader
from daemon.booking.dispatch_plan import dispatch_id, plan
from daemon.notices.content import Content
from daemon.notices.rules import NoticeRules
from daemon.notices.words.outsiders import asked, confirm, no_longer
from engine.ids import SessionId, UserId
from engine.model.booking import OutboxEntry, OutboxState
from engine.model.guest import Guest
from engine.model.notices import GUESTS, STRANGERS, Dispatch, LinkVerb, NoticeKind
from engine.model.session import EventSession, SessionStatus
from engine.model.user import User
from engine.notices.guest_links import asking_link, leaving_link
from engine.notices.links import INVITATIONS, Named, link_id, signed, token_of
from engine.notices.truth import kind_of
from engine.notices.visit_links import confirming_id
from engine.ports.store import Transaction
from engine.sessions.guests import has_ticked
from engine.time.span import DAY, Instant

LOOK_BACK = 8 * DAY
"""How long a mail may have waited that still counts among those of a day."""


def is_outside(entry: OutboxEntry) -> bool:
    """Whether an entry is for somebody who is no user."""
    return bool(entry.payload.get("guest"))


def plan_asking(tx: Transaction, rules: NoticeRules, entry: OutboxEntry, now: Instant) -> None:
    """Plan the mail that asks a guest, with the link by which they answer; once told, it is found there."""
    session = tx.sessions.get(SessionId(str(entry.payload["session"])))
    if session is not None and kind_of(entry) is NoticeKind.NO_LONGER:
        _plan_another_choice(tx, session, entry, now)
        return
    guest = None if session is None else _asked(entry, session)
    if session is None or guest is None:
        return
    link = asking_link(rules.identifier, session, guest, now, entry.id)
    if tx.repositories.links.get(link.id) is None:
        tx.repositories.links.put(link)
    plan(tx, session.host_user_id, GUESTS, entry.id, now, now)


def _plan_another_choice(tx: Transaction, session: EventSession, entry: OutboxEntry, now: Instant) -> None:
    """Tell a stranger to choose anew; what could not be booked does not count as a use of the link."""
    visit = tx.repositories.visits.of_session(session.id)
    if visit is not None and visit.confirmed_at is not None:
        tx.repositories.visits.put(replace(visit, confirmed_at=None))
    plan(tx, session.host_user_id, STRANGERS, entry.id, now, now)


def stranger_letter(
    tx: Transaction, rules: NoticeRules, one: Dispatch, now: Instant
) -> tuple[User, Content] | None:
    """Word a mail to a stranger: confirm, or choose anew; None where there is nothing to say any more."""
    visit = tx.repositories.visits.get(one.subject)
    entry = None if visit is not None else tx.outbox.get(one.subject)
    if entry is not None:
        visit = tx.repositories.visits.of_session(SessionId(str(entry.payload["session"])))
    invitation = None if visit is None else tx.repositories.invitations.get(visit.invitation_id)
    host = None if invitation is None else tx.users.get(invitation.user_id)
    if visit is None or invitation is None or host is None or not visit.person["address"]:
        return None
    who = Guest(address=str(visit.person["address"]), name=str(visit.person["name"]))
    reader = Reader(str(visit.person["zone"]), now)
    if entry is not None:
        name = Named(invitation.id, invitation.expires_at)
        again = f"{rules.base}/i/{signed(rules.identifier, name, INVITATIONS)}"
        return stranger(who, host, now), no_longer(invitation, visit, host, reader, again)
    link = tx.repositories.links.get(confirming_id(rules.identifier, visit))
    if link is None or visit.over_at is not None or now >= visit.expires_at:
        return None
    address = f"{rules.base}/r/{token_of(rules.identifier, link)}"
    return stranger(who, host, now), confirm(invitation, visit, host, reader, address)


def letter_of(
    tx: Transaction, rules: NoticeRules, one: Dispatch, now: Instant
) -> tuple[User, Content] | None:
    """Word a planned mail as things are now; None where there is nothing to ask any more."""
    entry = tx.outbox.get(one.subject)
    session = None if entry is None else tx.sessions.get(SessionId(str(entry.payload["session"])))
    guest = None if entry is None or session is None else _asked(entry, session)
    host = None if session is None else tx.users.get(session.host_user_id)
    if entry is None or session is None or guest is None or host is None:
        return None
    link = tx.repositories.links.get(link_id(rules.identifier, entry.id, guest.address, LinkVerb.SUITS))
    if link is None:
        return None
    address = f"{rules.base}/r/{token_of(rules.identifier, link)}"
    return stranger(guest, host, now), asked(session, host, Reader(host.timezone, now), address)


def _asked(entry: OutboxEntry, session: EventSession) -> Guest | None:
    """Give the guest whom an entry asks, while an answer counts."""
    waits = session.status is SessionStatus.PENDING and session.final_time is None
    if not waits or not session.proposed_times or entry.payload.get("round") != session.record.round:
        return None
    named = (one for one in session.guests if one.id == entry.payload["user"] and one.answered_at is None)
    return next(named, None)


def leaving_address(
    tx: Transaction, entry: OutboxEntry, session: EventSession, now: Instant, *, rules: NoticeRules
) -> str:
    """Give where a guest says that they cannot come, for the mail that invites them; empty for others."""
    guest = next((one for one in session.guests if one.id == entry.payload["user"]), None)
    begins = int(entry.payload["start"])
    if guest is None or not rules.base or begins <= now:
        return ""
    link = leaving_link(rules.identifier, session, guest, begins, now, entry.id)
    known = tx.repositories.links.get(link.id) or tx.repositories.links.put(link)
    return f"{rules.base}/r/{token_of(rules.identifier, known)}"


def reading_zone(tx: Transaction, entry: OutboxEntry, session: EventSession) -> str:
    """Give the zone that a stranger chose, for the mail that invites them; empty for others."""
    is_theirs = any(one.id == entry.payload["user"] for one in session.guests)
    if not is_theirs or session.record.invitation is None:
        return ""
    visit = tx.repositories.visits.of_session(session.id)
    return "" if visit is None else str(visit.person["zone"])


def may_go_at(tx: Transaction, host: UserId, most: int, now: Instant) -> Instant:
    """Give when another mail may go out for a host: now, or once so many are older than a day."""
    planned = tx.repositories.dispatches.of_outlet(host, GUESTS, now - LOOK_BACK)
    told = sorted((one.told_at for one in planned if one.told_at is not None), reverse=True)
    recent = [at for at in told if at > now - DAY]
    return now if len(recent) < most else recent[most - 1] + DAY


def invitation_may_go_at(
    tx: Transaction, entry: OutboxEntry, session: EventSession, now: Instant, *, rules: NoticeRules
) -> Instant:
    """Give when a guest may be mailed an invitation; one that may go now counts among its host's of a day.

    One to a time that its guest has ticked is what they asked for, and waits for nothing; its later versions
    wait, as what an optional guest is told who has not answered. A stranger's is nobody's but their own.
    """
    guest = next((one for one in session.guests if one.id == entry.payload["user"]), None)
    if guest is None or session.record.invitation is not None:
        return now
    name = dispatch_id(session.host_user_id, GUESTS, entry.id)
    asked_for = (
        has_ticked(session, guest.address, int(entry.payload["start"])) and not entry.payload["sequence"]
    )
    known = tx.repositories.dispatches.get(name)
    free = may_go_at(tx, session.host_user_id, rules.guest_mails, now)
    if known is not None or (free > now and not asked_for):
        return now if known is not None else free
    counted = plan(tx, session.host_user_id, GUESTS, entry.id, now, now)
    tx.repositories.dispatches.put(replace(counted, state=OutboxState.DONE, told_at=now))
    return now


def stranger(guest: Guest, host: User, now: Instant) -> User:
    """Give a guest in the shape in which outlets know readers; they are kept nowhere as a user."""
    return User(
        id=guest.id,
        email=guest.address,
        name=guest.name,
        timezone=host.timezone,
        created_at=now,
        updated_at=now,
    )
