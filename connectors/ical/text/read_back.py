"""A finished calendar, read back before it leaves: by a strict reading of its lines, and by the library's.

Both must find just the events, with exactly the properties, texts and people that were meant.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from icalendar import Calendar, Event, vCalAddress

from engine.errors import WriteRefusedError
from engine.text.plain_text import one_line, plain_text

_LINE = re.compile(r'([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)\Z')
_CN = re.compile(r';CN=(?:"([^"]*)"|([^";:,]*))')
_ESCAPED = re.compile(r"\\([\\;,nN])")
_CARET = re.compile(r"\^([\^n'])")
_CARETS = {"^": "^", "n": "\n", "'": '"'}
PEOPLE = ("ORGANIZER", "ATTENDEE")


@dataclass(frozen=True, slots=True)
class Property:
    """One content line: a name, its parameters as they stand, its value as it stands."""

    name: str
    params: str
    value: str


def check_reads_back(
    text: bytes, events: Sequence[Event], texts: Sequence[tuple[str, str]], event_id: str
) -> None:
    """Read back what was written: the same events, properties, texts and people, nothing besides.

    Args:
        text: the finished calendar.
        events: the events in it, as they were put together, in order.
        texts: the properties that hold people's words, with what they are to say.
        event_id: names the event when it is refused.

    Raises:
        WriteRefusedError: it is not so.
    """
    try:
        found = list(_event_lines(list(_strict_lines(text))))
        read = Calendar.from_ical(text).walk("VEVENT")
        if not len(found) == len(read) == len(events):
            raise ValueError("it reads back as more or less than was meant")
        for lines, event, one in zip(found, events, read, strict=True):
            _check(lines, event, texts)
            wrong = [name for name, value in texts if str(one.get(name, "")) != value]
            if wrong:
                raise ValueError(f"{wrong[0]} reads back differently")
    except ValueError as error:
        raise WriteRefusedError(
            f"the event {one_line(event_id, 200)} cannot be written: {one_line(str(error), 200)}",
            "Change its title or texts",
            code="text",
        ) from error


def _strict_lines(text: bytes) -> Iterator[Property]:
    """Unfold as RFC 5545 section 3.1 says, and no otherwise; no line holds a control character."""
    whole = text.decode("utf-8")
    if not whole.endswith("\r\n"):
        raise ValueError("it does not end in a line end")
    for line in whole.removesuffix("\r\n").replace("\r\n ", "").split("\r\n"):
        found = _LINE.match(line)
        if found is None or plain_text(line, len(line) * 4) != line or "\n" in line:
            raise ValueError("a line is no property")
        yield Property(found[1], found[2], found[3])


def _event_lines(lines: Sequence[Property]) -> Iterator[Sequence[Property]]:
    """Give the lines of each event, which nothing else is put into."""
    ends = [at for at, line in enumerate(lines) if line.value == "VEVENT" and line.name in ("BEGIN", "END")]
    if not ends or [lines[at].name for at in ends] != ["BEGIN", "END"] * (len(ends) // 2):
        raise ValueError("it reads back as more or less than was meant")
    for begin, end in zip(ends[::2], ends[1::2], strict=True):
        inside = lines[begin + 1 : end]
        if any(line.name in ("BEGIN", "END") for line in inside):
            raise ValueError("something stands inside of the event")
        yield inside


def _check(found: Sequence[Property], event: Event, texts: Sequence[tuple[str, str]]) -> None:
    meant = [(name, value) for name, value in event.property_items() if name not in ("BEGIN", "END")]
    if Counter(line.name for line in found) != Counter(name for name, _value in meant):
        raise ValueError("it has more or other properties than were meant")
    values = {line.name: _ESCAPED.sub(_unescaped, line.value) for line in found}
    for name, value in texts:
        if values.get(name) != value:
            raise ValueError(f"{name} reads back differently")
    people = [(line.name, line.value, _display(line.params)) for line in found if line.name in PEOPLE]
    wanted = [
        (name, str(value), str(value.params.get("CN", "")))
        for name, value in meant
        if isinstance(value, vCalAddress)
    ]
    if sorted(people) != sorted(wanted):
        raise ValueError("its people read back differently")


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]


def _display(params: str) -> str:
    """Give the name in a person's parameters, carets undone (RFC 6868)."""
    cn = _CN.search(params)
    name = (cn[1] if cn[1] is not None else cn[2]) if cn else ""
    return _CARET.sub(lambda found: _CARETS[found[1]], name)
