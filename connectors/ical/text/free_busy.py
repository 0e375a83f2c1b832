"""Published busy times (VFREEBUSY, RFC 5545 section 3.6.4) as events: so every reading knows them."""

import re
from collections.abc import Iterator

from connectors.ical.text.lines import content_lines

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
