"""Content lines (RFC 5545 section 3.1), read with the patience that real files need.

Broken line ends, folds inside a character, a text that was never folded, stray control characters, unclosed
quotes and unquoted colons in parameters: what can be understood in spite of them is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_FOLD = re.compile(rb"\r*\n[ \t]|\r(?!\n)[ \t]")
_LINE_END = re.compile(rb"[\r\n]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NAME = re.compile(r"[A-Za-z0-9-]+(?=[;:])")
_BROKEN_TIME = re.compile(
    r"(DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE|DURATION|RRULE)(?![A-Za-z0-9-])", re.IGNORECASE
)
_PARAMETER = re.compile(r'\s*;\s*([A-Za-z0-9-]+)\s*=\s*((?:"[^"]*"|[^;:",]*)(?:,(?:"[^"]*"|[^;:",]*))*)')
_VALUE_OF_TIME = re.compile(r":([0-9]{8}(?:T[0-9]{6}Z?)?[0-9TZPDHMSW,/+-]*)\s*\Z", re.IGNORECASE)
_TZID = re.compile(r";\s*TZID\s*=\s*\"?([^\"]*)", re.IGNORECASE)
_VALUE_TYPE = re.compile(r";\s*VALUE\s*=\s*([A-Za-z-]+)", re.IGNORECASE)

TIMES = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"})


@dataclass(frozen=True, slots=True)
class Line:
    """A property: name and parameter names in upper case, quotes taken off."""

    name: str
    value: str
    params: Mapping[str, str] = field(default_factory=dict)


def decode(raw: bytes) -> str:
    """Read UTF-8; what is not UTF-8 is taken for Latin-1, as exporters that forget to say so write it."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


_CONTROL_BYTE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def lines_named(raw: bytes, names: re.Pattern[bytes]) -> Iterator[Line]:
    """Read the properties whose names a pattern knows at the begin of a line, and perhaps others.

    Reading a name costs a tenth of reading its line.
    """
    if _CONTROL_BYTE.search(raw):  # one may stand within a name
        return content_lines(raw)
    texts = _LINE_END.split(_FOLD.sub(b"", raw))
    found = (_line(decode(text)) for text in texts if names.match(text))
    return (line for line in found if line is not None)


def content_lines(raw: bytes) -> Iterator[Line]:
    """Unfold and read every line that is a property; others are left out."""
    for text in _LINE_END.split(_FOLD.sub(b"", raw)):
        line = _line(_CONTROL.sub("", decode(text)))
        if line is not None:
            yield line


def _line(text: str) -> Line | None:
    found = _NAME.match(text)
    if found is None:
        broken = _BROKEN_TIME.match(text)
        return None if broken is None else Line(broken[1].upper(), text[broken.end() :])
    name = found[0].upper()
    params: dict[str, str] = {}
    at = found.end()
    while parameter := _PARAMETER.match(text, at):
        params[parameter[1].upper()] = parameter[2].replace('"', "")
        at = parameter.end()
    if text[at : at + 1] == ":" and (
        name not in TIMES or _VALUE_OF_TIME.match(text, at) or not text[at + 1 :]
    ):
        return Line(name, text[at + 1 :], params)
    return _broken_parameters(name, text, found.end())


def _broken_parameters(name: str, text: str, at: int) -> Line | None:
    """Find the value where the parameters do not parse: a time by its shape, others after a colon."""
    if name in TIMES:
        value = _VALUE_OF_TIME.search(text, at)
        if value is None:
            return Line(name, text[at:].lstrip(";:"))
        head = text[at : value.start()]
        zone, kind = _TZID.search(head), _VALUE_TYPE.search(head)
        params = {"TZID": zone[1].strip()} if zone else {}
        if kind:
            params["VALUE"] = kind[1]
        return Line(name, value[1], params)
    _head, colon, value_text = text.partition(":")
    return Line(name, value_text) if colon else None
