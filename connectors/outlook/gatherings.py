"""Who is at Outlook's events, as a task for a child process.

https://learn.microsoft.com/graph/api/resources/event names the fields that it looks at.
"""

import json
from collections.abc import Mapping
from typing import Any

from connectors.outlook.times import span_of
from connectors.outlook.translate import FAULTS
from connectors.owner import address_of
from connectors.sandbox.frames import LONGEST_TITLE, objects_of, taken
from engine.model.calendar_object import RawObject
from engine.time.span import Span

MOST_PEOPLE = 500
Row = list[Any]


def gatherings_task(payload: bytes) -> bytes:
    """Tell of each object when it takes place, and who is there; Outlook gives each instance by itself."""
    (start, end, zone), frames = taken(payload)
    window = Span(start, end)
    rows = []
    for one in objects_of(frames):
        if not one.shared:
            try:
                rows.append([False, _rows(one, window, zone), None])
            except FAULTS:
                rows.append([False, [], None])
    return json.dumps(rows).encode()


def _rows(one: RawObject, window: Span, zone: str) -> list[Row]:
    event = json.loads(one.raw).get("event") or {}
    attendees = [each for each in event.get("attendees") or () if isinstance(each, Mapping)][:MOST_PEOPLE]
    if event.get("isCancelled") or not attendees:
        return []
    span = span_of(event, zone)
    if not span.overlaps(window):
        return []
    organiser = _person(event.get("organizer") or {}, is_self=bool(event.get("isOrganizer")))
    asked = [row for row in map(_person, attendees) if row[0] != organiser[0]]
    people = {row[0]: row for row in (organiser, *asked) if row[0]}
    said_no = (event.get("responseStatus") or {}).get("response") == "declined"
    title = str(event.get("subject") or "")[:LONGEST_TITLE]
    rows = [] if said_no else [[span.start, span.end, title, list(people.values())]]
    return rows


def _person(one: Mapping[str, Any], *, is_self: bool = False) -> Row:
    known = one.get("emailAddress") or {}
    what = "room" if one.get("type") == "resource" else "individual"
    declined = (one.get("status") or {}).get("response") == "declined"
    return [
        address_of(str(known.get("address") or "")),
        str(known.get("name") or ""),
        what,
        declined,
        is_self,
    ]
