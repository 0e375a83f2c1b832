"""Random small requests: zones with odd offsets, windows at clock changes, times to the second."""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from tests.engine.find.bruteforce import DAYS

ZONES = (
    "America/New_York",
    "America/Havana",
    "America/Santiago",
    "America/St_Johns",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Europe/Berlin",
    "Pacific/Chatham",
)
"""Twelve zones: half-hour and 45-minute offsets, both hemispheres, clock changes at midnight."""
_STEPS = (5, 10, 15, 15, 15, 20, 30, 60)


@lru_cache(maxsize=len(ZONES))
def changes(zone: str) -> tuple[datetime, ...]:
    """Give every clock change of a zone from 2024 to 2030; a date of no change where it has none."""
    info, start = ZoneInfo(zone), datetime(2024, 1, 1, tzinfo=UTC)
    quarters = [start + timedelta(days=day) for day in range(7 * 365 + 2)]
    found = []
    for before, after in itertools.pairwise(quarters):
        if before.astimezone(info).utcoffset() != after.astimezone(info).utcoffset():
            near = (before + timedelta(minutes=15 * number) for number in range(97))
            usual = before.astimezone(info).utcoffset()
            found.append(next(at for at in near if at.astimezone(info).utcoffset() != usual))
    return tuple(found) or (datetime(2026, 6, 15, 12, tzinfo=UTC),)


def random_request(rng: random.Random) -> dict[str, Any]:
    """Make one request; equal seeds make equal requests."""
    zone = rng.choice(ZONES)
    middle = rng.choice(changes(zone))
    start = middle - timedelta(seconds=_length(rng, 16 * 3600))
    end = middle + timedelta(seconds=_length(rng, 16 * 3600))
    invited = [f"u{number}" for number in range(1, rng.randint(1, 4))]
    zones = [zone, *(rng.choice([zone, *ZONES]) for _ in invited)]
    users = [_user(rng, name, where) for name, where in zip(["u0", *invited], zones, strict=True)]
    now = start + timedelta(seconds=rng.choice([-86400, -86400, -86400, 0, 1800, 7201]))
    return {
        "now": _text(now),
        "window": {"start": _text(start), "end": _text(end)},
        "step": rng.choice([5, 7, 10, 15, 15, 15, 20, 30, 45, 60]),
        "limit": rng.randint(1, 5),
        "all": True,
        "session": {
            "hostUserId": "u0",
            "inviteeIds": invited,
            "duration": rng.choice([5, 15, 20, 30, 30, 45, 60, 90, 240]),
            "constraints": _constraints(rng, middle),
        },
        "users": users,
        "busy": {user["id"]: _busy(rng, start, end) for user in users},
    }


def rich_request(rng: random.Random) -> dict[str, Any]:
    """Make one request with groups, optional attendees, notice, a session's buffer and hard rules besides."""
    request = random_request(rng)
    start, end = (datetime.fromisoformat(request["window"][side]) for side in ("start", "end"))
    others = [_user(rng, name, rng.choice(ZONES)) for name in ("g1", "g2", "g3", "o1")]
    request["users"] += others
    request["busy"] |= {user["id"]: _busy(rng, start, end) for user in others}
    if rng.random() < 0.1:
        request["busy"]["g1"] = None
    request["session"] |= {
        "groups": [{"anyOf": ["g1", "g2", "g3"], "count": rng.randint(1, 3)}] if rng.random() < 0.6 else [],
        "optionalIds": ["o1"],
        "minimumNotice": rng.choice([0, 0, 60, 100]),
        "bufferTime": rng.choice([0, 0, 5, 20]),
    }
    names = [user["id"] for user in request["users"]]
    request["rules"] = [
        {
            "name": "A rule",
            "constraintLevel": "hard",
            "userId": rng.choice([None, *names]),
            "rule": rng.choice(
                [
                    {"type": "no_events_before", "time": _minute(rng)},
                    {"type": "blocked_window", "start": _minute(rng), "end": _minute(rng)},
                    {"type": "preferred_window", "start": "06:00", "end": "05:30"},
                    {"type": "min_gap_minutes", "minutes": rng.choice([5, 15, 40])},
                    {"type": "max_events_per_day", "count": rng.choice([1, 3, 6])},
                ]
            ),
        }
        for _ in range(rng.randint(0, 3))
    ]
    return request


