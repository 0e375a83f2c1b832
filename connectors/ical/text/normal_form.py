"""A calendar's text brought to the one form that every reading knows.

Whatever ends its lines (CR, LF, CRLF and mixtures), names in lower case or broken by a fold, blanks where
none belong, an indentation that is no fold: what can only mean one thing is written as RFC 5545 has it. A
text that is of that form already is left as it is, byte for byte.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors.ical.zones.zone_keys import renamed

_TIMES = rb"DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|RECURRENCE-ID"
_TOLD = _TIMES + rb"|STATUS|TRANSP|UID|SEQUENCE"
_BEGINNINGS = (b"BEGIN:VCALENDAR\r\n", b"BEGIN:VCALENDAR\n")
_ODD_LINE = re.compile(
    rb"\n(?![ACDF-LN-Z0-9][A-Z0-9-]*+[:;])"
    rb"(?:[a-z]|(?:BEGIN|END)(?!:[A-Z-]+\r?(?:\n(?![ \t])|\Z))|[A-Z0-9-]++(?![:;])"
    rb"|METHOD[;:][^\n]*(?i:CANCEL)"
    rb"|[ \t]+(?i:BEGIN|END|" + _TOLD + rb")[ \t]*(?::|;[A-Za-z-]+=))"
)
_ODD_PARAMETER = re.compile(
    rb";(?![A-Z]++=[^ \t])"
    rb"(?:[ \t]+[A-Za-z-]+[ \t]*=|[A-Z-]+[ \t]+=|TZID=[ \t]"
    rb"|(?!TZID|VALUE|RANGE|PARTSTAT|EMAIL)(?i:TZID|VALUE|RANGE|PARTSTAT|EMAIL)[ \t]*=)"
)
_CONTROL = bytes(code for code in (*range(32), 127) if code not in (9, 10, 13))
_PRINTED = bytes(code for code in range(256) if code >= 32 and code != 127)
_LINE_END = re.compile(rb"[\r\n]+")
_FOLD_AFTER_BLANK = re.compile(rb"\n\r?\n[ \t]")
_NAME = re.compile(rb"[ \t]*([A-Za-z0-9-]+)[ \t]*(?=[;:])")
_PLAIN = re.compile(rb"(?!BEGIN|END)[A-Z0-9-]+:")
_BROKEN_TIME = re.compile(rb"[ \t]*(" + _TIMES + rb")(?![A-Za-z0-9-])", re.IGNORECASE)
_COMPONENT = re.compile(rb"[ \t]*(BEGIN|END)[ \t]*:[ \t]*([A-Za-z-]+)[ \t]*\Z", re.IGNORECASE)
_GLUED = re.compile(rb"(?i)(?<=[A-Z])(?=(?:BEGIN|END):V)")
_GLUED_LINE = re.compile(rb"(?i)[ \t]*(?:(?:BEGIN|END):V[A-Z]+?){2,}[ \t]*\Z")
_PROPERTY = re.compile(
    rb"(?i)[ \t]*(?:(?:BEGIN|END)[ \t]*:[ \t]*(?:V[A-Z]+|STANDARD|DAYLIGHT)"
    rb"|(?:DTSTART|DTEND|RECURRENCE-ID|EXDATE|RDATE)[ \t]*(?:;(?:\"[^\"]*\"|[^:\"])*)?:"
    rb"[ \t]*\d{8}(?:T\d{6}Z?)?(?:[,/][0-9TZPDHMSW]+)*"
    rb"|DURATION[ \t]*:[ \t]*\+?P[0-9TDHMSW]+|RRULE[ \t]*:[ \t]*[A-Z]+=[^ \t:]+"
    rb"|(?:STATUS|TRANSP)[ \t]*:[ \t]*[A-Z-]+|SEQUENCE[ \t]*:[ \t]*\d+|UID[ \t]*:[ \t]*\S+)[ \t]*\Z"
)
_PARAMETER = re.compile(
    rb'[ \t]*;[ \t]*([A-Za-z0-9-]+)[ \t]*=[ \t]*((?:"[^"]*"|[^;:",]*)(?:,(?:"[^"]*"|[^;:",]*))*)'
)
_BEGUN = re.compile(rb"(?i)BEGIN[^A-Z0-9\r\n]{0,8}VEVENT(?![A-Z-])")
_QUOTED = re.compile(rb'"[^"]*"')
_FULL = 60
"""Octets: nobody folds a line that is shorter; what is indented after one is a line of its own."""
_ONCE = frozenset(
    {b"DTSTART", b"DTEND", b"DURATION", b"RECURRENCE-ID", b"STATUS", b"TRANSP", b"UID", b"SEQUENCE"}
)
_TEXTS = frozenset(
    {
        b"SUMMARY",
        b"DESCRIPTION",
        b"COMMENT",
        b"LOCATION",
        b"ATTACH",
        b"CATEGORIES",
        b"CONTACT",
        b"RESOURCES",
        b"URL",
    }
)


@dataclass(frozen=True, slots=True)
class Tidied:
    """A text in the one form; `begun` is how many events it began as it came, where that form was not its."""

    text: bytes
    begun: int

    @property
    def lost(self) -> int:
        """How many of them nobody would find."""
        found = self.text.count(b"\nBEGIN:VEVENT\r\n") + self.text.count(b"\nBEGIN:VEVENT\n")
        return max(self.begun - found, 0)


def without_controls(text: bytes) -> bytes:
    """Take out what is no character of a text: NUL and other control codes."""
    return text.translate(None, _CONTROL)


def tidied(text: bytes) -> Tidied:
    """Give the text in the one form; what could mean two things stays as the RFC reads it."""
    ends = text.translate(None, _PRINTED)
    is_even = ends in (b"\r\n" * (len(ends) // 2), b"\n" * len(ends))
    if not is_even:
        text = without_controls(text)
        is_even = text.count(b"\r") == text.count(b"\r\n")
    if is_even and _is_tidy(text):
        return Tidied(renamed(text), 0)
    pieces = [line for line in _LINE_END.split(text) if line.strip()]
    lines, hidden = _soundest(pieces)
    begun = _begun(lines) + hidden
    return Tidied(renamed(b"".join(line + b"\r\n" for line in _revoked(lines))), begun)


def _is_tidy(text: bytes) -> bool:
    return (
        text.startswith(_BEGINNINGS)
        and text.count(b"BEGIN:VEVENT") == text.count(b"\nBEGIN:VEVENT")
        and not (_has_blank_line(text) and _FOLD_AFTER_BLANK.search(text))
        and _ODD_LINE.search(text) is None
        and _ODD_PARAMETER.search(text) is None
    )


def _has_blank_line(text: bytes) -> bool:
    return b"\n\r\n" in text or b"\n\n" in text


def _begun(lines: Sequence[bytes]) -> int:
    """Count the lines that begin an event, and the places where one begins within a line of another."""
    begun = 0
    for line in lines:
        if b"EVENT" not in line.upper():
            continue
        name = _NAME.match(line)
        speaks = name is not None and (name[1].upper() in _TEXTS or name[1][:2].upper() == b"X-")
        begun += 0 if speaks else len(_BEGUN.findall(_QUOTED.sub(b"", line)))
    return begun


def _hidden(pieces: Sequence[bytes]) -> int:
    """Count the lines that begin an event and that a fold would hide, though it follows no full line."""
    hidden = before = 0
    for piece in pieces:
        is_indented = piece[:1] in (b" ", b"\t") and before < _FULL
        hidden += bool(is_indented and _BEGUN.fullmatch(piece.strip()))
        before = len(piece)
    return hidden


def _soundest(pieces: Sequence[bytes]) -> tuple[Sequence[bytes], int]:
    """Choose the reading whose components are whole; the RFC's own where nothing speaks against it.

    Also tells how many events that reading hides.
    """
    chosen, hidden = _written(_folded(pieces)), 0
    if not any(piece[:1] in (b" ", b"\t") and _PROPERTY.match(piece) for piece in pieces):
        return chosen, hidden
    outline, hidden = _Outline.of(chosen), _hidden(pieces)
    for reading in (_unindented, _all_indented):
        lines = _written(reading(pieces))
        other = _Outline.of(lines)
        if other.is_sounder_than(outline):
            chosen, outline, hidden = lines, other, 0
    return chosen, hidden


def _folded(pieces: Sequence[bytes]) -> Sequence[bytes]:
    """Join what is folded, as RFC 5545 section 3.1 has it."""
    lines: list[bytes] = []
    for piece in pieces:
        if piece[:1] in (b" ", b"\t") and lines:
            lines[-1] += piece[1:]
        else:
            lines.append(piece)
    return lines


def _unindented(pieces: Sequence[bytes]) -> Sequence[bytes]:
    """Take for a line of its own what is indented, is a whole property, and follows no line that was full."""
    lines: list[bytes] = []
    before = 0
    for piece in pieces:
        is_indented = piece[:1] in (b" ", b"\t")
        if is_indented and lines and not (before < _FULL and _PROPERTY.match(piece)):
            lines[-1] += piece[1:]
        else:
            lines.append(piece.strip(b" \t") if is_indented else piece)
        before = len(piece)
    return lines


def _all_indented(pieces: Sequence[bytes]) -> Sequence[bytes]:
    """Read a text with an indentation throughout: whatever begins with a name is a line."""
    lines: list[bytes] = []
    for piece in pieces:
        if _NAME.match(piece) or not lines:
            lines.append(piece.strip(b" \t"))
        else:
            lines[-1] += piece.strip(b" \t")
    return lines


@dataclass(slots=True)
class _Outline:
    """How the components of a text lie in each other: events, what does not fit, what stands twice."""

    events: int = 0
    faults: int = 0
    repeated: int = 0
    told: int = 0
    inside: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, lines: Sequence[bytes]) -> "_Outline":
        """Look through a text's lines."""
        outline = cls()
        seen: set[bytes] = set()
        for line in lines:
            component = _COMPONENT.match(line)
            name = _NAME.match(line)
            if component is not None:
                seen = set() if component[2] == b"VEVENT" else seen
                outline._take(component[1] == b"BEGIN", component[2])
            elif name is not None and outline.inside[-1:] == [b"VEVENT"] and name[1] in _ONCE:
                outline.told += 1
                outline.repeated += name[1] in seen
                seen.add(name[1])
        outline.faults += len(outline.inside)
        return outline

    def is_sounder_than(self, other: "_Outline") -> bool:
        """Whether this reading fits better, or fits as well and finds properties that the other hides."""
        if self.faults != other.faults:
            return self.faults < other.faults
        more = (self.events, self.told) > (other.events, other.told)
        return not self.faults and more and self.repeated <= other.repeated

    def _take(self, begins: bool, kind: bytes) -> None:
        if begins:
            is_event = kind == b"VEVENT"
            self.events += is_event
            self.faults += is_event and self.inside[-1:] != [b"VCALENDAR"]
            self.inside.append(kind)
        elif kind in self.inside:
            while self.inside.pop() != kind:
                self.faults += 1
        else:
            self.faults += 1


