"""Somebody is taken out of a session: it goes on for the others, and what they have agreed on is theirs."""

from dataclasses import replace

from engine.errors import InputError
from engine.ids import UserId
from engine.model.session import EventSession, SessionStatus
from engine.sessions import guests
from engine.sessions.refusals import alive
from engine.sessions.state_machine import Confirm, all_accept, cancel, expires, note_decline
from engine.time.span import Instant

NOBODY_LEFT = "Nobody else is left."


def taken_out(session: EventSession, user: UserId, *, now: Instant) -> EventSession:
    """Take somebody out for good: what is booked stands for the others, and what is looked for is theirs.

    Where nobody is left beside the host it is called off, unless it took place: then it is the host's past.

    Raises:
        InputError: the session is over, or they are its host.
        UnknownThingError: the user does not attend.
    """
    if user == session.host_user_id:
        raise InputError(f"{user} is the host of session {session.id}", "Call it off")
    without = note_decline(session, user, now=now)
    alive(session)
    record = session.record
    rest = replace(
        without,
        invitee_ids=tuple(one for one in session.invitee_ids if one != user),
        optional_ids=tuple(one for one in session.optional_ids if one != user),
        groups=tuple(fewer for one in session.groups if (fewer := one.without(user)).any_of),
        record=replace(
            record,
            waiting_for={one: why for one, why in record.waiting_for.items() if one != user},
            change_requests={one: span for one, span in record.change_requests.items() if one != user},
            own_changes=tuple(one for one in record.own_changes if one.user != user),
            left={one: since for one, since in record.left.items() if one != user},
        ),
    )
    alone = rest.attendee_ids == (session.host_user_id,) and not rest.guests
    return cancel(rest, NOBODY_LEFT, now=now) if alone and not took_place(session, now) else rest


def took_place(session: EventSession, now: Instant) -> bool:
    """Tell whether all that was booked of it is over."""
    booked = session.status is SessionStatus.SCHEDULED and not session.is_endless
    return booked and session.final_time is not None and session.final_time.last_end <= now


def settled(session: EventSession, confirm: Confirm, *, now: Instant) -> EventSession:
    """Make final what all who are left have accepted, once whose answer was awaited has been taken out."""
    decided = session.status is not SessionStatus.PENDING or session.final_time is not None
    if confirm is not Confirm.ALL or decided or expires(session, now=now):
        return session
    ahead = (slot for slot in session.proposed_times if slot.start > now)
    agreed = (slot for slot in ahead if all_accept(session, slot.start))
    free = (slot for slot in agreed if guests.hindrance(session, slot.start) is None)
    return replace(session, final_time=next(free, None))
