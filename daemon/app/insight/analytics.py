"""How scheduling went: counts and medians of the sessions that somebody may see."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from daemon.app.access import Access
from daemon.app.insight.tallies import Tallies, Tally
from daemon.app.principal import Principal, Role
from engine.model.learning import EVALUATION
from engine.model.session import SessionStatus
from engine.time.span import Instant

BINS = (5, 15, 60, 240, 1440, 10_080)
"""Upper ends, in minutes, of how long it took until a time was booked."""


def analytics(access: Access, principal: Principal, tallies: Tallies) -> dict[str, Any]:
    """Count outcomes by day, times proposed and taken by weekday and hour, and how long it took.

    One's own sessions count, for operators all; clocks are the asker's own. Of many, the newest are counted
    at once and the rest in a moment: `uncounted` says of how many. Operators also get what each way
    of ranking would have come to, as of the last fit; None where nothing was fitted.
    """
    attendee = None if principal.role is Role.OPERATOR else principal.user
    with access.store.reading() as tx:
        taken = tallies.taken(tx, attendee)
        user = None if principal.user is None else tx.users.get(principal.user)
        compared = tx.repositories.learning.get(EVALUATION) if attendee is None else None
    if taken.uncounted:
        tallies.go_on(access.store, attendee)
    sessions = taken.tallies
    zone = ZoneInfo("UTC" if user is None else user.timezone)
    waits = [one.minutes for one in sessions if one.minutes is not None]
    return {
        "sessions": len(sessions),
        "unopened": taken.unopened,
        "uncounted": taken.uncounted,
        "outcomes": {status.value: _count(sessions, status) for status in SessionStatus},
        "byDay": _by_day(sessions, zone),
        "medianMinutesToSchedule": round(median(waits), 1) if waits else None,
        "minutesToSchedule": _binned(waits),
        "proposedByHour": _by_hour((start for one in sessions for start, _ in one.shown), zone),
        "takenByHour": _by_hour((one.taken for one in sessions if one.taken is not None), zone),
        "calibration": _calibration(sessions),
        "policies": None if compared is None else dict(compared.document),
    }


def _count(sessions: Iterable[Tally], status: SessionStatus) -> int:
    return sum(one.status is status for one in sessions)


def _by_day(sessions: Iterable[Tally], zone: ZoneInfo) -> dict[str, dict[str, int]]:
    days: dict[str, Counter[str]] = {}
    for one in sessions:
        days.setdefault(_local(one.created_at, zone).date().isoformat(), Counter())[one.status.value] += 1
    return {day: dict(counts) for day, counts in sorted(days.items())}


def _binned(waits: Sequence[float]) -> list[dict[str, Any]]:
    ends = [*BINS, None]
    counted = Counter(next((end for end in BINS if wait <= end), None) for wait in waits)
    return [{"upTo": end, "count": counted[end]} for end in ends]


def _by_hour(starts: Iterable[Instant], zone: ZoneInfo) -> list[list[int]]:
    """Count by weekday (Monday first) and hour of the local day."""
    table = [[0] * 24 for _ in range(7)]
    for start in starts:
        local = _local(start, zone)
        table[local.weekday()][local.hour] += 1
    return table


def _calibration(sessions: Iterable[Tally]) -> list[dict[str, Any]]:
    """Set the confidence with which times were shown beside how often they were taken, by tenths."""
    shown: Counter[int] = Counter()
    taken: Counter[int] = Counter()
    for one in sessions:
        for start, confidence in one.shown:
            tenth = min(9, int(confidence * 10))
            shown[tenth] += 1
            taken[tenth] += one.taken == start
    return [
        {"from": tenth / 10, "to": (tenth + 1) / 10, "shown": shown[tenth], "taken": taken[tenth]}
        for tenth in range(10)
    ]


def _local(at: Instant, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at, zone)
