"""One file's text: cut into objects, and changed so that every byte that is not meant stays."""

import re

from connectors.ical.text.lines import decode
from connectors.ical.text.objects import events_of, places_of, split, together, uid_of
from engine.errors import SourceError
from engine.model.calendar_object import RawObject

_END = re.compile(rb"^[ \t]*END:VCALENDAR", re.MULTILINE | re.IGNORECASE)


def file_objects(body: bytes) -> tuple[RawObject, ...]:
    """Cut a file: one object where it holds one UID, else one a UID and the zones that they share."""
    found = split(body)
    if sum(1 for one in found if not one.shared) != 1:
        return found
    only = together(body)
    return () if only is None else (only,)


def with_event(body: bytes, calendar: bytes) -> bytes:
    """Put another calendar's events before the end of the body; every other byte stays.

    Raises:
        SourceError: the body has no end.
    """
    at = -1
    for found in _END.finditer(body):
        at = found.start()
    if at < 0:
        raise SourceError("the calendar has no end")
    added = b"".join(events_of(calendar))
    if b"\r\n" not in body:
        added = added.replace(b"\r\n", b"\n")
    return body[:at] + added + body[at:]


def without_event(body: bytes, uid: str) -> bytes:
    """Cut a UID's events out in one pass; every other byte stays."""
    kept: list[bytes] = []
    at = 0
    for start, end in places_of(body):
        if decode(uid_of(body[start:end])) == uid:
            kept.append(body[at:start])
            at = end
    return b"".join((*kept, body[at:]))
