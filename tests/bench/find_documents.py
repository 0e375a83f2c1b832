"""Workloads of `gatherly find --jsonl --shared` as documents: calendars as they are, the hard one first."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.bench.find_sweep import written
from tests.engine.find.bruteforce import DAYS

MONDAY = 1_780_272_000
"""2026-06-01T00:00:00Z."""
DAY = 86400
ZONES = ("Europe/London", "Europe/Berlin", "Europe/Athens", "Africa/Lagos", "Asia/Kolkata")
ODD_ZONES = ("Asia/Kathmandu", "Pacific/Chatham", "Australia/Eucla")


@dataclass(frozen=True)
class Documents:
    """A workload: blocks of 10 to 40 minutes at any minute, `ragged` of them at any second.

    `grain` in seconds is what everything is rounded to; every `buffered`-th person has a buffer, in minutes.
    """

    name: str
    people: int = 300
    sessions: int = 300
    attendees: int = 5
    blocks: int = 200
    days: int = 14
    grain: int = 60
    ragged: float = 0.1
    buffered: int = 0
    buffer: int = 5
    hours: tuple[str, str] | None = ("07:00", "22:00")
    zones: tuple[str, ...] = ZONES
    group: int = 0
    away: bool = False

    def write(self, folder: Path) -> None:
        """Write what the sessions share, and a line for each of them, with and without `all`."""
        rng = random.Random(self.name)
        users = [self._user(rng, number) for number in range(self.people)]
        busy = {user["id"]: sorted(self._busy(rng)) for user in users}
        window = {"start": written(MONDAY), "end": written(MONDAY + self.days * DAY)}
        top = {"now": window["start"], "window": window, "step": 15, "limit": 3, "users": users, "busy": busy}
        sessions = [self._session(rng, number) for number in range(self.sessions)]
        (folder / "shared.json").write_text(json.dumps(top, separators=(",", ":")))
        for name, more in (("some", {}), ("all", {"all": True})):
            lines = [json.dumps({"session": session, **more}) + "\n" for session in sessions]
            (folder / name).write_text("".join(lines))
        (folder / "none").write_text("")

    def _user(self, rng: random.Random, number: int) -> dict[str, Any]:
        preferences: dict[str, Any] = {}
        if self.hours is not None:
            opens, closes = self.hours
            preferences["workingHours"] = {"start": opens, "end": closes, "days": list(DAYS)}
        if self.buffered and number % self.buffered == 0:
            preferences["bufferTime"] = self.buffer
        return {"id": f"u{number}", "timezone": rng.choice(self.zones), "defaultPreferences": preferences}

    def _busy(self, rng: random.Random) -> Iterator[list[str]]:
        for _ in range(self.blocks):
            start = rng.randrange(0, self.days * 1440 - 40) * 60
            length = rng.randint(10, 40) * 60
            start += rng.randrange(60) if rng.random() < self.ragged else 0
            start, length = start - start % self.grain, max(self.grain, length - length % self.grain)
            yield [written(MONDAY + start), written(MONDAY + start + length), "busy"]
        if self.away:
            yield [written(MONDAY - 3600), written(MONDAY + self.days * DAY + 3600), "away"]

    def _session(self, rng: random.Random, number: int) -> dict[str, Any]:
        host, *others = [f"u{one}" for one in rng.sample(range(self.people), self.attendees + self.group)]
        invited, group = others[: self.attendees - 1], others[self.attendees - 1 :]
        session = {"id": f"s{number}", "hostUserId": host, "inviteeIds": invited, "duration": 30}
        return {**session, "groups": [{"anyOf": group, "count": 2}]} if group else session


HARD = Documents("A: any minute, a tenth at any second", 1000, 1000, buffered=5)
WORKLOADS = (
    HARD,
    Documents("aligned to quarters", grain=900, ragged=0),
    Documents("all at any second", ragged=1),
    Documents("buffers of ten minutes for all", buffered=1, buffer=10),
    Documents("dense: 400 blocks", blocks=400),
    Documents("empty", blocks=0),
    Documents("groups: two of four", attendees=3, group=4),
    Documents("night hours", hours=("20:00", "06:00")),
    Documents("zones of 45 minutes", zones=ODD_ZONES),
    Documents("two people", attendees=2),
    replace(Documents("a hundred people"), sessions=40, attendees=100, blocks=12),
    Documents("sixty days", days=60),
    Documents("all failing", away=True),
)
