"""Graph's times: a wall clock and a zone's name, in UTC as every request asks; whole days mean the owner's.

https://learn.microsoft.com/graph/api/resources/datetimetimezone
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from connectors.ical.zones.names import named_zone
from engine.model.recurrence import Wall, wall_seconds
from engine.time.instant import format_instant
from engine.time.span import DAY, Instant, Span
from engine.time.wall_clock import WallClock


def span_of(event: Mapping[str, Any], zone: str) -> Span:
    """Give an event's time; `zone` is its owner's.

    Whole days come from midnight to midnight, in whatever zone the answer is. Where a server counted them
    over to UTC all the same, they are the moments that they say.

    Raises:
        ValueError, KeyError: it has no times that can be read.
    """
    own = named_zone(zone) or UTC
    ends = [_read(event[name], own) for name in ("start", "end")]
    whole_days = bool(event.get("isAllDay")) and all(wall % DAY == 0 for wall, _ in ends)
    at = [WallClock(own if whole_days else there).instant(wall) for wall, there in ends]
    return Span(at[0], max(at))


def _read(value: Mapping[str, Any], own: tzinfo) -> tuple[Wall, tzinfo]:
    """Read a wall-clock time and its zone; a zone that nobody knows is the owner's."""
    at = datetime.fromisoformat(str(value["dateTime"]))
    if at.tzinfo is not None:
        try:
            return wall_seconds(at.astimezone(UTC).replace(tzinfo=None)), UTC
        except OverflowError as error:
            raise ValueError(f"{at} is beyond the calendar") from error
    name = str(value.get("timeZone") or "UTC")
    return wall_seconds(at), named_zone(name) or own


def written(at: Instant) -> dict[str, str]:
    """Write a moment as Graph takes it."""
    return {"dateTime": format_instant(at).rstrip("Z"), "timeZone": "UTC"}
