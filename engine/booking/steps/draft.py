"""The event as it stands in one attendee's calendar."""

from collections.abc import Mapping

from engine.booking.snapshot import BookingSnapshot
from engine.ids import EventId, UserId
from engine.model.booking import Effect, EventDraft, Person
from engine.model.session import EventSession
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
    attendees = tuple(person_of(user, users) for user in session.attendee_ids)
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


def person_of(user: UserId, users: Mapping[UserId, User]) -> Person:
    """Name somebody; who is not known is named by id."""
    known = users.get(user)
    return Person(name=known.name, email=known.email) if known else Person(name=user, email=user)


def stamp_of(snapshot: BookingSnapshot) -> Instant:
    """Give DTSTAMP: when the booking began to be written, so that a repeated write is the same event."""
    return snapshot.booking.since
