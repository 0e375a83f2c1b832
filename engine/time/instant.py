"""Instants as text: RFC 3339 with an offset, read to whole seconds."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from engine.bounds import EARLIEST, LATEST
from engine.errors import InputError
from engine.time.span import DAY, HOUR, MINUTE, Instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = re.compile("([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3])")
_REST = re.compile(":([0-5][0-9]):([0-5][0-9])Z")
_MOST_KNOWN = 100_000
"""Hours that are remembered, eleven years of them; beyond, they are read anew."""
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(\.\d+)?(?:([Zz])|([+-])(\d\d):(\d\d))\Z", re.ASCII
)


def parse_instant(text: str, *, up: bool = False) -> Instant:
    """Read an RFC 3339 date-time with an offset; a fraction of a second is rounded down, or up on request.

    Raises:
        InputError: it is not such a text, names a date that does not exist, or lies outside of 1970 to 2199.
    """
    quick = plain_instant(text)
    if quick is not None:
        return quick
    found = _RFC3339.match(text)
    if found is None:
        raise InputError(f"{text!r} is not a time", "Write it as 2026-11-20T14:00:00Z or with an offset")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except ValueError as error:
        raise InputError(f"{text!r} is not a time: {error}") from error
    whole = (local - _EPOCH) // timedelta(seconds=1) + (second - min(second, 59))
    if up and found[7] and found[7].strip(".0"):
        whole += 1
    at = whole - _offset(found)
    if not EARLIEST <= at < LATEST:
        raise InputError(f"{text!r} is not between 1970 and 2199", "Write a time of these years")
    return at


def local_instant(text: str, zone: tzinfo, *, up: bool = False) -> Instant:
    """Read a time that may leave its offset out, as RFC 3339 or `2026-11-20T14:00`; it is then of this zone.

    A date alone is its midnight; of a wall time that occurs twice it is the first. A fraction of a second is
    rounded down, or up on request.

    Raises:
        InputError: it is no time, or lies outside of 1970 to 2199.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        if _RFC3339.match(text):
            return parse_instant(text, up=up)
        right = "Write it as 2026-11-20T14:00, with an offset where it is of another zone"
        raise InputError(f"{text!r} is not a time", right) from None
    if moment.tzinfo is not None:
        return parse_instant(moment.isoformat(), up=up)
    at = from_datetime(moment.replace(tzinfo=zone)) + (up and moment.microsecond > 0)
    if not EARLIEST <= at < LATEST:
        raise InputError(f"{text!r} is not between 1970 and 2199", "Write a time of these years")
    return at


def plain_instant(text: object) -> Instant | None:
    """Read the plainest form quickly, `2026-11-20T14:00:00Z`; None for every other, right or wrong."""
    found = plain_instants([text]) if isinstance(text, str) else None
    return found[0] if found else None


def plain_instants(texts: Sequence[str]) -> list[Instant] | None:
    """Read many of the plainest form quickly, `2026-11-20T14:00:00Z`; None where one of them is of another.

    They are alike: their hours, and what follows these, have mostly been read before.
    """
    try:
        return [_HOUR_OF[text[:13]] + _REST_OF[text[13:]] for text in texts]
    except ValueError:
        return None


class _Known(dict[str, int]):
    """What parts of a time mean, each read once: a look into a dictionary is the quickest there is."""

    def __init__(self, read: Callable[[str], int]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, part: str) -> int:
        found = self._read(part)
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self[part] = found
        return found


def _hour(text: str) -> Instant:
    """Read `2026-11-20T14` as the hour's beginning in UTC; what is no such hour is not kept."""
    found = _HOUR.fullmatch(text)
    if found is None:
        raise ValueError(text)
    at = (date.fromisoformat(found[1]).toordinal() - _EPOCH.toordinal()) * DAY + int(found[2]) * HOUR
    if not EARLIEST <= at < LATEST:
        raise ValueError(text)
    return at


def _rest(text: str) -> int:
    """Read `:00:00Z` as seconds of the hour; a leap second is none of these."""
    found = _REST.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return int(found[1]) * MINUTE + int(found[2])


_HOUR_OF, _REST_OF = _Known(_hour), _Known(_rest)


def _offset(found: re.Match[str]) -> int:
    if found[8]:
        return 0
    seconds = int(found[10]) * 3600 + int(found[11]) * 60
    return seconds if found[9] == "+" else -seconds


@lru_cache(maxsize=16384)
def format_instant(at: Instant) -> str:
    """Write an instant in UTC: `2026-11-20T14:00:00Z`."""
    return f"{(_EPOCH + timedelta(seconds=at)).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def to_datetime(at: Instant) -> datetime:
    """Give the aware UTC datetime of an instant."""
    return _EPOCH + timedelta(seconds=at)


def from_datetime(moment: datetime) -> Instant:
    """Give the instant of an aware datetime, fractions cut off.

    Raises:
        ValueError: it has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no zone")
    since = moment - _EPOCH
    return since.days * DAY + since.seconds
