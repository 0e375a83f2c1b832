"""A session's state machine: a session, a command and the time give the session as it then stands.

`pending` goes to each of the others. `scheduled` goes back to `pending` when somebody reschedules or a
required person declines, and to `cancelled`; `failed` and `cancelled` are final (F0, as contradictions 22
and 23 read it). Whatever else is asked is refused with `InputError`. Nothing here touches a calendar: what a
change means for the booking is `engine.booking.steps.consequences`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from engine.bounds import LATEST
from engine.errors import InputError
from engine.ids import UserId
from engine.model.session import Answer, EventSession, Response, SessionStatus, TimeSlot
from engine.model.session_metadata import Key
from engine.model.session_record import Reopening, SessionRecord
from engine.sessions import guests
from engine.sessions.refusals import acceptable, alive, attends, same_again, still_open
from engine.time.span import Instant

EXPIRED = "expired"
STAYED_AWAY = "The visitor cannot come."
TRIES = 3


class Confirm(StrEnum):
    """Who settles the time: the host, every required person, or nobody because the best slot is taken."""

    HOST = "host"
    ALL = "all"
    AUTO = "auto"


def with_named(session: EventSession, start: Instant) -> EventSession:
    """Give the session with the time that is named back on offer, where it left the offer for a hold.

    So a yes to it is judged by what is free now, and not refused as unknown.
    """
    there = next((slot for slot in session.withheld if slot.start == start), None)
    if there is None or any(slot.start == start for slot in session.proposed_times):
        return session
    rest = tuple(slot for slot in session.withheld if slot is not there)
    return replace(session, proposed_times=(*session.proposed_times, there), withheld=rest)


def accept(
    session: EventSession, start: Instant, user: UserId, *, now: Instant, confirm: Confirm
) -> EventSession:
    """Take somebody's yes to a proposed slot; the time is final once `confirm` is satisfied.

    The same yes twice changes nothing.

    Raises:
        InputError: the session is over or expired, the slot is not proposed, or another one is being booked.
        AwaitsGuestError: a guest who must be there has not ticked it, or not answered.
        UnknownThingError: the user does not attend.
    """
    slot = acceptable(session, start, user, now)
    hindrance = guests.hindrance(session, start)
    if hindrance is not None and session.final_time is None:
        raise hindrance
    if session.final_time is not None:
        return same_again(session, slot)
    answered = _answered(session, user, Answer.ACCEPTED, slot.start, now)
    settled = all_accept(answered, slot.start) if confirm is Confirm.ALL else user == session.host_user_id
    return replace(answered, final_time=slot) if settled else answered


def choose(session: EventSession, start: Instant, *, failed: int, now: Instant) -> EventSession:
    """Settle on a proposed slot unasked (`confirm = "auto"`).

    With guests it waits until one is found that suits all who must be there. A session whose booking has
    failed `TRIES` times is left for somebody to choose: `failed` is the ledger's.

    Raises:
        InputError: as for `accept`.
    """
    if failed >= TRIES or guests.hindrance(session, start) is not None:
        return session
    slot = acceptable(session, start, session.host_user_id, now)
    return same_again(session, slot) if session.final_time else replace(session, final_time=slot)


def decline(session: EventSession, user: UserId, *, now: Instant) -> EventSession:
    """Take somebody's no: a required person's rejects what is proposed, or reopens what is booked.

    Raises:
        InputError: the session is over.
        UnknownThingError: the user does not attend.
    """
    attends(session, user)
    alive(session)
    slot = session.final_time.start if session.final_time else None
    answered = _answered(session, user, Answer.DECLINED, slot, now)
    if user not in session.required_ids:
        return answered
    if session.final_time is None:
        return _rejecting(answered, session.proposed_times)
    return reopened(answered, "declined", now=now)


def guest_declines(session: EventSession, address: str, *, now: Instant) -> EventSession:
    """Take a guest's no to what is booked: where they must be there, another time is looked for.

    A stranger's visit is nothing without them: it is called off.

    Raises:
        InputError: the session is over.
        UnknownThingError: they are no guest of it.
    """
    alive(session)
    noted = guests.away(session, address)
    guest = guests.found(session, address)
    if session.record.invitation is not None:
        return cancel(noted, STAYED_AWAY, now=now)
    return reopened(noted, "declined", now=now) if guest.required and session.final_time else noted


def note_decline(session: EventSession, user: UserId, *, now: Instant) -> EventSession:
    """Record that somebody does not come to the booked time, which stands all the same.

    Raises:
        UnknownThingError: the user does not attend.
    """
    attends(session, user)
    slot = session.final_time.start if session.final_time else None
    return _answered(session, user, Answer.DECLINED, slot, now)


def edit(
    session: EventSession,
    *,
    title: str | None = None,
    description: str | None = None,
    location: str | None = None,
) -> EventSession:
    """Change the words of the event, and nothing else; None leaves a word as it is.

    Raises:
        InputError: the session is over.
    """
    alive(session)
    return replace(
        session,
        title=session.title if title is None else title,
        description=session.description if description is None else description,
        location=session.location if location is None else location,
    )


def reject(session: EventSession, *, now: Instant) -> EventSession:
    """Take none of the proposals: they are remembered, and never proposed again.

    Raises:
        InputError: the session is over, expired or already being booked.
    """
    still_open(session, now)
    if session.final_time is not None:
        raise InputError(f"Session {session.id} is being booked", "Reschedule it to ask for other times")
    return _rejecting(session, session.proposed_times)


def refine(
    session: EventSession, change: Callable[[EventSession], EventSession], *, refused: bool, now: Instant
) -> EventSession:
    """Change what is asked for while it is open: times are looked for anew.

    What was proposed may be proposed again, unless it was `refused`.

    Raises:
        InputError: the session is over, expired or already being booked.
    """
    still_open(session, now)
    if session.final_time is not None:
        raise InputError(f"Session {session.id} is being booked", "Reschedule it to ask for other times")
    if refused:
        return replace(change(_rejecting(session, session.proposed_times)), proposed_times=(), withheld=())
    return guests.asking_anew(replace(change(session), proposed_times=(), withheld=()))


def reschedule(session: EventSession, *, now: Instant) -> EventSession:
    """Go back to looking for a time; the one that was chosen is not proposed again.

    Raises:
        InputError: the session is over.
    """
    alive(session)
    return reopened(session, "rescheduled", now=now)


def reopened(session: EventSession, why: str, *, now: Instant) -> EventSession:
    """Give the session pending again, its history kept, with as long to answer as it had at first.

    Raises:
        InputError: the session is over.
    """
    alive(session)
    turned_down = (session.final_time,) if session.final_time else session.proposed_times
    anew = replace(session, record=replace(session.record, own_changes=(), left={}))
    bare = _rejecting(anew, turned_down)
    return replace(
        bare,
        status=SessionStatus.PENDING,
        final_time=None,
        scheduled_at=None,
        completed_at=None,
        expires_at=max(session.expires_at, min(now + session.expires_at - session.created_at, LATEST - 1)),
        record=_remembering(session, bare.record, why, now),
    )


def unbooked(session: EventSession, why: str, *, failed: int, keep_slot: bool) -> EventSession:
    """Take the choice back because it could not be booked; the slot stays proposed only on request.

    `failed` is how many accepted times could not be booked since one was, this one included.
    """
    chosen = session.final_time
    slots = session.proposed_times
    kept = slots if keep_slot or chosen is None else tuple(slot for slot in slots if slot.span != chosen.span)
    record = replace(session.record, not_booked=why, failed_bookings=failed)
    return replace(session, final_time=None, proposed_times=kept, record=record)


def cancel(session: EventSession, reason: str | None = None, *, now: Instant) -> EventSession:
    """Call it off; cancelling twice changes nothing.

    Raises:
        InputError: the session has failed.
    """
    if session.status is SessionStatus.CANCELLED:
        return session
    alive(session)
    metadata = {**session.metadata, **({Key.REASON.value: reason} if reason else {})}
    return replace(session, status=SessionStatus.CANCELLED, completed_at=now, metadata=metadata)


def expires(session: EventSession, *, now: Instant) -> bool:
    """Tell whether its time to answer is over; one that is being booked no longer expires."""
    waiting = session.status is SessionStatus.PENDING and session.final_time is None
    return waiting and now >= session.expires_at


def expire(session: EventSession, *, now: Instant) -> EventSession:
    """Cancel it for want of an answer.

    Raises:
        InputError: its time to answer is not over.
    """
    if not expires(session, now=now):
        raise InputError(f"Session {session.id} does not expire now", "Cancel it instead")
    return cancel(session, EXPIRED, now=now)


def schedule(session: EventSession, *, now: Instant) -> EventSession:
    """Take the final time as booked in every calendar.

    Raises:
        InputError: it is not pending, or no time was chosen.
    """
    if session.status is not SessionStatus.PENDING or session.final_time is None:
        raise InputError(f"Session {session.id} is {session.status} and cannot be scheduled")
    return replace(session, status=SessionStatus.SCHEDULED, scheduled_at=now)


def fail(session: EventSession, metadata: Mapping[str, Any], *, now: Instant) -> EventSession:
    """Give up: no mutual availability was found; metadata says why and what would help.

    Raises:
        InputError: it is not pending.
    """
    if session.status is not SessionStatus.PENDING:
        raise InputError(f"Session {session.id} is {session.status} and cannot fail")
    return replace(
        session,
        status=SessionStatus.FAILED,
        proposed_times=(),
        completed_at=now,
        metadata={**session.metadata, **metadata},
    )


def all_accept(session: EventSession, start: Instant) -> bool:
    """Tell whether everybody who is required has accepted a time, and said nothing else since."""
    latest = {response.user_id: response for response in session.responses}
    return all(
        user in latest and latest[user].answer is Answer.ACCEPTED and latest[user].slot == start
        for user in session.required_ids
    )


def _answered(
    session: EventSession, user: UserId, answer: Answer, slot: Instant | None, now: Instant
) -> EventSession:
    return replace(session, responses=(*session.responses, Response(user, answer, slot, now)))


def _rejecting(session: EventSession, slots: tuple[TimeSlot, ...]) -> EventSession:
    known = {slot.span for slot in session.rejected_slots}
    fresh = {slot.span: slot for slot in slots if slot.span not in known}
    return replace(
        session,
        rejected_slots=(*session.rejected_slots, *fresh.values()),
        proposed_times=(),
        guests=guests.asked_anew(session.guests),
        record=replace(session.record, round=session.record.round + 1),
    )


def _remembering(session: EventSession, record: SessionRecord, why: str, now: Instant) -> SessionRecord:
    slot = None if session.final_time is None else session.final_time.start
    entry = Reopening(now, why, session.status.value, slot)
    return replace(record, history=(*record.history, entry))
