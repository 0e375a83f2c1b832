"""A person's bookings as a calendar that any calendar program can subscribe to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from connectors.ical.text.compose import compose
from daemon.app.access import Access
from engine.booking.steps.draft import person_of
from engine.bounds import LATEST
from engine.ids import EventId, InstallId, UserId
from engine.model.booking import EventDraft, Mark
from engine.model.notices import Link, LinkVerb
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.notices.links import link_id, token_of
from engine.ports.store import Transaction
from engine.time.span import Span

_BEGIN, _END = b"BEGIN:VEVENT", b"END:VCALENDAR\r\n"
HEAD = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//gatherly//calendar sync//EN\r\nCALSCALE:GREGORIAN\r\n"
    b"METHOD:PUBLISH\r\nX-WR-CALNAME:gatherly\r\n"
)


class Feeds:
    """Gives, names and ends the addresses of people's feeds."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def address(self, user: UserId, name: str) -> str:
        """Give the address of somebody's feed under a name; the same one where there is one already."""
        access, identifier = self._access, self._access.custody.identifier
        now = access.clock.now()
        with access.store.writing() as tx:
            there = _named(tx, user, name)
            link = there or tx.repositories.links.put(
                Link(
                    id=link_id(identifier, "feed", user, name, str(now)),
                    user_id=user,
                    session_id=None,
                    epoch="",
                    verbs=(LinkVerb.FEED,),
                    detail=name,
                    expires_at=LATEST - 1,
                    created_at=now,
                )
            )
        base = access.configuration.settings.api.base
        return f"{base}/feed/{token_of(identifier, link)}.ics"

    def names(self, user: UserId) -> list[str]:
        """Name somebody's feeds."""
        with self._access.store.reading() as tx:
            return [one.detail for one in tx.repositories.links.of_user(user) if LinkVerb.FEED in one.verbs]

    def revoke(self, user: UserId, name: str) -> bool:
        """End a feed; tell whether there was one."""
        with self._access.store.writing() as tx:
            link = _named(tx, user, name)
            if link is not None:
                tx.repositories.links.delete(link.id)
            return link is not None


def _named(tx: Transaction, user: UserId, name: str) -> Link | None:
    theirs = tx.repositories.links.of_user(user)
    return next((one for one in theirs if LinkVerb.FEED in one.verbs and one.detail == name), None)


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar as text, and the mark by which its reader knows it again."""

    text: bytes

    @property
    def etag(self) -> str:
        """The mark: another one once anything in it is."""
        return f'"{sha256(self.text).hexdigest()[:32]}"'


def feed_of(tx: Transaction, user: UserId, install: InstallId) -> Feed:
    """Write everything that is booked with somebody, in UTC, so that no zone has to be told."""
    text = HEAD
    for name in tx.sessions.attended_by(user):
        session = tx.sessions.get(name)
        if session is None or session.status is not SessionStatus.SCHEDULED or session.final_time is None:
            continue
        for number, span in enumerate(_places(session.final_time)):
            draft = drafted(tx, session, span, install)
            draft = replace(draft, event_id=EventId(f"{number}-{draft.event_id}")) if number else draft
            text += _BEGIN + compose(draft, in_utc=True).partition(_BEGIN)[2].removesuffix(_END)
    return Feed(text + _END)


def _places(slot: TimeSlot) -> Sequence[Span]:
    """Give when a session takes place, one by one: no zone is told in which a rule could be read."""
    if not slot.occurrences:
        return (slot.span,)
    places = (one.takes_place for one in slot.occurrences)
    return [Span(at, at + slot.end - slot.start) for at in places if at is not None]


def drafted(
    tx: Transaction, session: EventSession, slot: Span, install: InstallId, zone: str = "UTC"
) -> EventDraft:
    """Draft an event under a UID that stays the same for its session, so that a later one replaces it."""
    found = {user: tx.users.get(user) for user in session.attendee_ids}
    users = {user: known for user, known in found.items() if known is not None}
    booking = tx.ledger.booking(session.id)
    epoch = booking.epoch if booking is not None else 0
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
