"""Whether a body is a whole calendar: what is empty, cut short or something else is never read as "free"."""

import re

from engine.errors import SourceIncompleteError

BEGIN = re.compile(rb"^[ \t]*BEGIN:VCALENDAR[ \t]*\r*$", re.MULTILINE | re.IGNORECASE)
END = re.compile(rb"^[ \t]*END:VCALENDAR[ \t]*\r*$", re.MULTILINE | re.IGNORECASE)
BOM = b"\xef\xbb\xbf"
REMEDY = "The last good busy times stay; check the address or the file"


def whole_calendar(body: bytes, place: str) -> bytes:
    """Give the body with plain line ends, without byte order mark and control bytes.

    Raises:
        SourceIncompleteError: it is not one or more complete VCALENDARs; the message names the place.
    """
    text = _plain(body)
    wrong = _what_is_wrong(text)
    if wrong is not None:
        raise SourceIncompleteError(f"{place} {wrong}", REMEDY)
    return text


def _plain(body: bytes) -> bytes:
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body = body.decode("utf-16", "replace").encode()
    text = body.removeprefix(BOM)
    if b"\x00" in text:
        text = text.replace(b"\x00", b"")
    if b"\r\r\n" in text:
        text = re.sub(rb"\r+\n", b"\r\n", text)
    if b"\r" in text and b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    return text


def _is_one_calendar(text: bytes) -> bool:
    """Whether it is plainly so: one calendar from the first byte to the last."""
    return (
        text.startswith((b"BEGIN:VCALENDAR\r\n", b"BEGIN:VCALENDAR\n"))
        and text.count(b"BEGIN:VCALENDAR") == 1
        and text[-40:].rstrip().endswith(b"\nEND:VCALENDAR")
    )


def _what_is_wrong(text: bytes) -> str | None:
    start = text.lstrip()[:200].lower()
    if not start:
        return "is empty: not a calendar"
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<")):
        return "is a web page, not a calendar"
    if _is_one_calendar(text):
        return None
    begins = [found.start() for found in BEGIN.finditer(text)]
    ends = [found.start() for found in END.finditer(text)]
    if not begins:
        return "is not a calendar: it has no BEGIN:VCALENDAR"
    if len(begins) > len(ends) or begins[-1] > ends[-1]:
        return "is cut short: END:VCALENDAR is missing"
    return None