def with_soft_sides(rng: random.Random, request: dict[str, Any]) -> dict[str, Any]:
    """Add what only ranks or depends on the reader: soft rules, tentative entries, F3's weekly hours."""
    for rule in request.get("rules", []):
        if rng.random() < 0.5:
            rule |= {"constraintLevel": "soft", "priority": rng.randint(1, 10)}
    for user in request["users"]:
        if rng.random() < 0.3:
            user["defaultPreferences"]["tentativeAs"] = rng.choice(["busy", "soft", "free"])
        if rng.random() < 0.2:
            user["availability"] = [
                {
                    "dayOfWeek": day,
                    "startTime": "05:00",
                    "endTime": "23:00",
                    "isAvailable": rng.random() < 0.9,
                }
                for day in range(7)
            ]
        entries = request["busy"][user["id"]]
        for index, entry in enumerate(entries or ()):
            if rng.random() < 0.3:
                entries[index] = {"start": entry[0], "end": entry[1], "status": "tentative"}
    return request


def at_any_minute(rng: random.Random) -> dict[str, Any]:
    """Ask for times among many short events that begin at any minute, a tenth of them at any second."""
    document = with_soft_sides(rng, rich_request(rng) if rng.random() < 0.5 else random_request(rng))
    begin = datetime.fromisoformat(document["window"]["start"])
    document["window"]["end"] = (begin + timedelta(days=rng.choice([2, 3, 9]))).isoformat()
    document["step"], document["all"] = rng.choice(_STEPS), False
    document["session"] |= {"duration": rng.choice([15, 20, 25, 30, 30, 45, 50])}
    for user in document["users"]:
        document["busy"][user["id"]] = list(_events(rng, begin, 9))
    return document


def _events(rng: random.Random, begin: datetime, days: int) -> Iterator[list[str]]:
    at, end = begin - timedelta(hours=2), begin + timedelta(days=days)
    while at < end:
        at += timedelta(
            minutes=rng.randrange(20, 120), seconds=rng.randrange(60) if rng.random() < 0.1 else 0
        )
        until = at + timedelta(minutes=rng.randrange(10, 40))
        yield [at.isoformat(), until.isoformat()]
        at = until


def _length(rng: random.Random, most: int) -> int:
    length = rng.randrange(600, most)
    return length if rng.random() < 0.3 else length - length % 900


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _minute(rng: random.Random) -> str:
    minutes = rng.randrange(0, 1440, rng.choice([1, 15, 15, 30]))
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _user(rng: random.Random, name: str, zone: str) -> dict[str, Any]:
    preferences: dict[str, Any] = {}
    if rng.random() < 0.4:
        preferences["bufferTime"] = rng.choice([0, 1, 5, 10, 15, 30])
    if rng.random() < 0.5:
        preferences["workingHours"] = {
            "start": _minute(rng),
            "end": _minute(rng),
            "days": rng.sample(DAYS, rng.randint(4, 7)),
        }
    return {"id": name, "timezone": zone, "defaultPreferences": preferences}


def _constraints(rng: random.Random, middle: datetime) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if rng.random() < 0.25:
        constraints["daysOfWeek"] = rng.sample(DAYS, rng.randint(3, 6))
    if rng.random() < 0.3:
        sides = {"start": _minute(rng), "end": rng.choice(["24:00", _minute(rng)])}
        kept = rng.choice([["start"], ["end"], ["start", "end"], ["start", "end"]])
        constraints["timeRange"] = {side: sides[side] for side in kept}
    if rng.random() < 0.15:
        constraints["excludeDates"] = [(middle + timedelta(days=rng.randint(-1, 1))).date().isoformat()]
    return constraints


def _busy(rng: random.Random, start: datetime, end: datetime) -> list[list[str]]:
    span = int((end - start).total_seconds())
    entries = []
    for _ in range(rng.choice([0, 1, 2, 4, 8, 12])):
        grain = rng.choice([1, 60, 300, 900, 900])
        begin = start + timedelta(seconds=rng.randrange(-7200, span))
        begin -= timedelta(seconds=int(begin.timestamp()) % grain)
        length = timedelta(seconds=rng.randrange(0, 10800, grain))
        entries.append([_text(begin), _text(begin + length)])
    return entries
