"""The plain sweep as a program of its own, to measure `gatherly find --jsonl --shared FILE` against.

Run as `python -m tests.bench.find_sweep FILE [all]`: everything that blocks as pairs of whole numbers,
sorted, then one pass; it neither ranks nor explains, and knows no more of a request than the workloads use.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Block: TypeAlias = tuple[int, int]


def instant(text: str) -> int:
    """Read a time."""
    return int(datetime.fromisoformat(text).timestamp())


def written(at: int) -> str:
    """Write a time as the program does."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Sweep:
    """What all sessions share, prepared once: the start of the process is not measured."""

    def __init__(self, shared: dict[str, Any]) -> None:
        self.start, self.end = (instant(shared["window"][side]) for side in ("start", "end"))
        self.stride = shared["step"] * 60
        self.blocks = {user["id"]: list(self._blocks(shared, user)) for user in shared["users"]}

    def _blocks(self, shared: dict[str, Any], user: dict[str, Any]) -> Iterator[Block]:
        preferences = user["defaultPreferences"]
        buffer = preferences.get("bufferTime", 0) * 60
        for start, end, _ in shared["busy"][user["id"]]:
            yield instant(start) - buffer, instant(end) + buffer
        hours = preferences.get("workingHours")
        if hours is not None:
            yield from self._closed(ZoneInfo(user["timezone"]), hours["start"], hours["end"])

    def _closed(self, zone: ZoneInfo, opens: str, closes: str) -> Iterator[Block]:
        day = datetime.fromtimestamp(self.start, UTC).replace(tzinfo=None) - timedelta(days=2)
        overnight = closes <= opens
        while day.replace(tzinfo=UTC).timestamp() < self.end + 2 * 86400:
            since = day + timedelta(days=overnight)
            until = day + timedelta(days=1)
            yield _local(since, closes, zone), _local(until, opens, zone)
            day += timedelta(days=1)

    def starts(self, session: dict[str, Any]) -> list[int]:
        """Give every candidate."""
        duration = session["duration"] * 60
        taken: list[Block] = []
        for user in (session["hostUserId"], *session["inviteeIds"]):
            taken += self.blocks[user]
        for group in session.get("groups", ()):
            taken += _failing(group, self.blocks, duration)
        taken.sort()
        found: list[int] = []
        free = self.start
        for begin, stop in (*taken, (self.end, self.end)):
            begin = min(begin, self.end)
            if begin - free >= duration:
                first = -(-free // self.stride) * self.stride
                on_lattice = range(first, begin - duration + 1, self.stride)
                found.extend(on_lattice or (free,))
            free = max(free, stop)
        return found


def _local(day: datetime, clock: str, zone: ZoneInfo) -> int:
    return int(day.replace(hour=int(clock[:2]), minute=int(clock[3:]), tzinfo=zone).timestamp())


def _failing(group: dict[str, Any], blocks: dict[str, list[Block]], duration: int) -> Iterator[Block]:
    """Give busy times in whose stead too few of a group can come: starts, moved back to times."""
    most = len(group["anyOf"]) - group["count"]
    edges: list[tuple[int, int]] = []
    for member in group["anyOf"]:
        for begin, stop in _united((begin - duration + 1, stop) for begin, stop in blocks[member]):
            edges += ((begin, 1), (stop, -1))
    away = since = 0
    for at, change in sorted(edges):
        if away <= most < away + change:
            since = at
        elif away > most >= away + change and since < at:
            yield since + duration - 1, at
        away += change


def _united(blocks: Iterable[Block]) -> list[Block]:
    found: list[Block] = []
    for begin, stop in sorted(blocks):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], stop)
        else:
            found.append((begin, stop))
    return found


def main(shared: str, *options: str) -> None:
    """Answer each line of standard input with the first three candidates, or all of them."""
    sweep, most = Sweep(json.loads(Path(shared).read_text())), None if "all" in options else 3
    for line in sys.stdin:
        starts = sweep.starts(json.loads(line)["session"])[:most]
        sys.stdout.write(json.dumps([written(start) for start in starts]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
