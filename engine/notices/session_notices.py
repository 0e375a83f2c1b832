"""What a change of a session means for people: who is told, in the transaction of the change.

Booked, moved, called off and open again are told once that stands in all calendars, and not before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.booking.ids import outbox_id
from engine.ids import SessionId, UserId
from engine.model.booking import Booking, BookingState, OutboxEntry, OutboxKind
from engine.model.notices import NoticeKind
from engine.model.session import Answer, EventSession, Response, SessionStatus
from engine.model.session_record import OwnChange
from engine.time.span import DAY, Instant

BEFORE_EXPIRY = DAY
"""Seconds before a session's expiry at which its host is told that nobody has chosen."""
WHAT = "what"
TOLD = "notification"
"""The line of the log, and the event of the stream, that a notice is there for somebody."""


@dataclass(frozen=True, slots=True)
class SessionChange:
    """A session and its booking before and after one transition."""

    before: EventSession
    after: EventSession
    was: Booking
    now: Booking
    at: Instant


def notice(
    kind: NoticeKind,
    session: SessionId,
    user: UserId,
    at: Instant,
    details: Mapping[str, Any],
    *key: object,
    due: Instant | None = None,
) -> OutboxEntry:
    """Make an outbox entry that tells one person once; `key` is what else it is told once by."""
    name = outbox_id(OutboxKind.NOTIFICATION, session, user, kind, *key)
    payload = {"session": session, "user": user, WHAT: str(kind), **details}
    return OutboxEntry(
        id=name,
        kind=OutboxKind.NOTIFICATION,
        dedupe_key=name,
        payload=payload,
        next_at=at if due is None else due,
        created_at=at,
    )


def told_of(change: SessionChange) -> list[OutboxEntry]:
    """Give what people are told of a change."""
    return [
        *_proposed(change),
        *_guests_asked(change),
        *_guests_said(change),
        *_visit_failed(change),
        *_answered(change),
        *_conflicts(change),
        *_booked(change),
        *_occurrences(change),
        *_ended(change),
    ]


def _proposed(change: SessionChange) -> Iterator[OutboxEntry]:
    """Ask the host to choose, and once more a day before nobody can; later offers of the round are shown."""
    after = change.after
    known = {slot.start for slot in (*change.before.proposed_times, *change.before.withheld)}
    fresh = any(slot.start not in known for slot in after.proposed_times)
    if after.status is not SessionStatus.PENDING or after.final_time is not None or not fresh:
        return
    details = {"round": after.record.round, "epoch": change.now.epoch, "expires": after.expires_at}
    host, at = after.host_user_id, change.at
    yield notice(NoticeKind.PROPOSED, after.id, host, at, details, after.record.round, change.now.epoch)
    warned = after.expires_at - BEFORE_EXPIRY
    if warned > at:
        yield notice(NoticeKind.EXPIRING, after.id, host, at, details, after.expires_at, due=warned)


def _guests_asked(change: SessionChange) -> Iterator[OutboxEntry]:
    """Ask every guest about the times on offer, once a round."""
    after = change.after
    if after.status is not SessionStatus.PENDING or after.final_time is not None or not after.proposed_times:
        return
    details = {"round": after.record.round, "guest": True, "expires": after.expires_at}
    for guest in after.guests:
        if guest.answered_at is None:
            yield notice(NoticeKind.ASKED, after.id, guest.id, change.at, details, after.record.round)


def _guests_said(change: SessionChange) -> Iterator[OutboxEntry]:
    """Tell the host what a guest ticked, or that they cannot come."""
    after = change.after
    known = {guest.address: guest for guest in change.before.guests}
    for guest in after.guests:
        before = known.get(guest.address)
        if before is None or guest == before or after.record.invitation is not None:
            continue
        fresh = guest.answered_at is not None and guest.answered_at != before.answered_at
        if not fresh and not (guest.away and not before.away):
            continue
        answer = "ticked" if fresh else str(Answer.DECLINED)
        details = {"by": guest.id, "answer": answer, "slots": list(guest.suits) if fresh else []}
        key = (after.record.round, change.now.epoch, guest.id, answer)
        yield _to_host(change, NoticeKind.ANSWERED, {**details, "epoch": change.now.epoch}, *key)


