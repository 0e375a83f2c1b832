"""Who is at Google's events, as a task for a child process.

https://developers.google.com/workspace/calendar/api/v3/reference/events names the fields that it looks at.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from connectors.gcal.translate import FAULTS, event_spans, heads
from connectors.owner import address_of
from connectors.sandbox.frames import LONGEST_TITLE, objects_of, taken
from engine.model.calendar_object import RawObject
from engine.time.span import Span

MOST_PEOPLE = 500
Row = list[Any]


def gatherings_task(payload: bytes) -> bytes:
    """Tell of each object when it takes place, who is there each time, and whether it goes on repeating."""
    (start, end, zone), frames = taken(payload)
    rows = [_of_object(one, Span(start, end), zone) for one in objects_of(frames) if not one.shared]
    return json.dumps(rows).encode()


def _of_object(one: RawObject, window: Span, zone: str) -> Row:
    document = json.loads(one.raw)
    members = document if isinstance(document, list) else []
    found: list[Row] = []
    for event, exceptions in heads(members):
        try:
            found += _rows(event, exceptions, window, zone)
        except FAULTS:
            continue
    return [any("recurrence" in event for event in members), found, _birthday(members)]


def _rows(
    event: Mapping[str, Any], exceptions: list[Mapping[str, Any]], window: Span, zone: str
) -> Iterator[Row]:
    people = _people(event)
    if event.get("status") == "cancelled" or not people:
        return
    title = str(event.get("summary", ""))[:LONGEST_TITLE]
    for span in event_spans(event, exceptions, window, zone)[0]:
        if span.overlaps(window):
            yield [span.start, span.end, title, people]


def _people(event: Mapping[str, Any]) -> list[Row]:
    attendees = [one for one in event.get("attendees") or () if isinstance(one, Mapping)][:MOST_PEOPLE]
    organizer = event.get("organizer") or {}
    known = {}
    for one in (organizer, *attendees) if attendees else ():
        address = address_of(str(one.get("email") or ""))
        if address:
            what = "room" if one.get("resource") else "individual"
            declined = one.get("responseStatus") == "declined"
            known[address] = [
                address,
                str(one.get("displayName") or ""),
                what,
                declined,
                bool(one.get("self")),
            ]
    return list(known.values())


def _birthday(members: Sequence[Mapping[str, Any]]) -> Row | None:
    event = members[0] if members else {}
    day = str((event.get("start") or {}).get("date") or "")
    rules = [str(rule) for rule in event.get("recurrence") or ()]
    if len(day) != 10 or not any("FREQ=YEARLY" in rule for rule in rules):
        return None
    return [
        str(event.get("summary") or "")[:LONGEST_TITLE],
        f"--{day[5:]}",
        event.get("eventType") == "birthday",
    ]