def _written(lines: Sequence[bytes]) -> Sequence[bytes]:
    """Write lines with names in upper case and without blanks about them, glued components apart."""
    return [written for line in lines for written in _each_written(line)]


def _each_written(line: bytes) -> Iterator[bytes]:
    if _PLAIN.match(line):
        yield line
        return
    if _GLUED_LINE.match(line):
        yield from (part.upper() for part in _GLUED.split(line.strip()))
        return
    component = _COMPONENT.match(line)
    if component is not None:
        yield component[1].upper() + b":" + component[2].upper()
        return
    name = _NAME.match(line)
    if name is not None:
        yield name[1].upper() + _parameters(line[name.end() :])
        return
    broken = _BROKEN_TIME.match(line)
    yield line if broken is None else broken[1].upper() + b":" + line[broken.end() :]


def _parameters(rest: bytes) -> bytes:
    """Write the parameters without blanks around them, their names in upper case."""
    parts: list[bytes] = []
    at = 0
    while found := _PARAMETER.match(rest, at):
        parts.append(b";" + found[1].upper() + b"=" + found[2].strip(b" \t"))
        at = found.end()
    return b"".join(parts) + rest[at:].lstrip(b" \t")


def _revoked(lines: Sequence[bytes]) -> Iterator[bytes]:
    """Say of each event of a calendar with METHOD:CANCEL that it is revoked (RFC 5546 section 3.2.5)."""
    starts = [at for at, line in enumerate(lines) if line == b"BEGIN:VCALENDAR"]
    for start, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        part = lines[start:end]
        revokes = any(
            line.startswith(b"METHOD") and line.strip().upper().endswith(b":CANCEL") for line in part
        )
        for line in part:
            yield line
            if revokes and line == b"BEGIN:VEVENT":
                yield b"METHOD:CANCEL"
