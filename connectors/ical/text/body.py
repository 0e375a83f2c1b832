"""Whether a body is a whole calendar: what is empty, cut short or something else is never read as "free".

Published busy times (VFREEBUSY, RFC 5545 section 3.6.4) become events: so every reading knows them.
"""

import re
from collections.abc import Iterator

from connectors.ical.text.lines import content_lines
from connectors.ical.text.normal_form import tidied, without_controls
from engine.errors import SourceIncompleteError

BEGIN = re.compile(rb"^[ \t]*BEGIN:VCALENDAR[ \t]*\r*$", re.MULTILINE | re.IGNORECASE)
END = re.compile(rb"^[ \t]*END:VCALENDAR[ \t]*\r*$", re.MULTILINE | re.IGNORECASE)
_MARKS = re.compile(rb"(?:\xef\xbb\xbf)+")
"""Byte order marks; what is put together from several files may have more than one."""
NOTHING = bytes((*range(33), 127))
"""Blanks, line ends and control codes."""
REMEDY = "The last good busy times stay; check the address or the file"


def whole_calendar(body: bytes, place: str) -> bytes:
    """Give the body in the one form that is read (`tidy`), without byte order mark and control bytes.

    Raises:
        SourceIncompleteError: it is not one or more complete VCALENDARs, or begins an event that cannot be
            found in it; the message names the place.
    """
    plain = _plain(body)
    wrong = _what_is_other(plain)
    if wrong is None:
        tidy = tidied(plain)
        wrong = _what_is_wrong(tidy.text)
        if wrong is None and tidy.lost:
            wrong = f"begins {tidy.lost} event(s) more than can be told apart in it"
    if wrong is not None:
        raise SourceIncompleteError(f"{place} {wrong}", REMEDY)
    return with_published(tidy.text)


def _plain(body: bytes) -> bytes:
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body = body.decode("utf-16", "replace").encode()
    marks = _MARKS.match(body)
    return body[marks.end() :] if marks else body


def _is_one_calendar(text: bytes) -> bool:
    """Whether it is plainly so: one calendar from the first byte to the last."""
    return (
        text.startswith((b"BEGIN:VCALENDAR\r\n", b"BEGIN:VCALENDAR\n"))
        and text.count(b"BEGIN:VCALENDAR") == 1
        and text[-40:].rstrip().endswith(b"\nEND:VCALENDAR")
    )


def _what_is_other(text: bytes) -> str | None:
    start = without_controls(text.lstrip(NOTHING)[:400]).lower()
    if not start:
        return "is empty: not a calendar"
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        return "is a web page, not a calendar"
    return None


def _what_is_wrong(text: bytes) -> str | None:
    if _is_one_calendar(text):
        return None
    begins = [found.start() for found in BEGIN.finditer(text)]
    ends = [found.start() for found in END.finditer(text)]
    if not begins:
        return "is not a calendar: it has no BEGIN:VCALENDAR"
    if len(begins) > len(ends) or begins[-1] > ends[-1]:
        return "is cut short: END:VCALENDAR is missing"
    return None


_PUBLISHED = re.compile(
    rb"(?<=\n)BEGIN:VFREEBUSY\r?\n((?:(?!(?:BEGIN|END):V)[^\n]*\n)*)(?:END:VFREEBUSY\r?\n)?"
)
"""One that is never ended ends where something else begins."""


def with_published(text: bytes) -> bytes:
    """Write each period of a calendar's VFREEBUSYs as an event; whatever its type is not FREE takes time.

    Args:
        text: a calendar in the one form (`tidy`).
    """
    if b"\nBEGIN:VFREEBUSY" not in text:
        return text
    return _PUBLISHED.sub(lambda found: b"".join(_events(found[1])), text)


def _events(published: bytes) -> Iterator[bytes]:
    for line in content_lines(published):
        if line.name != "FREEBUSY" or line.params.get("FBTYPE", "").strip().upper() == "FREE":
            continue
        for period in line.value.split(","):
            if period.strip():
                yield _event(period.strip(), line.params.get("TZID", ""))


def _event(period: str, zone: str) -> bytes:
    """Write a period; an end that is missing or cannot be read stays so, for the reader to tell."""
    start, _slash, end = period.partition("/")
    named = f';TZID="{zone}"' if zone else ""
    last = f"DURATION:{end}" if end[:1] and end[:1] in "Pp+-" else f"DTEND{named}:{end or 'missing'}"
    told = (f"UID:freebusy-{period[:80]}", f"DTSTART{named}:{start or 'missing'}", last)
    return "\r\n".join(("BEGIN:VEVENT", *told, "END:VEVENT", "")).encode("utf-8", "surrogatepass")
