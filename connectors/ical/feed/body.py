"""A feed's body, read once: what its header asks for, a hash of its content, and its objects."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.ical.text.body import whole_calendar
from connectors.ical.text.ical_values import parse_duration
from connectors.ical.text.lines import content_lines
from connectors.ical.text.objects import content_hash, split
from connectors.ical.zones.names import own_zone
from engine.errors import InputError
from engine.model.calendar_object import RawObject
from engine.time.span import DAY

_COMPONENT = re.compile(rb"^BEGIN:V(?!CALENDAR)", re.MULTILINE | re.IGNORECASE)
_INTERVALS = ("REFRESH-INTERVAL", "X-PUBLISHED-TTL")
_LONGEST_HEADER = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedBody:
    """What a body says; `objects` is empty where its content is what was known before.

    `zone` is the calendar's own, `floor` how many seconds it wants to be left alone between two reads.
    """

    content: str
    zone: str | None
    floor: int | None
    objects: tuple[RawObject, ...] = ()


def read_feed(body: bytes, place: str, known: str) -> FeedBody:
    """Read a body; `known` is the hash of the content that was read last.

    Raises:
        SourceIncompleteError: it is not a whole calendar.
        InputError: it grows beyond the limits when it is read.
    """
    text = whole_calendar(body, place)
    content = content_hash(text)
    component = _COMPONENT.search(text)
    header = text[: min(component.start() if component else 4096, _LONGEST_HEADER)]
    values = {line.name: line.value.strip() for line in content_lines(header)}
    zone = own_zone(values.get("X-WR-TIMEZONE", ""))
    return FeedBody(
        content=content,
        zone=None if zone is None else zone.key,
        floor=_floor(values),
        objects=() if content == known else split(text),
    )


def _floor(values: Mapping[str, str]) -> int | None:
    for name in _INTERVALS:
        try:
            length = parse_duration(values.get(name, ""))
        except InputError:
            continue
        seconds = length.days * DAY + length.seconds
        if seconds > 0:
            return min(seconds, DAY)
    return None
