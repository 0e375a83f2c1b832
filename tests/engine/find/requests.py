"""Random small requests: zones with odd offsets, windows at clock changes, times to the second."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.engine.find.bruteforce import DAYS

CHANGES = {
    "America/New_York": "2026-03-08T07:00:00Z 2026-11-01T06:00:00Z",
    "Europe/Berlin": "2026-03-29T01:00:00Z 2026-10-25T01:00:00Z",
    "Australia/Lord_Howe": "2026-04-04T15:00:00Z 2026-10-03T15:30:00Z",
    "Australia/Sydney": "2026-04-04T16:00:00Z 2026-10-03T16:00:00Z",
    "America/Havana": "2026-03-08T05:00:00Z 2026-11-01T05:00:00Z",
    "America/Santiago": "2026-04-05T03:00:00Z 2026-09-06T04:00:00Z",
    "Asia/Kathmandu": "2026-06-15T12:00:00Z",
    "Asia/Kolkata": "2026-06-15T12:00:00Z",
    "UTC": "2026-06-15T12:00:00Z",
}


def random_request(rng: random.Random) -> dict[str, Any]:
    """Make one request; equal seeds make equal requests."""
    zone = rng.choice(list(CHANGES))
    middle = datetime.fromisoformat(rng.choice(CHANGES[zone].split()))
    start = middle - timedelta(seconds=_length(rng, 16 * 3600))
    end = middle + timedelta(seconds=_length(rng, 16 * 3600))
    invited = [f"u{number}" for number in range(1, rng.randint(1, 4))]
    zones = [zone, *(rng.choice([zone, *CHANGES]) for _ in invited)]
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
