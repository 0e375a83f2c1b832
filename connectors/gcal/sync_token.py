"""What gatherly remembers between two reads of a Google calendar: one opaque text.

It holds Google's token and when the whole read behind it was made: a token is renewed by a whole read once a
week, each calendar at an hour of its own (GG2).
"""

import hashlib
import json
from dataclasses import asdict, dataclass

from connectors.reading_rules import remembered
from engine.time.span import DAY, Instant

WEEK = 7 * DAY
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncToken:
    """`google` is the provider's token, or what tells a busy-only reading from the next (`busy_only`)."""

    google: str
    since: Instant
    busy_only: bool = False

    def text(self) -> str:
        """Write it for the store."""
        return json.dumps({"v": VERSION, **asdict(self)}, separators=(",", ":"))

    def is_old(self, calendar: str, now: Instant) -> bool:
        """Whether a whole read is due; calendars that were first read together are spread over a day."""
        spread = int.from_bytes(hashlib.sha256(calendar.encode()).digest()[:4]) % DAY
        return now >= self.since + WEEK + spread


def read_token(text: str | None) -> SyncToken | None:
    """Read what was stored; what is not ours, or of another version, asks for a whole read."""
    own = remembered(text).token
    if not own:
        return None
    try:
        fields = json.loads(own)
        if fields.pop("v") != VERSION:
            return None
        return SyncToken(**fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
