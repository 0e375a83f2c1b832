"""Mails as readers find them, and texts made to become something else on the way."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import EmailMessage
from random import Random

from connectors.ical.mail.invitation import Route
from connectors.ical.mail.letter import letter
from engine.model.booking import EventDraft, Person
from tests.contracts.connector import draft
from tests.standins.time import NOON

SENDER, RECIPIENT = "scheduler@example.com", "dave@example.com"
ROUTE = Route(sender=SENDER, recipient=RECIPIENT)
EVIL = "Reply-To: mallory@evil.example"
HEADERS = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]


def q(text: str, charset: str = "utf-8") -> str:
    """Give a text as an encoded word in Q, every byte of it hidden."""
    return f"=?{charset}?q?{''.join(f'={byte:02x}' for byte in text.encode('utf-8'))}?="


def b(text: str, charset: str = "utf-8") -> str:
    """Give a text as an encoded word in B."""
    return f"=?{charset}?b?{b64encode(text.encode()).decode()}?="


def hostile(text: str) -> EventDraft:
    """Give an event whose every text, name and place is this one."""
    return replace(
        draft(),
        title=text,
        description=text,
        location=text,
        organizer=Person(name=text, email="alice@example.com"),
        attendees=(Person(name=text, email=RECIPIENT), Person(name=text, email="erin@example.com")),
    )


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What one reader finds in a mail: each header in order, and the text of each part."""

    headers: Sequence[tuple[str, str]]
    parts: Sequence[tuple[str, str]]

    @property
    def names(self) -> list[str]:
        return [name for name, _value in self.headers]

    @property
    def by_name(self) -> Mapping[str, str]:
        return dict(self.headers)


def modern(content: bytes) -> ReadMail:
    """Read as today's programs do: the structured parser of the standard library."""
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = [part for part in message.walk() if not part.is_multipart()]
    texts = [(part.get_content_type(), str(part.get_content())) for part in parts]
    return ReadMail([(name, str(value)) for name, value in message.items()], texts)


def plain(content: bytes) -> ReadMail:
    """Read as the simplest programs do: cut at line ends, unfold, decode words wherever they stand, twice."""
    head, _, body = content.decode("ascii").partition("\r\n\r\n")
    lines = re.sub(r"\r\n[ \t]", " ", head).splitlines()
    headers = [(line.partition(":")[0], eager(eager(line.partition(":")[2].strip()))) for line in lines]
    kinds = re.findall(r"^Content-Type: (text/\w+)", body, re.MULTILINE)
    return ReadMail(headers, [(kind, "") for kind in kinds])


def eager(value: str) -> str:
    """Decode as old programs do, before anything else is looked at."""
    try:
        pieces = decode_header(value)
        return "".join(
            piece.decode(charset or "latin-1", "replace") if isinstance(piece, bytes) else piece
            for piece, charset in pieces
        )
    except (LookupError, ValueError):
        return value


def written(text: str) -> bytes:
    return letter(hostile(text), ROUTE, NOON).content


PIECES = (
    *("=?", "?=", "=?utf-8?q?", "=?utf-8?B?", "=?us-ascii?Q?a?=", "=?utf-7?q?+AA0ACg-?=", "=", "?", "==??"),
    *("\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\x00"),
    *("\x1b[2J", "\u202e", "\u2066", "\u200f", "\ufeff", "\U000e0041", "\ud800", "\udcff", "\u200d"),
    *('"', "\\", "<", ">", "(", ")", ",", ";", ":", "@", ".", "[", "]", "|", "`", "$", "^n", "^'", "\\n"),
    *(
        " ",
        "  ",
        "\t",
        "\xa0",
        "\u3000",
        "a",
        "Zoë",
        "e\u0301",
        "日本語",
        "🎉",
        "x" * 90,
        "ü" * 80,
        "a " * 60,
    ),
    *("Bcc: mallory@evil.example", "END:VEVENT", "BEGIN:VEVENT", "ATTENDEE:mailto:m@evil.example"),
    *("mallory@evil.example", "<mallory@evil.example>", "--===============", "Content-Type: text/html", "."),
    *("<script>alert(1)</script>", "&lt;", "Subject: x", "\r\n\r\n", "\r\n ", "=?utf-8?q?=0d=0a?=", "%0d"),
)
CHARSETS = ("utf-8", "UTF-8*en", "us-ascii", "utf-16", "utf-7", "cp037", "rot13", "nothing-known")


def text_of(seed: int) -> str:
    """Make a text of pieces that mean something to somebody."""
    random = Random(seed)
    pieces = [random.choice(PIECES) for _ in range(random.randint(1, 9))]
    if random.random() < 0.5:
        word = random.choice((q, b))
        charset = random.choice(
            ("utf-8", "UTF-8*en", "us-ascii", "utf-16", "utf-7", "cp037", "rot13", "x-no")
        )
        pieces.insert(random.randint(0, len(pieces)), word(f"a\r\n{EVIL}\r\n\r\nb", charset))
    return "".join(pieces)
