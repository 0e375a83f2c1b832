"""Invitations as mail: iMIP (RFC 6047), pure.

Three forms of the same: plain text and HTML for people, `text/calendar` with its METHOD for their calendar
programs. The Message-ID follows from what is told, so that a letter sent twice is recognised as one.
"""

import html
from dataclasses import dataclass
from email.utils import format_datetime
from hashlib import sha256

from connectors.ical.mail.headers import address_field, header_text, phrase, text_field
from connectors.ical.mail.invitation import (
    Route,
    checked_address,
    display_name,
    invitation,
    invited,
    method,
    same_address,
)
from connectors.ical.mail.letter_check import Meant, difference
from connectors.ical.mail.parts import alternatives
from connectors.ical.text.compose import LONGEST_TEXT, LONGEST_TITLE, local_time
from connectors.ical.zones.names import iana_zone
from engine.errors import WriteRefusedError
from engine.model.booking import EventDraft, Person
from engine.sessions.series_words import rule_words
from engine.text.plain_text import one_line, plain_text
from engine.time.instant import to_datetime
from engine.time.span import Instant

_SUBJECT = {"request": "Invitation", "update": "Updated invitation", "cancel": "Cancelled"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as the relay gets it."""

    message_id: str
    content: bytes


def letter(draft: EventDraft, route: Route, now: Instant) -> Letter:
    """Write the mail that carries an invitation, its update, or its withdrawal.

    Raises:
        WriteRefusedError: an address is none, or the event cannot be written.
    """
    headers = _headers(draft, route, now)
    parts = {
        "text/plain": _plain(draft),
        "text/html": _html(draft),
        "text/calendar": invitation(draft, route).decode(),
    }
    head = "".join(_field(name, value) for name, value in headers)
    content = head.encode("ascii") + alternatives(parts, {"method": method(draft), "component": "VEVENT"})
    wrong = difference(content, Meant([(name, _meaning(value)) for name, value in headers], parts))
    if wrong:
        raise WriteRefusedError(
            f"the mail about {one_line(draft.event_id)} is not sent: {wrong}",
            "Change the title, the texts or the names of what it is about",
            code="text",
        )
    return Letter(message_id(draft, route.sender), content)


@dataclass(frozen=True, slots=True)
class _Mailbox:
    display: str
    address: str


def _headers(draft: EventDraft, route: Route, now: Instant) -> list[tuple[str, str | _Mailbox]]:
    names = {person.email.casefold(): person for person in invited(draft, route.recipient)}
    first = _message_id(draft, route.sender, "request")
    later = [("In-Reply-To", first), ("References", first)] if _kind(draft) != "request" else []
    return [
        ("From", _sender(draft, route.sender)),
        ("To", _mailbox(names[route.recipient.casefold()])),
        ("Reply-To", _mailbox(draft.organizer)),
        ("Subject", header_text(f"{_SUBJECT[_kind(draft)]}: {_title(draft)}")),
        ("Date", format_datetime(to_datetime(now))),
        ("Message-ID", message_id(draft, route.sender)),
        *later,
        ("Auto-Submitted", "auto-generated"),
    ]


def _field(name: str, value: str | _Mailbox) -> str:
    if isinstance(value, _Mailbox):
        return address_field(name, value.display, value.address)
    return text_field(name, value)


def _meaning(value: str | _Mailbox) -> str:
    if isinstance(value, _Mailbox):
        return f"{value.display} <{value.address}>" if value.display else value.address
    return value


def message_id(draft: EventDraft, sender: str) -> str:
    """Name the letter: the same for the same event, kind and version, whoever sends it again."""
    kind = _kind(draft)
    return _message_id(draft, sender, f"{kind}-{draft.sequence}" if kind == "update" else kind)


def _message_id(draft: EventDraft, sender: str, kind: str) -> str:
    seed = sha256(draft.event_id.encode()).hexdigest()[:40]
    domain = checked_address(sender).rpartition("@")[2]
    return f"<{seed}.{draft.mark.epoch}.{kind}@{domain}>"


def _kind(draft: EventDraft) -> str:
    if draft.cancelled:
        return "cancel"
    return "update" if draft.sequence else "request"


def _sender(draft: EventDraft, sender: str) -> _Mailbox:
    unnamed = same_address(draft.organizer.name, draft.organizer.email)
    host = "" if unnamed else display_name(draft.organizer)
    if same_address(draft.organizer.email, sender):
        return _mailbox(draft.organizer)
    return _mailbox(Person(name=f"{host} via gatherly" if host else "gatherly", email=sender))


def _mailbox(person: Person) -> _Mailbox:
    return _Mailbox(phrase(person.name), checked_address(person.email))


def _title(draft: EventDraft) -> str:
    return one_line(plain_text(draft.title, LONGEST_TITLE)) or "(no title)"


def _when(draft: EventDraft) -> str:
    """Say when in the recipient's zone, without the machine's language."""
    zone = iana_zone(draft.zone)
    start, end = local_time(draft.span.start, zone), local_time(draft.span.end, zone)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    once = f"{start:%Y-%m-%d} ({start:%A}), {start:%H:%M} to {until}, {draft.zone if zone else 'UTC'}"
    return once if draft.recurrence is None else f"{once}; {rule_words(draft.recurrence, draft.zone)}"


def _facts(draft: EventDraft) -> list[tuple[str, str]]:
    people = ", ".join(display_name(person) or person.email for person in draft.attendees)
    facts = [
        ("What", _title(draft)),
        ("When", _when(draft)),
        ("Where", one_line(plain_text(draft.location, LONGEST_TITLE))),
        ("Host", display_name(draft.organizer) or draft.organizer.email),
        ("With", people),
        ("Why", one_line(plain_text(draft.comment, LONGEST_TEXT)) if draft.cancelled else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _lead(draft: EventDraft) -> str:
    host = display_name(draft.organizer) or draft.organizer.email
    return {
        "request": f"{host} invites you.",
        "update": f"{host} has changed what you are invited to.",
        "cancel": f"{host} has called this off; it no longer takes place.",
    }[_kind(draft)]


def _plain(draft: EventDraft) -> str:
    lines = [_lead(draft), "", *(f"{name}: {value}" for name, value in _facts(draft))]
    description = plain_text(draft.description, LONGEST_TEXT)
    if description and not draft.cancelled:
        lines += ["", description]
    return "\n".join([*lines, ""])


def _html(draft: EventDraft) -> str:
    rows = "".join(
        f"<tr><th align='left' valign='top'>{name}</th><td>{html.escape(value)}</td></tr>"
        for name, value in _facts(draft)
    )
    description = html.escape(plain_text(draft.description, LONGEST_TEXT)).replace("\n", "<br>")
    more = f"<p>{description}</p>" if description and not draft.cancelled else ""
    body = f"<p>{html.escape(_lead(draft))}</p><table cellpadding='4'>{rows}</table>{more}"
    return f"<!doctype html><html lang='en'><head><meta charset='utf-8'></head><body>{body}</body></html>\n"
