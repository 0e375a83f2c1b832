"""Sessions that come of a series: what follows from a day on, or stands in for one occurrence."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import tzinfo

from engine.ids import SessionId, UserId
from engine.model.session import EventSession, Occurrence, TimeSlot
from engine.model.session_record import SessionRecord
from engine.sessions.series_changes import attended_by, neighbours, remaining_rule
from engine.time.span import DAY, Instant, Span

ALONE = 3 * DAY
"""How far to either side of an occurrence another time is looked for in its place, at most."""


def following(
    before: EventSession, after: EventSession, name: SessionId, begins: Instant, now: Instant, zone: tzinfo
) -> EventSession:
    """Ask for the rest of a series: as it was asked for, from a moment on, by its clock."""
    whole = before.final_time.occurrences if before.final_time else ()
    kept = after.final_time.occurrences if after.final_time else ()
    dropped = whole[len(kept) :]
    fewer = before.constraints.at_least
    constraints = replace(before.constraints, at_least=fewer and min(fewer, len(dropped) or fewer))
    start = max(begins, now)
    away = {user for user in before.attendee_ids if not _comes_to(before, user, dropped)}
    return replace(
        _without(_fresh(before, name, now), away),
        constraints=constraints,
        search=Span(start, start + before.search_days * DAY),
        recurrence=remaining_rule(before, dropped, zone),
    )


def _comes_to(session: EventSession, user: UserId, dropped: Sequence[Occurrence]) -> bool:
    starts = {one.start for one in dropped}
    return bool(attended_by(session, user, starts)) if starts else user not in session.record.left


def _without(session: EventSession, away: Collection[UserId]) -> EventSession:
    """Ask nobody anew who has left; the host is always asked."""
    return replace(
        session,
        invitee_ids=tuple(user for user in session.invitee_ids if user not in away),
        optional_ids=tuple(user for user in session.optional_ids if user not in away),
    )


def in_place_of(session: EventSession, one: Occurrence, name: SessionId, now: Instant) -> EventSession:
    """Ask for another time in one occurrence's place: between its neighbours, and not at the same time."""
    slot, at = session.final_time, one.takes_place or one.start
    length = slot.end - slot.start if slot is not None else session.duration * 60
    before, after = neighbours(session, one)
    window = Span(max(before, at - ALONE, now), max(now + length, min(after, at + length + ALONE)))
    return replace(
        _fresh(session, name, now),
        constraints=replace(session.constraints, at_least=None),
        search=window,
        recurrence=None,
        rejected_slots=(TimeSlot(start=at, end=at + length),),
    )


def _fresh(before: EventSession, name: SessionId, now: Instant) -> EventSession:
    return EventSession(
        id=name,
        host_user_id=before.host_user_id,
        invitee_ids=before.invitee_ids,
        optional_ids=before.optional_ids,
        groups=before.groups,
        title=before.title,
        description=before.description,
        location=before.location,
        duration=before.duration,
        search_days=before.search_days,
        buffer_time=before.buffer_time,
        resource_ids=before.resource_ids,
        record=SessionRecord(fresh=before.record.fresh),
        created_at=now,
        expires_at=now + before.expires_at - before.created_at,
    )
