"""When a notice goes out: at once, after somebody's quiet hours, or collected with others."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.model.notices import Digest, NoticeKind, NoticePreferences, QuietHours
from engine.time.instant import from_datetime, to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant

DIGEST_HOUR = 8
"""Of the reader's own clock: when a daily digest comes."""
ASKS = frozenset(
    {NoticeKind.PROPOSED, NoticeKind.EXPIRING, NoticeKind.FAILED, NoticeKind.NOT_BOOKED, NoticeKind.CONFLICT}
)
"""Kinds that want something of their reader: they are never collected."""
AT_ONCE = frozenset({NoticeKind.REMINDER})
"""Kinds that come at their minute, whatever the hour."""


def due_at(
    kind: NoticeKind, preferences: NoticePreferences, zone: str, now: Instant, concerns: Iterable[Instant]
) -> Instant:
    """Give when a notice is told; `concerns` are the times that it is about: slots, a deadline.

    One that concerns a time within the quiet hours, or before them, is not held back.
    """
    if kind in AT_ONCE:
        return now
    at = now if collects(kind, preferences) is None else digest_at(preferences.digest, zone, now)
    end = quiet_until(preferences.quiet, zone, at)
    if end is None or any(now <= one < end for one in concerns):
        return now if end is not None else at
    return end


def collects(kind: NoticeKind, preferences: NoticePreferences) -> Digest | None:
    """Tell in which digest a kind is collected for a reader; None where it comes by itself."""
    alone = kind in ASKS or kind in AT_ONCE or preferences.digest is Digest.OFF
    return None if alone else preferences.digest


def digest_at(digest: Digest, zone: str, now: Instant) -> Instant:
    """Give when the next digest comes: at the next full hour, or at eight of the reader's clock."""
    local = to_datetime(now).astimezone(zone_info(zone))
    if digest is Digest.HOURLY:
        return now + 3600 - local.minute * 60 - local.second
    return _next(local, DIGEST_HOUR * 60)


def quiet_until(quiet: QuietHours | None, zone: str, at: Instant) -> Instant | None:
    """Tell when the quiet hours end that hold a moment; None where none do."""
    if quiet is None or quiet.start == quiet.end:
        return None
    local = to_datetime(at).astimezone(zone_info(zone))
    minute = local.hour * 60 + local.minute
    inside = (
        quiet.start <= minute < quiet.end
        if quiet.start < quiet.end
        else minute >= quiet.start or minute < quiet.end
    )
    return _next(local, quiet.end % 1440) if inside else None


def _next(local: datetime, minute: int) -> Instant:
    """Give the next moment, after this one, at which the clock on the wall shows a minute of the day.

    Of an hour that occurs twice it is the pass that this moment is in.
    """
    wanted = local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
    if wanted.replace(tzinfo=None) <= local.replace(tzinfo=None):
        wanted += timedelta(days=1)
    return from_datetime(wanted)
