"""A DAV answer's bytes as XML that a parser takes: what surrounds and soils it in practice is taken away.

Nothing is guessed that could change what is meant: blanks and marks before the declaration, characters that
XML cannot hold (they come out of events' texts), bytes that are no UTF-8. Encodings are a short list of ours;
no codec is looked up by a name that a server chose.
"""

import codecs
import re

from engine.errors import SourceIncompleteError

_CODECS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "utf-8", "ascii": "utf-8",
    "iso-8859-1": "latin-1", "latin1": "latin-1", "latin-1": "latin-1", "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252", "cp1252": "cp1252",
}  # fmt: skip
_DECLARATION = re.compile(r"<\?xml\s[^>]{0,200}\?>")
_ENCODING = re.compile(r"encoding\s*=\s*[\"']([^\"']*)[\"']")
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x0*([0-9A-Fa-f]{1,8})|0*([0-9]{1,9}));")
_MARKS = "\ufeff \t\r\n"


def xml_text(body: bytes, place: str) -> str:
    """Decode an answer and take away what is no XML; the text has no declaration any more.

    Raises:
        SourceIncompleteError: it declares an encoding that no DAV server needs.
    """
    text = _decoded(body, place).lstrip(_MARKS)
    declaration = _DECLARATION.match(text)
    if declaration is not None:
        text = text[declaration.end() :]
    if "&#" in text:
        text = _REFERENCE.sub(_kept, text)
    return _NEVER.sub("", text)


def _decoded(body: bytes, place: str) -> str:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace")
    head = body[:400].decode("latin-1").lstrip("\xef\xbb\xbf \t\r\n")
    declaration = _DECLARATION.match(head)
    named = _ENCODING.search(declaration[0]) if declaration else None
    name = named[1].strip().lower() if named else "utf-8"
    if name not in _CODECS:
        raise SourceIncompleteError(
            f"{place} answered with XML in an encoding that gatherly does not read",
            "A CalDAV server answers in UTF-8; look at what stands before it",
        )
    return body.decode(_CODECS[name], "replace")


def _kept(found: re.Match[str]) -> str:
    """Keep a reference to a character that XML may hold."""
    code = int(found[1], 16) if found[1] is not None else int(found[2])
    if code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000:
        return found[0]
    return ""
