"""Random small worlds for sessions that recur: clock changes, the edge of the horizon, every kind of rule."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.engine.find.bruteforce import DAYS
from tests.engine.find.requests import ZONES, changes

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def text(at: datetime) -> str:
    """Write a time in UTC."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def world(rng: random.Random) -> dict[str, Any]:
    """Make one request; equal seeds make equal requests."""
    zone = rng.choice(ZONES)
    change = rng.choice(changes(zone))
    start = change - timedelta(days=rng.randint(0, 20), minutes=rng.randrange(0, 1440))
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(days=rng.choice([1, 1, 2, 4]), minutes=rng.randrange(0, 600))
    horizon = start + timedelta(days=rng.choice([5, 12, 25, 40, 40]), minutes=rng.randrange(0, 1440))
    names = [f"u{number}" for number in range(rng.randint(1, 3))]
    users = [_user(rng, name, zone if name == "u0" else rng.choice([zone, *ZONES])) for name in names]
    return {
        "now": text(start + timedelta(minutes=rng.choice([-600, -60, 0, 95]))),
        "window": {"start": text(start), "end": text(end)},
        "knownUntil": text(horizon),
        "step": rng.choice([15, 20, 30, 30, 60]),
        "limit": 3,
        "all": True,
        "session": {
            "hostUserId": "u0",
            "inviteeIds": names[1:],
            "duration": rng.choice([15, 30, 60, 90]),
            "minimumNotice": rng.choice([0, 0, 45]),
            "constraints": _constraints(rng, start),
            "recurrence": rule(rng, start),
        },
        "users": users,
        "busy": {name: _busy(rng, start, horizon) for name in names},
    }


def rule(rng: random.Random, start: datetime) -> str:
    """Make a rule of a kind that sessions recur by."""
    kind = rng.randrange(8)
    day = start + timedelta(days=rng.randint(0, 3))
    named = ",".join(sorted({CODES[(day.weekday() + rng.choice([0, 0, 1, 2, 4])) % 7] for _ in range(2)}))
    base = (
        "FREQ=WEEKLY",
        "FREQ=DAILY",
        f"FREQ=WEEKLY;BYDAY={named}",
        "FREQ=WEEKLY;INTERVAL=2",
        "FREQ=DAILY;INTERVAL=3",
        f"FREQ=MONTHLY;BYMONTHDAY={day.day}",
        f"FREQ=WEEKLY;INTERVAL=2;BYDAY={named};WKST=SU",
        f"FREQ=MONTHLY;BYDAY={rng.choice([1, 2, 3, 4, -1])}{CODES[day.weekday()]}",
    )[kind]
    until = start + timedelta(days=rng.randint(2, 45), minutes=rng.randrange(0, 1440))
    end = rng.choice(
        ["", f";COUNT={rng.randint(1, 9)}", f";COUNT={rng.randint(2, 5)}", f";UNTIL={until:%Y%m%dT%H%M%SZ}"]
    )
    return base + end


def _constraints(rng: random.Random, start: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rng.random() < 0.5:
        found["timeRange"] = rng.choice(
            [
                {"start": "08:00", "end": "12:00"},
                {"start": "09:30", "end": "20:00"},
                {"start": "05:00", "end": "22:00"},
            ]
        )
    if rng.random() < 0.3:
        found["excludeDates"] = [
            (start + timedelta(days=rng.randint(0, 20))).date().isoformat() for _ in range(3)
        ]
    if rng.random() < 0.2:
        found["daysOfWeek"] = rng.sample(DAYS, 5)
    if rng.random() < 0.6:
        found["atLeast"] = rng.randint(1, 4)
    return found


def _user(rng: random.Random, name: str, zone: str) -> dict[str, Any]:
    preferences: dict[str, Any] = {"bufferTime": rng.choice([0, 0, 10, 15])}
    if rng.random() < 0.4:
        hours = rng.choice([("08:00", "18:00"), ("09:00", "21:00")])
        preferences["workingHours"] = {"start": hours[0], "end": hours[1], "days": rng.sample(DAYS, 6)}
    return {"id": name, "timezone": zone, "defaultPreferences": preferences}


def _busy(rng: random.Random, start: datetime, horizon: datetime) -> list[list[str]]:
    days = (horizon - start).days + 1
    found = []
    for _ in range(rng.randint(0, days)):
        begins = start + timedelta(days=rng.randint(0, days), minutes=rng.randrange(0, 1440, 5))
        found.append([text(begins), text(begins + timedelta(minutes=rng.choice([0, 30, 55, 240, 900])))])
    return found


def at(moment: str) -> int:
    """Read a time back, in minutes."""
    return int(datetime.fromisoformat(moment).astimezone(UTC).timestamp()) // 60
