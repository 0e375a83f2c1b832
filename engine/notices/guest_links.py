"""Links of guests: bound to one round of proposals, and alive until the session begins.

What somebody presses a second time, or too late, is told to them; the link lives on for that.
"""

from engine.bounds import LATEST
from engine.model.guest import Guest
from engine.model.notices import Link, LinkVerb
from engine.model.session import EventSession
from engine.notices.links import Identifier, Named, link_id
from engine.time.span import DAY, Instant

AFTERWARDS = 30 * DAY
"""Seconds after the last time that may be on offer for which an answer's link is kept."""
OF_GUESTS = frozenset({LinkVerb.SUITS, LinkVerb.CANNOT})


def guest_epoch(session: EventSession) -> str:
    """Name what a guest's link is bound to: the round, whatever becomes of the booking in it."""
    return f"guest {session.record.round}"


def asking_link(
    identifier: Identifier, session: EventSession, guest: Guest, now: Instant, *about: str
) -> Link:
    """Make the link by which a guest ticks what suits; `about` names what it is sent with."""
    until = [session.expires_at, now + session.search_days * DAY]
    until += [] if session.search is None else [session.search.end]
    return Link(
        id=link_id(identifier, *about, guest.address, LinkVerb.SUITS),
        user_id=guest.id,
        session_id=session.id,
        epoch=guest_epoch(session),
        verbs=(LinkVerb.SUITS, LinkVerb.NONE),
        expires_at=min(max(until) + AFTERWARDS, LATEST - 1),
        created_at=now,
    )


def leaving_link(
    identifier: Identifier, session: EventSession, guest: Guest, begins: Instant, now: Instant, *about: str
) -> Link:
    """Make the link by which a guest says that they cannot come to what is booked."""
    return Link(
        id=link_id(identifier, *about, guest.address, LinkVerb.CANNOT),
        user_id=guest.id,
        session_id=session.id,
        epoch=guest_epoch(session),
        verbs=(LinkVerb.CANNOT,),
        expires_at=begins,
        created_at=now,
    )


def guest_of(
    link: Link | None, signed: Named | None, session: EventSession | None, now: Instant
) -> Guest | None:
    """Give whose living link this is; None where it is none, or no guest's."""
    if link is None or signed is None or session is None or not OF_GUESTS.intersection(link.verbs):
        return None
    begins = session.expires_at if session.final_time is None else session.final_time.start
    over = signed.expires_at != link.expires_at or now >= link.expires_at or now >= begins
    if over or link.epoch != guest_epoch(session):
        return None
    return next((guest for guest in session.guests if guest.id == link.user_id), None)
