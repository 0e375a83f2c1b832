"""A booked event as iCalendar text for those who have no calendar of ours: published, asking nothing."""

from hashlib import sha256

from connectors.ical.text.compose import compose
from daemon.notices.wording import Telling
from engine.booking.steps.draft import person_of
from engine.ids import EventId, InstallId
from engine.model.booking import EventDraft, Mark
from engine.model.session import EventSession
from engine.ports.store import Transaction
from engine.time.span import Span

_METHOD = b"METHOD:PUBLISH\r\n"


def published_event(tx: Transaction, telling: Telling, install: InstallId) -> bytes | None:
    """Write the event of a booked session in its reader's zone; None where its time is not known.

    Raises:
        WriteRefusedError: it does not read back as it was meant.
    """
    session, start, end = telling.session, telling.at("start"), telling.at("end")
    if session is None or start is None or end is None:
        return None
    booking = tx.ledger.booking(session.id)
    epoch = booking.epoch if booking is not None else 0
    text = compose(drafted(tx, session, Span(start, end), install, epoch, telling.user.timezone))
    version = b"VERSION:2.0\r\n"
    return text.replace(version, version + _METHOD, 1)


def drafted(
    tx: Transaction, session: EventSession, slot: Span, install: InstallId, epoch: int, zone: str
) -> EventDraft:
    """Draft it under a UID that stays the same for the session, so that a later one replaces it."""
    found = {user: tx.users.get(user) for user in session.attendee_ids}
    users = {user: known for user, known in found.items() if known is not None}
    return EventDraft(
        event_id=EventId(f"{sha256(session.id.encode()).hexdigest()[:40]}@{install}"),
        mark=Mark(install=install, session=session.id, epoch=epoch),
        span=slot,
        title=session.title,
        description=session.description or "",
        location=session.location or "",
        sequence=epoch,
        stamp=session.scheduled_at or session.created_at,
        zone=zone,
        organizer=person_of(session.host_user_id, users),
        attendees=tuple(person_of(user, users) for user in session.attendee_ids),
    )
