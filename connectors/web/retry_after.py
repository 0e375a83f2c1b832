"""How long a server asks to be left alone: Retry-After in seconds or as a date (RFC 9110 section 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from engine.operations.budgets import LONGEST_PAUSE
from engine.time.instant import from_datetime
from engine.time.span import Instant

_SECONDS = re.compile(r"([0-9]+)(\.[0-9]*)?(?:\s*[,;].*)?", re.DOTALL)
_LONGEST_DATE = 60


def asked_seconds(header: str, now: Instant, date: str = "") -> int | None:
    """Read Retry-After: whole seconds from now, at most a day; None where it says nothing that can be read.

    A date is seen from the server's clock (`date`, its Date header) and from ours: the later counts.
    """
    text = header.strip()
    found = _SECONDS.fullmatch(text)
    if found is not None:
        return _bounded(int(found[1][:9]) + bool(found[2] and found[2].strip(".0")))
    until = http_date(text)
    if until is None:
        return None
    theirs = http_date(date)
    return _bounded(max(until - now, until - theirs if theirs is not None else 0))


def http_date(text: str) -> Instant | None:
    """Read a date in any of HTTP's three forms; None where it is none. One without a zone is in UTC."""
    if not 8 < len(text) < _LONGEST_DATE or not text.isascii():
        return None
    try:
        found = parsedate_to_datetime(text)
        return from_datetime(found if found.tzinfo is not None else _in_utc(found))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _in_utc(found: datetime) -> datetime:
    return found.replace(tzinfo=UTC)


def _bounded(seconds: int) -> int:
    return max(0, min(LONGEST_PAUSE, seconds))
