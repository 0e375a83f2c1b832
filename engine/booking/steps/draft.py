"""The event as it stands in one attendee's calendar."""

from collections.abc import Mapping
from dataclasses import replace

from engine.booking.snapshot import BookingSnapshot
from engine.ids import EventId, UserId
from engine.model.booking import Delivery, Effect, EventDraft, Person
from engine.model.session import Answer, EventSession
from engine.model.user import User
from engine.time.span import Instant, Span


def draft_of(
    snapshot: BookingSnapshot,
    session: EventSession,
    slot: Span,
    effect: Effect,
    event_id: EventId,
    users: Mapping[UserId, User],
) -> EventDraft:
    """Draft one attendee's copy: each is a personal one, in its owner's zone, and mails nobody."""
    owner = users.get(effect.attendee)
    coming = _coming(snapshot, session, slot)
    attendees = tuple(
        replace(person_of(user, users), optional=user not in session.required_ids, comes=user in coming)
        for user in session.attendee_ids
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
        zone=owner.timezone if owner else "UTC",
        organizer=person_of(session.host_user_id, users),
        attendees=attendees,
    )


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
