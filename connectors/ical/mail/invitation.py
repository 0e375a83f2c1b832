"""Invitations as iCalendar text: iTIP REQUEST and CANCEL (RFC 5546 sections 3.2.2, 3.2.5), pure.

One UID is one invitation; a higher SEQUENCE replaces it, and CANCEL takes it back with one that is higher
still. The organizer is the host; SENT-BY names the mailbox that acts for them (RFC 5545 section 3.2.18).
"""

from dataclasses import dataclass

from icalendar import Calendar, Event, vCalAddress, vText

from connectors.ical.mail.headers import mail_address
from connectors.ical.text.compose import (
    PRODUCT,
    local_time,
    texts,
    zone_text,
)
from connectors.ical.text.instances import Part, parts, recur
from connectors.ical.text.read_back import check_reads_back
from connectors.ical.zones.names import iana_zone
from connectors.ical.zones.repeated_hour import refuse_repeated_hour
from engine.errors import WriteRefusedError
from engine.model.booking import EventDraft, Person
from engine.text.mail_address import ADDRESS
from engine.text.plain_text import one_line, plain_text
from engine.time.instant import to_datetime

REQUEST, CANCEL = "REQUEST", "CANCEL"
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Route:
    """From whose mailbox an invitation goes to which one person."""

    sender: str
    recipient: str


def method(draft: EventDraft) -> str:
    """Tell what an event asks of its recipient: to come, or not to come any more."""
    return CANCEL if draft.cancelled else REQUEST


def invitation(draft: EventDraft, route: Route) -> bytes:
    """Write the calendar that travels in the mail; only its recipient is asked for an answer.

    Raises:
        WriteRefusedError: an address is none, or what was written does not read back as it was meant.
    """
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", method(draft))
    zone = iana_zone(draft.zone)
    refuse_repeated_hour(draft, zone)
    text: bytes = calendar.to_ical().removesuffix(b"END:VCALENDAR\r\n")
    if zone is not None:
        text += zone_text(zone, draft).encode()
    whole = Part(draft)
    events = [_event(part, route) for part in ((whole,) if draft.cancelled else parts(draft))]
    text += b"".join(event.to_ical() for event in events) + b"END:VCALENDAR\r\n"
    check_reads_back(text, events, list(texts(draft)), draft.event_id)
    return text


def _event(part: Part, route: Route) -> Event:
    zone, draft = iana_zone(part.draft.zone), part.draft
    event = Event()
    event.add("UID", plain_text(draft.event_id, LONGEST_NAME))
    event.add("DTSTAMP", to_datetime(draft.stamp))
    event.add("DTSTART", local_time(draft.span.start, zone))
    event.add("DTEND", local_time(draft.span.end, zone))
    recur(event, part, lambda at: local_time(at, zone))
    event.add("SEQUENCE", draft.sequence)
    event.add("STATUS", "CANCELLED" if draft.cancelled else "CONFIRMED")
    event.add("TRANSP", "OPAQUE")
    for name, value in texts(draft):
        event.add(name, vText(value))
    event["ORGANIZER"] = _organizer(draft.organizer, route.sender)
    for person in invited(draft, route.recipient):
        event.add("ATTENDEE", _attendee(person, route.recipient))
    return event


def invited(draft: EventDraft, recipient: str) -> tuple[Person, ...]:
    """Give everybody who attends; the recipient is among them whatever the draft says."""
    known = any(same_address(person.email, recipient) for person in draft.attendees)
    return draft.attendees if known else (*draft.attendees, Person(name="", email=recipient))


def same_address(one: str, other: str) -> bool:
    """Compare two mail addresses as their owners do."""
    return one.casefold() == other.casefold()


def checked_address(email: str) -> str:
    """Give an address as mail goes to it: its domain in ASCII.

    Raises:
        WriteRefusedError: it is not an address, or one that this relay's protocol cannot carry.
    """
    address = mail_address(email) if ADDRESS.match(email) else None
    if address is None:
        remedy = "Correct the user's e-mail address in the configuration"
        raise WriteRefusedError(f"{email!r} is not an address that mail can go to", remedy, code="address")
    return address


def _organizer(host: Person, sender: str) -> vCalAddress:
    organizer = _named(host)
    if not same_address(host.email, sender):
        checked_address(sender)
        organizer.params["SENT-BY"] = f"mailto:{sender}"
    return organizer


def _attendee(person: Person, recipient: str) -> vCalAddress:
    attendee = _named(person)
    asked = same_address(person.email, recipient)
    attendee.params["ROLE"] = "OPT-PARTICIPANT" if person.optional else "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "NEEDS-ACTION" if asked or not person.comes else "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    return attendee


def _named(person: Person) -> vCalAddress:
    checked_address(person.email)
    address = vCalAddress(f"mailto:{person.email}")
    name = display_name(person)
    if name:
        address.params["CN"] = name
    return address


def display_name(person: Person) -> str:
    """Give a name as one line without quotes."""
    return one_line(plain_text(person.name, LONGEST_NAME)).replace('"', "'")
