"""A notice as a mail: text first, then HTML, then the event for those who have no calendar of ours.

The Message-ID follows from what is told to whom, so that a letter sent twice is recognised as one; the whole
is read back before it is sent (`connectors.ical.mail.letter_check`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from connectors.ical.mail.headers import address_field, header_text, phrase, text_field
from connectors.ical.mail.invitation import checked_address
from connectors.ical.mail.letter_check import Meant, difference
from connectors.ical.mail.parts import alternatives
from daemon.notices.content import Content, as_text
from daemon.notices.mail_html import as_html
from engine.errors import WriteRefusedError
from engine.time.instant import to_datetime
from engine.time.span import Instant

LONGEST_SUBJECT = 200
ICS = "invite.ics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """From whom, to whom, and the name under which a mail is known; `sender` as `[mail] from` says."""

    sender: str
    to_name: str
    to_address: str
    name: str

    @property
    def addresses(self) -> tuple[str, str]:
        """Who writes, and to whom, as the protocol carries them.

        Raises:
            WriteRefusedError: one of the two cannot be carried.
        """
        return checked_address(parseaddr(self.sender)[1]), checked_address(self.to_address)

    @property
    def message_id(self) -> str:
        """The Message-ID: the same in every try."""
        domain = self.addresses[0].rpartition("@")[2]
        return f"<{sha256(self.name.encode()).hexdigest()[:40]}@{domain}>"


def mail_of(content: Content, envelope: Envelope, now: Instant, ics: bytes | None = None) -> bytes:
    """Write the mail.

    Raises:
        WriteRefusedError: an address is none, or the mail would read differently from what was meant.
    """
    sender, recipient = envelope.addresses
    shown = phrase(parseaddr(envelope.sender)[0]) or "gatherly"
    named = phrase(envelope.to_name)
    texts = [
        ("Subject", header_text(content.subject)[:LONGEST_SUBJECT]),
        ("Date", format_datetime(to_datetime(now))),
        ("Message-ID", envelope.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("X-Gatherly-Kind", str(content.kind)),
    ]
    head = address_field("From", shown, sender) + address_field("To", named, recipient)
    meant = [("From", f"{shown} <{sender}>"), ("To", f"{named} <{recipient}>" if named else recipient)]
    head += "".join(text_field(name, value) for name, value in texts)
    parts = {"text/plain": as_text(content), "text/html": as_html(content)}
    if ics is not None:
        parts["text/calendar"] = ics.decode()
    links = _unsubscribing(content)
    message = (
        head.encode("ascii") + _plain_fields(links) + alternatives(parts, {"method": "PUBLISH", "name": ICS})
    )
    wrong = difference(_without(message, links), Meant([*meant, *texts], parts))
    if wrong:
        raise WriteRefusedError(
            f"the mail {envelope.message_id} is not sent: {wrong}", "Change the title of what it is about"
        )
    return message


def _unsubscribing(content: Content) -> Sequence[tuple[str, str]]:
    """Give what lets mail programs offer to end such mails (RFC 2369, RFC 8058)."""
    if not content.quiet:
        return ()
    return (
        ("List-Unsubscribe", f"<{content.quiet}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    )


def _plain_fields(fields: Sequence[tuple[str, str]]) -> bytes:
    """Write headers of our own words alone, each on its one line: an address may not be folded."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode("ascii")


def _without(message: bytes, fields: Sequence[tuple[str, str]]) -> bytes:
    return message.replace(_plain_fields(fields), b"", 1) if fields else message
