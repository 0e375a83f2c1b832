"""Sentences whose times are left open until somebody reads them, by whose clock they are written then."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.time.span import Span

_OPEN = "\x1e"
"""Stands around a stretch of time in a sentence; no text of anybody's holds it (`one_line`)."""
_LEFT_OPEN = re.compile(f"{_OPEN}(-?[0-9]+)/(-?[0-9]+)/([^{_OPEN}]*){_OPEN}")


@dataclass(frozen=True, slots=True)
class ReadingClock:
    """By which clock a sentence is read; without a zone by that of what it is about."""

    zone: str | None = None
    twelve_hour: bool = True


AS_F2 = ReadingClock()
"""F2's own form: `(2:30pm-3:30pm)`, where the event is."""


def left_open(span: Span, zone: str) -> str:
    """Give what stands in a sentence for a stretch of time; `zone` is that of what it is about."""
    return f"{_OPEN}{span.start}/{span.end}/{zone}{_OPEN}"


def told(sentence: str, clock: ReadingClock = AS_F2) -> str:
    """Write the times of a sentence on a clock: `(2:30pm-3:30pm) on Sun 11 Jan 2026`."""

    def written(found: re.Match[str]) -> str:
        zone = ZoneInfo(clock.zone or found[3])
        start, end = (datetime.fromtimestamp(int(at), zone) for at in (found[1], found[2]))
        return f"({_clock(start, clock)}-{_clock(end, clock)}) on {start:%a %d %b %Y}"

    return _LEFT_OPEN.sub(written, sentence)


def _clock(moment: datetime, clock: ReadingClock) -> str:
    if not clock.twelve_hour:
        return f"{moment:%H:%M}"
    hour = moment.hour % 12 or 12
    minute = f":{moment.minute:02}" if moment.minute else ""
    return f"{hour}{minute}{'am' if moment.hour < 12 else 'pm'}"
