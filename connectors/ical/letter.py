"""Invitations as mail: iMIP (RFC 6047), pure.

Three forms of the same: plain text and HTML for people, `text/calendar` with its METHOD for their calendar
programs. The Message-ID follows from what is told, so that a letter sent twice is recognised as one.
"""

import html
import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from connectors.ical.compose import LONGEST_TEXT, LONGEST_TITLE, local_time, plain_text
from connectors.ical.invitation import (
    Route,
    checked_address,
    display_name,
    invitation,
    invited,
    method,
    same_address,
)
from connectors.ical.zones import iana_zone
from engine.instants import to_datetime
from engine.model.booking import EventDraft, Person
from engine.timespan import Instant

_SPECIAL = re.compile(r"[^\w\s!#$%&'*+/=?^`{|}~-]")
"""What may not stand in a name outside of quotes (RFC 5322 section 3.2.3)."""
_LONGEST_PHRASE = 60
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
    message = EmailMessage(policy=SMTP)
    names = {person.email.casefold(): person for person in invited(draft, route.recipient)}
    message["From"] = _sender(draft, route.sender)
    message["To"] = _address(names[route.recipient.casefold()])
    message["Reply-To"] = _address(draft.organizer)
    message["Subject"] = f"{_SUBJECT[_kind(draft)]}: {_title(draft)}"
    message["Date"] = format_datetime(to_datetime(now))
    message["Message-ID"] = message_id(draft, route.sender)
    if _kind(draft) != "request":
        first = _message_id(draft, route.sender, "request")
        message["In-Reply-To"] = first
        message["References"] = first
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(draft), cte="base64")
    message.add_alternative(_html(draft), subtype="html", cte="base64")
    message.add_alternative(
        invitation(draft, route).decode(),
        subtype="calendar",
        charset="utf-8",
        cte="base64",
        params={"method": method(draft), "component": "VEVENT"},
    )
    return Letter(str(message["Message-ID"]), message.as_bytes())


def message_id(draft: EventDraft, sender: str) -> str:
    """Name the letter: the same for the same event, kind and version, whoever sends it again."""
    kind = _kind(draft)
    return _message_id(draft, sender, f"{kind}-{draft.sequence}" if kind == "update" else kind)


def _message_id(draft: EventDraft, sender: str, kind: str) -> str:
    seed = sha256(draft.event_id.encode()).hexdigest()[:40]
    domain = _ascii_domain(sender.rpartition("@")[2])
    return f"<{seed}.{draft.mark.epoch}.{kind}@{domain}>"


def _kind(draft: EventDraft) -> str:
    if draft.cancelled:
        return "cancel"
    return "update" if draft.sequence else "request"


def _sender(draft: EventDraft, sender: str) -> Address:
    host = display_name(draft.organizer)
    if same_address(draft.organizer.email, sender):
        return _address(draft.organizer)
    return _address(Person(name=f"{host} via gatherly" if host else "gatherly", email=sender))


def _address(person: Person) -> Address:
    local, _, domain = checked_address(person.email).rpartition("@")
    return Address(display_name=_phrase(person), username=local, domain=_ascii_domain(domain))


def _phrase(person: Person) -> str:
    """Give a name that needs no quotes: the standard library loses them where it folds a long line."""
    return " ".join(_SPECIAL.sub(" ", display_name(person)).split())[:_LONGEST_PHRASE]


def _ascii_domain(domain: str) -> str:
    return domain if domain.isascii() else domain.encode("idna").decode()


def _title(draft: EventDraft) -> str:
    return plain_text(draft.title, LONGEST_TITLE).replace("\n", " ").strip() or "(no title)"


def _when(draft: EventDraft) -> str:
    """Say when in the recipient's zone, without the machine's language."""
    zone = iana_zone(draft.zone)
    start, end = local_time(draft.span.start, zone), local_time(draft.span.end, zone)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d} ({start:%A}), {start:%H:%M} to {until}, {draft.zone if zone else 'UTC'}"


def _facts(draft: EventDraft) -> list[tuple[str, str]]:
    people = ", ".join(display_name(person) or person.email for person in draft.attendees)
    facts = [
        ("What", _title(draft)),
        ("When", _when(draft)),
        ("Where", plain_text(draft.location, LONGEST_TITLE).replace("\n", " ")),
        ("Host", display_name(draft.organizer) or draft.organizer.email),
        ("With", people),
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
    return f"<!doctype html><html lang='en'><head><meta charset='utf-8'></head><body>{body}</body></html>"