def _visit_failed(change: SessionChange) -> Iterator[OutboxEntry]:
    """Tell a stranger that the time which they confirmed could not be booked."""
    before, after = change.before, change.after
    chosen = before.status is SessionStatus.PENDING and before.final_time is not None
    gone = after.status is SessionStatus.CANCELLED and after.record.not_booked is not None
    if after.record.invitation is None or not chosen or not gone:
        return
    for guest in after.guests:
        details = {"guest": True, "epoch": change.now.epoch}
        yield notice(NoticeKind.NO_LONGER, after.id, guest.id, change.at, details, change.now.epoch)


def _answered(change: SessionChange) -> Iterator[OutboxEntry]:
    """Tell the host who said what, once a person and change; a copy that was moved is told as a conflict."""
    after = change.after
    moved = set(after.record.change_requests) - set(change.before.record.change_requests)
    fresh = after.responses[len(change.before.responses) :]
    for user in dict.fromkeys(one.user_id for one in fresh):
        if user == after.host_user_id or user in moved:
            continue
        said = [one for one in fresh if one.user_id == user]
        yield _answer(change, user, said)


def _answer(change: SessionChange, user: UserId, said: list[Response]) -> OutboxEntry:
    after = change.after
    slots = [one.slot for one in said if one.slot is not None]
    answer = str(said[-1].answer)
    details = {"by": user, "answer": answer, "slots": slots, "epoch": change.now.epoch}
    key = (after.record.round, change.now.epoch, user, answer, *slots, len(after.responses))
    return notice(NoticeKind.ANSWERED, after.id, after.host_user_id, change.at, details, *key)


def wished(session: EventSession, user: UserId, words: str, message: str, at: Instant) -> OutboxEntry:
    """Tell the host what an attendee wishes; `message` is the id of what they wrote."""
    details = {"by": user, "answer": "wished", "words": words}
    return notice(NoticeKind.ANSWERED, session.id, session.host_user_id, at, details, user, message)


def _conflicts(change: SessionChange) -> Iterator[OutboxEntry]:
    """Tell the host what lies on the booked time, and whose copy was moved."""
    after, before, epoch = change.after, change.before, change.now.epoch
    if after.status is not SessionStatus.SCHEDULED:
        return
    slot = after.final_time
    where = {} if slot is None else {"start": slot.start, "end": slot.end}
    conflicts = after.record.conflicts
    if conflicts and conflicts != before.record.conflicts:
        details = {**where, "conflicts": list(conflicts), "epoch": epoch}
        yield _to_host(change, NoticeKind.CONFLICT, details, epoch, *conflicts)
    if slot is not None:
        yield from _own_changes(change, slot.end - slot.start)
    for user, span in after.record.change_requests.items():
        if before.record.change_requests.get(user) != span:
            details = {**where, "by": user, "to": [span.start, span.end], "epoch": epoch}
            yield _to_host(change, NoticeKind.CONFLICT, details, epoch, user, span.start, span.end)


def _own_changes(change: SessionChange, length: int) -> Iterator[OutboxEntry]:
    """Tell the host what somebody did to occurrences of a series: of a row that they stay away from once.

    That somebody who has left comes no more is no news as the series goes on.
    """
    before, epoch = change.before.record, change.now.epoch
    fresh = set(change.after.record.own_changes) - set(before.own_changes)
    news = [one for one in fresh if one.occurrence < before.left.get(one.user, one.occurrence + 1)]
    away: dict[UserId, list[OwnChange]] = {}
    for one in sorted(news, key=lambda one: (one.user, one.occurrence)):
        if one.at is None:
            away.setdefault(one.user, []).append(one)
            continue
        details = {**_of_own(one, length, epoch), "to": [one.at, one.at + length]}
        yield _to_host(change, NoticeKind.CONFLICT, details, epoch, one.user, one.occurrence, one.at)
    for user, row in away.items():
        details = {**_of_own(row[0], length, epoch), "occurrences": len(row)}
        key = (epoch, user, row[0].occurrence, None, *([len(row)] if len(row) > 1 else []))
        yield _to_host(change, NoticeKind.CONFLICT, details, *key)


def _of_own(one: OwnChange, length: int, epoch: int) -> dict[str, Any]:
    where = {"start": one.occurrence, "end": one.occurrence + length}
    return {**where, "by": one.user, "epoch": epoch, "occurrence": one.occurrence}


