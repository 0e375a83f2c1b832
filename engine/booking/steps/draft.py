"""The event as it stands in one attendee's calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

from engine.booking.snapshot import BookingSnapshot
from engine.ids import EventId, UserId
from engine.model.booking import Delivery, Effect, EventDraft, Person
from engine.model.session import Answer, EventSession
from engine.model.user import User
from engine.sessions.series_changes import ended_rule
from engine.time.span import Instant, Span


def draft_of(
    snapshot: BookingSnapshot,
    session: EventSession,
    slot: Span,
    effect: Effect,
    event_id: EventId,
    users: Mapping[UserId, User],
) -> EventDraft:
    """Draft one attendee's copy: each is a personal one, in its owner's zone, and mails nobody.

    A guest's is in the host's zone, and names nobody but the host and themselves.
    """
    owner = users.get(effect.attendee) or users.get(session.host_user_id)
    is_guest = any(guest.id == effect.attendee for guest in session.guests)
    coming = _coming(snapshot, session, slot)
    attendees = tuple(
        replace(person_of(user, users), optional=user not in session.required_ids, comes=user in coming)
        for user in (() if is_guest else session.attendee_ids)
    )
    return EventDraft(
        event_id=event_id,
        mark=snapshot.mark,
        span=slot,
        title=session.title,
        description=session.description or "",
        location=session.location or "",
        sequence=effect.sequence,
        stamp=stamp_of(snapshot),
        zone=_zone(session, owner, users),
        organizer=person_of(session.host_user_id, users),
        attendees=attendees,
        **series_of(session, slot, effect.attendee),
    )


class Series(TypedDict, total=False):
    """What makes a draft a series."""

    recurrence: str
    removed: tuple[Instant, ...]
    moved: tuple[tuple[Instant, Instant], ...]
    lasts: Instant | None
    own_removed: tuple[Instant, ...]
    own_moved: tuple[tuple[Instant, Instant], ...]


def series_of(session: EventSession, slot: Span, owner: UserId | None = None) -> Series:
    """Give what of a draft says when a booked series takes place; nothing of a session that is held once.

    What is left out is taken out of the rule, and what moves stands for its instance at another time. What
    its `owner` did to single instances of their copy is kept.
    """
    final = session.final_time
    if session.recurrence is None or final is None or final.span != slot:
        return {}
    own = [one for one in session.record.own_changes if one.user == owner]
    places = [(one.start, one.takes_place) for one in final.occurrences]
    return {
        "recurrence": _rule_of(session, [one.start for one in final.occurrences], owner),
        "removed": tuple(start for start, at in places if at is None),
        "moved": tuple((start, at) for start, at in places if at is not None and at != start),
        "lasts": None if session.is_endless else final.last_end,
        "own_removed": tuple(one.occurrence for one in own if one.at is None),
        "own_moved": tuple((one.occurrence, one.at) for one in own if one.at is not None),
    }


def _rule_of(session: EventSession, starts: Sequence[Instant], owner: UserId | None) -> str:
    """Give the rule of a copy; that of somebody who has left ends with the last that they came to."""
    left = None if owner is None else session.record.left.get(owner)
    attended = [at for at in starts if left is not None and at < left]
    rule = ended_rule(session, attended[-1]) if attended else str(session.recurrence)
    return rule.removeprefix("RRULE:")


def _zone(session: EventSession, owner: User | None, users: Mapping[UserId, User]) -> str:
    """Give the zone of a copy: its owner's, and of a series the host's, whose clock it keeps."""
    host = users.get(session.host_user_id)
    if session.recurrence is None:
        return owner.timezone if owner else "UTC"
    return session.clock_zone(host.timezone if host else "UTC")


def _coming(snapshot: BookingSnapshot, session: EventSession, slot: Span) -> set[UserId]:
    """Give those who asked for it, who said yes, or in whose calendar it stands; others are only invited."""
    written = (each.attendee for each in snapshot.current if each.delivery is Delivery.WRITTEN)
    yes = (
        one.user_id
        for one in session.responses
        if one.answer is Answer.ACCEPTED and one.slot in (None, slot.start)
    )
    return {session.host_user_id, *written, *yes}


def person_of(user: UserId, users: Mapping[UserId, User]) -> Person:
    """Name somebody; who is not known is named by id."""
    known = users.get(user)
    return Person(name=known.name, email=known.email) if known else Person(name=user, email=user)


def stamp_of(snapshot: BookingSnapshot) -> Instant:
    """Give DTSTAMP: when the booking began to be written, so that a repeated write is the same event."""
    return snapshot.booking.since
