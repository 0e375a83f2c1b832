"""Briefings: what is known of whom one is about to meet, kept until the meeting ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from daemon.app.reader import Reader
from daemon.app.relations.desk import Desk
from engine.documents.relations import briefing_document
from engine.errors import UnknownThingError
from engine.ids import SessionId
from engine.model.relations import Contact, Memory, MemoryType
from engine.model.session import EventSession, SessionStatus
from engine.ports.store import Transaction
from engine.relations.briefing import Known, Sentence, sentences
from engine.relations.naming import called
from engine.text.mail_address import folded
from engine.text.plain_text import one_line
from engine.time.span import DAY, Instant

LASTS = DAY
MOST_AHEAD = 200
MOST_PEOPLE = 12
"""Of whom a briefing before a meeting tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meeting:
    """What a briefing is before."""

    start: Instant
    end: Instant
    addresses: tuple[str, ...]
    title: str = ""
    settled: bool = True
    """Whether `start` is when it begins."""
    session: SessionId | None = None
    people: tuple[tuple[str, str], ...] = ()
    """Names and what they rest on, of whom nothing may be known."""


class Briefings:
    """`gatherly contact brief`, `/v1/contacts/{id}/briefing`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def of_contact(self, name: str) -> dict[str, Any]:
        """Brief on a contact; it expires after 24 hours."""

        def put(tx: Transaction) -> Memory:
            contact = self._desk.contact(tx, name)
            return self._kept(tx, contact, self._about(tx, contact), None, self._desk.now + LASTS)

        return briefing_document(self._desk.writing(put))

    def of_session(self, name: str) -> dict[str, Any]:
        """Brief on whom a session is with.

        Raises:
            UnknownThingError: there is no such session, or the user does not attend it.
        """

        def put(tx: Transaction) -> Memory:
            session = tx.sessions.get(SessionId(name))
            if session is None or self._desk.user not in session.attendee_ids:
                raise UnknownThingError(f"There is no session {name}")
            return self._before(tx, self._meeting_of(tx, session))

        return briefing_document(self._desk.writing(put))

    def of_next(self) -> dict[str, Any]:
        """Brief on whom the next event is with.

        Raises:
            UnknownThingError: none is known.
        """

        def put(tx: Transaction) -> Memory:
            ahead = [*self._events(tx), *self._sessions(tx)]
            if not ahead:
                raise UnknownThingError("No event with anybody is known", "It is looked 60 days ahead")
            return self._before(tx, min(ahead, key=lambda one: (one.start, one.session is None)))

        return briefing_document(self._desk.writing(put))

    def _events(self, tx: Transaction) -> list[_Meeting]:
        desk = self._desk
        found = tx.repositories.meeting_sources.upcoming(desk.user, desk.now, MOST_AHEAD)
        return [
            _Meeting(start=one.start, end=one.end, addresses=one.addresses, title=one.title)
            for source in found
            if (one := source.upcoming) is not None and one.end > desk.now and self._any(tx, one.addresses)
        ]

    def _any(self, tx: Transaction, addresses: Sequence[str]) -> bool:
        return bool(self._contacts(tx, addresses))

    def _sessions(self, tx: Transaction) -> list[_Meeting]:
        now = self._desk.now
        found = tx.sessions.some(tx.sessions.attended_by(self._desk.user), lambda _name, _why: None)
        return [
            self._meeting_of(tx, one)
            for one in found
            if one.status is SessionStatus.SCHEDULED and one.final_time and one.final_time.end > now
        ]

    def _meeting_of(self, tx: Transaction, session: EventSession) -> _Meeting:
        desk, now = self._desk, self._desk.now
        users = [tx.users.get(one) for one in session.attendee_ids if one != desk.user]
        others = [(folded(one.email), one.name) for one in users if one is not None]
        others += [(folded(one.address), one.name or one.address) for one in session.guests]
        time = session.final_time
        return _Meeting(
            start=now if time is None else time.start,
            end=now + LASTS if time is None or time.end <= now else time.end,
            addresses=tuple(address for address, _ in others),
            title=session.title,
            settled=time is not None,
            session=session.id,
            people=tuple((name, address) for address, name in others),
        )

    def _before(self, tx: Transaction, meeting: _Meeting) -> Memory:
        contacts = self._contacts(tx, meeting.addresses)
        told = [*self._heading(tx, meeting, contacts[:MOST_PEOPLE])]
        for contact in contacts[:MOST_PEOPLE]:
            told += self._about(tx, contact)
        known = {address for contact in contacts for address in contact.emails}
        if meeting.session is not None:
            unknown = [name for name, address in meeting.people if address not in known]
            told += [
                (f"{one_line(name, 200)} is not among your contacts.", (str(meeting.session),))
                for name in unknown
            ]
        first = contacts[0] if contacts else None
        return self._kept(tx, first, told, meeting.session, meeting.end)

    def _heading(self, tx: Transaction, meeting: _Meeting, contacts: Sequence[Contact]) -> Iterator[Sentence]:
        """Say what is ahead, when and with whom."""
        sources = (*([str(meeting.session)] if meeting.session else ()), *(one.id for one in contacts))
        if not sources:
            return
        what = f"“{one_line(meeting.title, 200)}”" if meeting.title else "Your next meeting"
        when = self._clock(tx).when(meeting.start) if meeting.settled else "at a time that is not settled yet"
        whom = ", ".join(one_line(called(one), 60) for one in contacts)
        yield f"{what}, {when}{f', with {whom}' if whom else ''}.", sources

    def _clock(self, tx: Transaction) -> Reader:
        """Give the clock of whoever asks."""
        desk = self._desk
        user = tx.users.get(desk.user)
        half_days = desk.access.configuration.settings.keys_of(desk.user).clock == "12h"
        return Reader("UTC" if user is None else user.timezone, desk.now, not half_days)

    def _contacts(self, tx: Transaction, addresses: Sequence[str]) -> list[Contact]:
        desk = self._desk
        marks = {desk.names.address(desk.user, address) for address in addresses}
        rows = tx.repositories.known_addresses.some(marks)
        names = {one.contact_id for one in rows if one.contact_id is not None}
        found = tx.repositories.contacts.some(names)
        return sorted(found, key=lambda one: (-one.relationship_strength, one.id))

    def _about(self, tx: Transaction, contact: Contact) -> list[Sentence]:
        repositories, now, clock = tx.repositories, self._desk.now, self._clock(tx)
        ties = repositories.relationships.of_contact(contact.id)
        others = {name for tie in ties for name in (tie.contact_a_id, tie.contact_b_id)} - {contact.id}
        known = Known(
            contact=contact,
            interactions=repositories.interactions.of_contact(contact.id),
            interests=repositories.interests.of_contact(contact.id),
            relationships=ties,
            people={one.id: one for one in repositories.contacts.some(others)},
            memories=repositories.memories.of_contact(contact.id),
        )
        return sentences(known, now, clock.zone, clock.day)

    def _kept(
        self,
        tx: Transaction,
        contact: Contact | None,
        told: Sequence[Sentence],
        session: SessionId | None,
        until: Instant,
    ) -> Memory:
        """Keep it in the place of the one before of the same."""
        desk, now, repository = self._desk, self._desk.now, tx.repositories.memories
        about = (contact.id if contact is not None else "", session or "")
        name = desk.names.any_of("briefing", desk.user, *about)
        before = repository.get(name)
        whom = "whom you are about to meet" if contact is None else called(contact)
        desk.note(tx, "view", "contact" if contact is not None else "briefing", about[0] or name)
        return repository.put(
            Memory(
                id=name,
                user_id=desk.user,
                contact_id=None if contact is None else contact.id,
                session_id=session,
                memory_type=MemoryType.BRIEFING,
                title=f"Briefing: {one_line(whom, 200)}",
                content="\n".join(text for text, _ in told) or "Nothing is known yet.",
                source_interactions=tuple(dict.fromkeys(one for _, some in told for one in some)),
                sentences=tuple(told),
                expires_at=until,
                created_at=now if before is None else before.created_at,
                updated_at=now,
                version=0 if before is None else before.version,
            )
        )
