"""When somebody is busy, where no more than that may be read.

https://learn.microsoft.com/graph/api/calendar-getschedule
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.outlook.api import GraphApi, Resource
from connectors.outlook.times import span_of, written
from engine.errors import SourceIncompleteError
from engine.ids import EventUid, Href, RemoteCalendarId
from engine.model.calendar_object import RawObject
from engine.time.span import DAY, MINUTE, Instant

LONGEST_QUERY = 40 * DAY
"""Longer windows are refused; Microsoft's own limit has been 42 and 62 days."""
STEP = 15
"""Minutes of one digit of the view."""
SHOWS = {"0": "free", "1": "tentative", "2": "busy", "3": "oof", "4": "workingElsewhere"}
FAULTS = (ValueError, KeyError, TypeError, AttributeError)


def read_schedule(
    api: GraphApi, calendar: RemoteCalendarId, address: str, first: Instant, last: Instant
) -> RawObject:
    """Read one person's busy times as one object.

    Raises:
        SourceIncompleteError: Microsoft could not tell.
    """
    told: set[tuple[int, int, str]] = set()
    while first < last:
        until = min(first + LONGEST_QUERY, last)
        asked = {
            "schedules": [address],
            "startTime": written(first),
            "endTime": written(until),
            "availabilityViewInterval": STEP,
        }
        told |= set(_periods(api.schedules(asked), address, first))
        first = until
    raw = json.dumps({"busy": sorted(told)}, separators=(",", ":")).encode()
    return RawObject(
        href=Href(calendar),
        uid=EventUid(calendar),
        etag=None,
        content_hash=hashlib.sha256(raw).hexdigest(),
        raw=raw,
    )


def _periods(answer: list[Resource], address: str, first: Instant) -> Iterator[tuple[int, int, str]]:
    """Give starts, ends and how busy: by items where they are told, else by the view's digits."""
    found = next((one for one in answer if str(one.get("scheduleId", "")).lower() == address), None)
    try:
        if found is None or found.get("error") or not {"scheduleItems", "availabilityView"} & found.keys():
            raise KeyError(_why(found))
        items, view = found.get("scheduleItems") or (), str(found.get("availabilityView") or "")
        for one in items:
            span = span_of(one, "UTC")
            yield span.start, span.end, str(one.get("status") or "unknown")
        for at, digit in enumerate(view if not items else ""):
            start = first + at * STEP * MINUTE
            yield start, start + STEP * MINUTE, SHOWS.get(digit, "unknown")
    except FAULTS as error:
        why = error.args[0] if error.args else "no answer"
        raise SourceIncompleteError(
            f"Microsoft does not tell when {address} is busy ({why})",
            "That person is unknown until it does; check the address and the sharing",
        ) from error


def _why(found: Mapping[str, Any] | None) -> str:
    error = (found or {}).get("error")
    return str(error.get("responseCode") or "an error") if isinstance(error, dict) else "no answer"
