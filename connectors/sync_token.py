"""What connectors remember between two reads of a calendar, and when a whole read is due all the same."""

import hashlib
import json
from typing import Any

from connectors.reading_rules import remembered
from engine.ids import RemoteCalendarId
from engine.time.span import DAY, Instant


def fields_of(text: str | None, version: int) -> dict[str, Any] | None:
    """Read a stored token's fields; None where it is not ours, or of another version."""
    own = remembered(text).token
    try:
        fields = json.loads(own) if own else None
        return fields if isinstance(fields, dict) and fields.pop("v") == version else None
    except (ValueError, KeyError, TypeError):
        return None


def is_due(since: Instant, every: int, calendar: RemoteCalendarId, now: Instant) -> bool:
    """Whether a whole read is due; calendars that were first read together are spread over a day."""
    spread = int.from_bytes(hashlib.sha256(calendar.encode()).digest()[:4]) % DAY
    return now >= since + every + spread
