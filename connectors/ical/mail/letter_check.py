"""A finished mail, read back before it is sent: by a strict reading of the bytes, and by the library's.

Both must find exactly the headers, texts and parts that were meant. A mail in which somebody's text became
anything else is never sent.
"""

import re
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from functools import cache, lru_cache
from quopri import decodestring

_LINE = 998
"""Characters that a line of a mail may have (RFC 5322 section 2.1.1)."""
_WORD = re.compile(r"=\?utf-8\?([bqBQ])\?([!->@-~]*)\?=")
_FIELD = re.compile(r"([A-Za-z-]+): ?(.*)\Z")
_BOUNDARY = re.compile(r'boundary="([^"]+)"')
_STRUCTURE = ["Content-Type", "MIME-Version"]
_PART_FIELDS = ["Content-Transfer-Encoding", "Content-Type"]

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Meant:
    """What a mail is to say: each header with its decoded value, in order, and each part's type and text."""

    headers: Fields
    parts: Mapping[str, str]


def difference(content: bytes, meant: Meant) -> str | None:
    """Say in what a finished mail differs from what was meant; None where it holds exactly that."""
    try:
        _read_strictly(content, meant)
        _read_by_fallback(content, meant)
    except (ValueError, LookupError, AttributeError) as error:
        return str(error) or type(error).__name__
    return None


def _read_strictly(content: bytes, meant: Meant) -> None:
    head, body = _split(content)
    names = [name for name, _value in head]
    _same(names, [name for name, _value in meant.headers] + ["MIME-Version", "Content-Type"], "its headers")
    for (name, raw), (_name, value) in zip(head, meant.headers, strict=False):
        _same(_decoded(raw), value, name)
    boundary = _BOUNDARY.search(head[-1][1])
    if boundary is None or not head[-1][1].startswith("multipart/alternative;"):
        raise ValueError("it is not of several parts")
    _same_parts(map(_part, _between(body, boundary[1])), meant)


def _split(content: bytes) -> tuple[list[tuple[str, str]], str]:
    """Cut the headers from what follows them; every line ends as it must, and is printable ASCII."""
    text = content.decode("ascii")
    lines = text.split("\r\n")
    if any(len(line) > _LINE or not line.replace("\t", " ").isprintable() for line in lines if line):
        raise ValueError("a line is too long or not plain")
    end = lines.index("")
    return _fields(lines[:end]), "\r\n".join(lines[end + 1 :])


def _fields(lines: Sequence[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in lines:
        if line.startswith(" ") and found and line.strip():
            name, value = found.pop()
            found.append((name, value + line))
            continue
        field = _FIELD.match(line)
        if field is None:
            raise ValueError("a line of its head is no header")
        found.append((field[1], field[2]))
    return found


def _decoded(raw: str) -> str:
    """Decode the encoded words of a header; the space between two of them is none (RFC 2047 section 6.2)."""
    said, joins = "", True
    for token in raw.split(" "):
        word = _WORD.fullmatch(token)
        piece = _word(word) if word else token
        said += piece if joins and (word or not said) else f" {piece}"
        joins = word is not None
    if "=?" in said:
        raise ValueError("something in a header would be decoded that is not meant to be")
    return said


def _word(word: re.Match[str]) -> str:
    if word[1] in "bB":
        return b64decode(word[2], validate=True).decode("utf-8")
    return decodestring(word[2].encode("ascii"), header=True).decode("utf-8")


def _between(body: str, boundary: str) -> list[str]:
    head, *parts, tail = body.split(f"--{boundary}")
    if head or tail.strip("\r\n") != "--":
        raise ValueError("something stands outside of its parts")
    return [part.removeprefix("\r\n") for part in parts]


def _part(text: str) -> tuple[str, str]:
    head, body = _split(text.encode("ascii"))
    _same(sorted(name for name, _value in head if name != "MIME-Version"), _PART_FIELDS, "a part's headers")
    fields = dict(head)
    _same(fields["Content-Transfer-Encoding"], "base64", "a part's encoding")
    kind, _, rest = fields["Content-Type"].partition(";")
    if 'charset="utf-8"' not in rest:
        raise ValueError("a part is of another character set")
    return kind, b64decode(body.replace("\r\n", ""), validate=True).decode("utf-8")


def _read_by_fallback(content: bytes, meant: Meant) -> None:
    once = lru_cache(_registry())  # the library asks for each header many times, and would read it each time
    message = message_from_bytes(content, policy=policy.default.clone(header_factory=once))
    if message.defects:
        raise ValueError("it is no mail")
    _same(sorted(message.keys()), sorted([*(name for name, _value in meant.headers), *_STRUCTURE]), "it")
    for name, value in meant.headers:
        _same(_without_marks(str(message[name])), _without_marks(value), name)
    parts = (part for part in message.walk() if not part.is_multipart())
    _same_parts(((part.get_content_type(), part.get_content()) for part in parts), meant)


@cache
def _registry() -> HeaderRegistry:
    """Give what reads the value of a header by its name."""
    return HeaderRegistry()


def _same_parts(found: Iterable[tuple[str, str]], meant: Meant) -> None:
    read = [(kind, _lines(text)) for kind, text in found]
    _same(read, [(kind, _lines(text)) for kind, text in meant.parts.items()], "its parts")


def _without_marks(value: str) -> str:
    """Leave out what the library of Python 3.11 adds between the encoded words of a name, and its quotes."""
    return re.sub(r'[\s"]', "", value)


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _same(found: object, meant: object, what: str) -> None:
    if found != meant:
        raise ValueError(f"{what} would read differently")
