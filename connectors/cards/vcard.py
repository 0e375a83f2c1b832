"""vCard 3.0 (RFC 2426) and 4.0 (RFC 6350) read, 3.0 written."""

import re
from collections.abc import Iterator, Sequence

from connectors.ical.reading.vevent import unescaped
from connectors.ical.text.lines import Line, content_lines
from connectors.owner import address_of
from engine.errors import InputError
from engine.model.relations import Contact
from engine.relations.birthdays import is_day
from engine.relations.cards import BrokenCard, Card
from engine.relations.editing import LENGTHS, is_web_address
from engine.relations.naming import called
from engine.text.mail_address import LONGEST_ADDRESS, is_address

MOST_CARDS = 20_000
LONGEST_FILE = 32 * 1024 * 1024
VERSIONS = ("3.0", "4.0")
_GROUP = re.compile(rb"(?m)^[A-Za-z0-9-]+\.(?=[A-Za-z0-9-]+[;:])")
_BEGIN = re.compile(r"vcard", re.IGNORECASE)
_UNESCAPED = re.compile(r"(?<!\\)((?:\\\\)*);")
_COMMA = re.compile(r"(?<!\\)((?:\\\\)*),")
_DATE = re.compile(r"(\d{4}|--)-?(\d\d)-?(\d\d)(?:T.*)?\Z", re.ASCII)
_LONGEST_LINE = 75
"""Octets, without the end (RFC 2426 section 2.6)."""
_NO_YEAR = "1604"
"""How Apple's programs write that they do not know the year."""


def cards_of(text: bytes) -> Iterator[Card | BrokenCard]:
    """Read a file's cards, one after the other; one that is broken hides no other.

    Raises:
        InputError: the file is larger than any address book.
    """
    if len(text) > LONGEST_FILE:
        raise InputError("The file is too large", f"Give one of {LONGEST_FILE // 1024 // 1024} MB at most")
    number, inside, lines = 0, False, list[Line]()
    for line in content_lines(_GROUP.sub(b"", text.removeprefix(b"\xef\xbb\xbf"))):
        if line.name == "BEGIN" and _BEGIN.fullmatch(line.value.strip()):
            if inside:
                yield BrokenCard(number, "it has no END:VCARD")
            number, inside, lines = number + 1, True, []
            if number > MOST_CARDS:
                raise InputError("The file holds too many cards", f"Give {MOST_CARDS} at most")
        elif line.name == "END" and _BEGIN.fullmatch(line.value.strip()) and inside:
            inside = False
            yield _card(number, lines)
        elif inside:
            lines.append(line)
    if inside:
        yield BrokenCard(number, "it has no END:VCARD")


def _card(number: int, lines: Sequence[Line]) -> Card | BrokenCard:
    version = _first(lines, "VERSION") or "3.0"
    if version not in VERSIONS:
        return BrokenCard(number, f"version {version[:10]} is none of {', '.join(VERSIONS)}")
    written_ = (address_of(one) for one in _all(lines, "EMAIL"))
    emails = tuple(dict.fromkeys(one for one in written_ if is_address(one) and len(one) <= LONGEST_ADDRESS))
    values = {name: value[: LENGTHS[name]] for name, value in _values(lines) if value}
    if not values.get("full_name") and not emails:
        return BrokenCard(number, "it has neither a name nor an address")
    tags = tuple(dict.fromkeys(tag for text in _raw(lines, "CATEGORIES") for tag in _parts(text, _COMMA)))
    return Card(number=number, values=values, emails=emails, tags=tags)


def _values(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    last, first, *_ = [*_parts(next(iter(_raw(lines, "N")), ""), _UNESCAPED, keep=True), "", ""]
    full = _first(lines, "FN") or " ".join(part for part in (first, last) if part)
    yield "full_name", full
    if first or last:
        yield "first_name", first
        yield "last_name", last
    yield "company", ", ".join(_parts(next(iter(_raw(lines, "ORG")), ""), _UNESCAPED))
    yield "job_title", _first(lines, "TITLE") or ""
    yield "phone", (_first(lines, "TEL") or "").removeprefix("tel:")
    yield "notes", _first(lines, "NOTE") or ""
    yield "location", ", ".join(_parts(next(iter(_raw(lines, "ADR")), ""), _UNESCAPED))
    yield "bio", _first(lines, "X-GATHERLY-BIO") or ""
    yield "birthday", _day(_first(lines, "BDAY") or "")
    links = [one for name in ("URL", "X-SOCIALPROFILE") for one in _all(lines, name)]
    yield "linkedin_url", next((one for one in links if "linkedin" in one and is_web_address(one)), "")
    photo = _first(lines, "PHOTO") or ""
    yield "avatar_url", photo if is_web_address(photo) else ""


def _day(text: str) -> str:
    found = _DATE.match(text.strip())
    if found is None:
        return ""
    year = "-" if found[1] in ("--", _NO_YEAR) else found[1]
    day = f"{year}-{found[2]}-{found[3]}"
    return day if is_day(day) else ""


def _raw(lines: Sequence[Line], name: str) -> list[str]:
    return [line.value for line in lines if line.name == name and line.value.strip()]


def _all(lines: Sequence[Line], name: str) -> list[str]:
    return [unescaped(value).strip() for value in _raw(lines, name)]


def _first(lines: Sequence[Line], name: str) -> str | None:
    return next(iter(_all(lines, name)), None)


def _parts(text: str, between: re.Pattern[str], *, keep: bool = False) -> list[str]:
    """Cut a structured value; empty parts are left out unless their places count."""
    marked = between.sub("\\1\x00", text)
    parts = [unescaped(part).strip() for part in marked.split("\x00")]
    return parts if keep else [part for part in parts if part]


def written(contact: Contact) -> str:
    """Write a contact as a card of version 3.0."""
    first, last = contact.first_name or "", contact.last_name or ""
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{_escaped(contact.id)}",
        f"FN:{_escaped(called(contact))}",
        f"N:{_escaped(last)};{_escaped(first)};;;",
        *(f"EMAIL;TYPE=INTERNET:{_escaped(one)}" for one in contact.emails),
        *_line("ORG", contact.company),
        *_line("TITLE", contact.job_title),
        *_line("TEL;TYPE=VOICE", contact.phone),
        *([f"ADR:;;;{_escaped(contact.location)};;;"] if contact.location else ()),
        *_line("BDAY", contact.birthday),
        *_address("URL", contact.linkedin_url),
        *_address("PHOTO;VALUE=URI", contact.avatar_url),
        *([f"CATEGORIES:{','.join(map(_escaped, contact.tags))}"] if contact.tags else ()),
        *_line("NOTE", contact.notes),
        *_line("X-GATHERLY-BIO", contact.bio),
        "END:VCARD",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _line(name: str, value: str | None) -> list[str]:
    return [f"{name}:{_escaped(value)}"] if value else []


def _address(name: str, url: str | None) -> list[str]:
    """Write an address as it is: commas and semicolons are its own."""
    return [f"{name}:{url}"] if url and is_web_address(url) else []


def _escaped(text: str) -> str:
    plain = "\n".join(text.splitlines())
    for bare, escaped in (("\\", "\\\\"), ("\n", "\\n"), (",", "\\,"), (";", "\\;")):
        plain = plain.replace(bare, escaped)
    return "".join(letter for letter in plain if letter.isprintable() or letter == "\t")


def _folded(line: str) -> str:
    out, size = [], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > _LONGEST_LINE:
            out.append("\r\n ")
            size = 1
        out.append(letter)
        size += width
    return "".join(out)
