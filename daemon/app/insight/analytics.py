"""How scheduling went: counts and medians of the sessions that somebody may see."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from daemon.app.access import Access
from daemon.app.principal import Principal, Role
from engine.ids import UserId
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.ports.sessions import Position
from engine.ports.store import Transaction
from engine.time.span import MINUTE, Instant

PAGE = 500
MOST_SESSIONS = 20_000
BINS = (5, 15, 60, 240, 1440, 10_080)
"""Upper ends, in minutes, of how long it took until a time was booked."""


def analytics(access: Access, principal: Principal) -> dict[str, Any]:
    """Count outcomes by day, times proposed and taken by weekday and hour, and how long it took.

    One's own sessions count, for operators all; clocks are the asker's own.
    """
    attendee = None if principal.role is Role.OPERATOR else principal.user
    with access.store.reading() as tx:
        unopened: list[str] = []
        sessions = list(_sessions(tx, attendee, unopened))
        user = None if principal.user is None else tx.users.get(principal.user)
    zone = ZoneInfo("UTC" if user is None else user.timezone)
    waits = [
        (one.scheduled_at - one.created_at) / MINUTE
        for one in sessions
        if one.status is SessionStatus.SCHEDULED and one.scheduled_at is not None
    ]
    taken = [one.final_time for one in sessions if one.final_time is not None]
    return {
        "sessions": len(sessions),
        "unopened": len(unopened),
        "outcomes": {status.value: _count(sessions, status) for status in SessionStatus},
        "byDay": _by_day(sessions, zone),
        "medianMinutesToSchedule": round(median(waits), 1) if waits else None,
        "minutesToSchedule": _binned(waits),
        "proposedByHour": _by_hour((slot for one in sessions for slot in _shown(one)), zone),
        "takenByHour": _by_hour(taken, zone),
        "calibration": _calibration(sessions),
    }


def _sessions(tx: Transaction, attendee: UserId | None, unopened: list[str]) -> Iterator[EventSession]:
    last: Position | None = None
    for _ in range(MOST_SESSIONS // PAGE):
        page = tx.sessions.page(PAGE, last, None, attendee)
        yield from tx.sessions.some([one.id for one in page], lambda row, _why: unopened.append(row))
        if len(page) < PAGE:
            return
        last = page[-1]


def _count(sessions: Iterable[EventSession], status: SessionStatus) -> int:
    return sum(one.status is status for one in sessions)


def _by_day(sessions: Iterable[EventSession], zone: ZoneInfo) -> dict[str, dict[str, int]]:
    days: dict[str, Counter[str]] = {}
    for one in sessions:
        days.setdefault(_local(one.created_at, zone).date().isoformat(), Counter())[one.status.value] += 1
    return {day: dict(counts) for day, counts in sorted(days.items())}


def _binned(waits: Sequence[float]) -> list[dict[str, Any]]:
    ends = [*BINS, None]
    counted = Counter(next((end for end in BINS if wait <= end), None) for wait in waits)
    return [{"upTo": end, "count": counted[end]} for end in ends]


def _shown(session: EventSession) -> Sequence[TimeSlot]:
    chosen = () if session.final_time is None else (session.final_time,)
    return tuple(
        {slot.start: slot for slot in (*session.proposed_times, *session.rejected_slots, *chosen)}.values()
    )


def _by_hour(slots: Iterable[TimeSlot], zone: ZoneInfo) -> list[list[int]]:
    """Count by weekday (Monday first) and hour of the local day."""
    table = [[0] * 24 for _ in range(7)]
    for slot in slots:
        local = _local(slot.start, zone)
        table[local.weekday()][local.hour] += 1
    return table


def _calibration(sessions: Iterable[EventSession]) -> list[dict[str, Any]]:
    """Set the confidence with which times were shown beside how often they were taken, by tenths."""
    shown: Counter[int] = Counter()
    taken: Counter[int] = Counter()
    for one in sessions:
        for slot in _shown(one):
            tenth = min(9, int(slot.confidence * 10))
            shown[tenth] += 1
            taken[tenth] += one.final_time is not None and one.final_time.start == slot.start
    return [
        {"from": tenth / 10, "to": (tenth + 1) / 10, "shown": shown[tenth], "taken": taken[tenth]}
        for tenth in range(10)
    ]


def _local(at: Instant, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at, zone)