def _to_host(
    change: SessionChange, kind: NoticeKind, details: Mapping[str, Any], *key: object
) -> OutboxEntry:
    return notice(kind, change.after.id, change.after.host_user_id, change.at, details, *key)


def _booked(change: SessionChange) -> Iterator[OutboxEntry]:
    """Tell everybody that it stands, and where it was before."""
    after, slot = change.after, change.after.final_time
    entered = change.now.state is BookingState.CONFIRMED and change.was.state is not BookingState.CONFIRMED
    if not entered or slot is None:
        return
    was = next((one.slot for one in reversed(after.record.history) if _stood(one.status)), None)
    kind = NoticeKind.BOOKED if was is None else NoticeKind.MOVED
    first = next(iter(slot.places), slot.span)
    details = {"start": first.start, "end": first.end, "epoch": change.now.epoch}
    before = {} if was is None else {"was": was}
    for user in after.attendee_ids:
        yield notice(kind, after.id, user, change.at, {**details, **before}, change.now.epoch)


def _occurrences(change: SessionChange) -> Iterator[OutboxEntry]:
    """Tell everybody of occurrences of a booked series that are off, or at another time; of a row once."""
    before, after = change.before, change.after
    was, final = before.final_time, after.final_time
    stays = before.status is after.status is SessionStatus.SCHEDULED
    if not stays or was is None or final is None or was.span != final.span or after.recurrence is None:
        return
    length = final.end - final.start
    there = {one.start: one.takes_place for one in final.occurrences}
    places = [(one.start, one.takes_place) for one in was.occurrences]
    gone = [(start, at) for start, at in places if at is not None and there.get(start) is None]
    if gone:
        first, lay = gone[0]
        off = {"start": lay, "end": lay + length, "occurrences": len(gone)}
        yield from _of_occurrence(change, NoticeKind.CANCELLED, off, first)
    for start, at in places:
        there_now = there.get(start)
        if there_now is not None and there_now != at:
            earlier = {} if at is None else {"was": at}
            details = {"start": there_now, "end": there_now + length, **earlier}
            yield from _of_occurrence(change, NoticeKind.MOVED, details, start)


def _of_occurrence(
    change: SessionChange, kind: NoticeKind, details: Mapping[str, Any], start: Instant
) -> Iterator[OutboxEntry]:
    after, epoch = change.after, change.now.epoch
    for user in after.attendee_ids:
        told = {**details, "epoch": epoch, "occurrence": start}
        yield notice(kind, after.id, user, change.at, told, epoch, start, details["start"])


def _stood(status: str) -> bool:
    return status == SessionStatus.SCHEDULED.value


def _ended(change: SessionChange) -> Iterator[OutboxEntry]:
    """Tell that it is off, open again, or not to be had; the first two once nothing of it is left."""
    after, was, now = change.after, change.was.state, change.now.state
    history = after.record.history
    entered = was is not now
    if entered and now is BookingState.CANCELLED:
        slot = after.final_time if after.scheduled_at is not None else None
        where = {} if slot is None else {"start": slot.start, "end": slot.end}
        yield from _to_all(change, NoticeKind.CANCELLED, where)
    undone = entered and now is BookingState.PROPOSED and was in (BookingState.QUARANTINE, BookingState.STUCK)
    if undone and after.final_time is None and history and _stood(history[-1].status):
        last = history[-1]
        where = {} if last.slot is None else {"was": last.slot}
        no = [one.user_id for one in after.responses if one.at == last.at and one.answer is Answer.DECLINED]
        yield from _to_all(change, NoticeKind.REOPENED, {"why": last.what, "no": no, **where})
    if after.status is SessionStatus.FAILED and change.before.status is not SessionStatus.FAILED:
        yield _to_host(change, NoticeKind.FAILED, {"epoch": change.now.epoch}, change.now.epoch)


def _to_all(change: SessionChange, kind: NoticeKind, details: Mapping[str, Any]) -> Iterator[OutboxEntry]:
    after, epoch = change.after, change.now.epoch
    for user in after.attendee_ids:
        key = (after.record.round, epoch)
        yield notice(kind, after.id, user, change.at, {**details, "epoch": epoch}, *key)
