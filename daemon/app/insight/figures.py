"""Figures of sessions, counted from their tallies: a task for a child, which holds no key."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from daemon.app.insight.tally import Tally
from engine.model.session import SessionStatus
from engine.time.span import Instant

TASK = "daemon.app.insight.figures:counted"
BINS = (5, 15, 60, 240, 1440, 10_080)
"""Upper ends, in minutes, of how long it took until a time was booked."""


def packed(lines: Iterable[bytes], zone: str) -> bytes:
    """Write what `counted` is handed: whose clock counts, and a tally a line."""
    return b"\n".join((zone.encode(), *lines))


def counted(payload: bytes) -> bytes:
    """Count; gives the figures as JSON."""
    zone, *lines = payload.split(b"\n")
    return json.dumps(figures_of([Tally.of_line(line) for line in lines], ZoneInfo(zone.decode()))).encode()


def figures_of(sessions: Sequence[Tally], zone: ZoneInfo) -> dict[str, Any]:
    """Count outcomes by day, times proposed and taken by weekday and hour, and how long it took."""
    waits = [one.minutes for one in sessions if one.minutes is not None]
    return {
        "sessions": len(sessions),
        "outcomes": {status.value: _count(sessions, status) for status in SessionStatus},
        "byDay": _by_day(sessions, zone),
        "medianMinutesToSchedule": round(median(waits), 1) if waits else None,
        "minutesToSchedule": _binned(waits),
        "proposedByHour": _by_hour((start for one in sessions for start, _ in one.shown), zone),
        "takenByHour": _by_hour((one.taken for one in sessions if one.taken is not None), zone),
        "calibration": _calibration(sessions),
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
    found = Counter(next((end for end in BINS if wait <= end), None) for wait in waits)
    return [{"upTo": end, "count": found[end]} for end in ends]


def _by_hour(starts: Iterable[Instant], zone: ZoneInfo) -> list[list[int]]:
    """Count by weekday (Monday first) and hour of the local day."""
    table = [[0] * 24 for _ in range(7)]
    for start in starts:
        local = _local(start, zone)
        table[local.weekday()][local.hour] += 1
    return table


def _calibration(sessions: Iterable[Tally]) -> list[dict[str, Any]]:
    """Set the confidence with which times were shown beside how often they were taken, by tenths.

    A time that may still be taken does not count, nor one of a session that nobody answered.
    """
    shown: Counter[int] = Counter()
    taken: Counter[int] = Counter()
    for one in sessions:
        for start, confidence in one.shown if one.answered else ():
            tenth = min(9, int(confidence * 10))
            shown[tenth] += 1
            taken[tenth] += one.taken == start
    return [
        {"from": tenth / 10, "to": (tenth + 1) / 10, "shown": shown[tenth], "taken": taken[tenth]}
        for tenth in range(10)
    ]


def _local(at: Instant, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at, zone)
