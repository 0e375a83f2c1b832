"""An independent reading of the rules: every second of the window is tested, with no intervals at all.

A person's time is an array with one entry a second. A local range is read from the clock on the wall alone:
it has begun once the clock has shown its start or later, and it lasts while the clock shows less than its
end, or is to show just its end again; that is the widest reading of gaps and folds.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Flags: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.int64]

QUARTER = 900
DAY = 86400
MARGIN = 2 * DAY
"""As far as a day, a buffer or an event of the same day can reach out of the window."""
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def instant(text: str) -> int:
    """Read an RFC 3339 time."""
    return int(datetime.fromisoformat(text).timestamp())


class Clock(NamedTuple):
    """What the clock on the wall shows at each second, the most it has shown, the least it will show."""

    shown: Numbers
    so_far: Numbers
    to_come: Numbers


@lru_cache(maxsize=64)
def clock(zone: str, first: int, last: int) -> Clock:
    """Read a clock, in seconds since 1970-01-01T00:00 local time, at each second of [first, last)."""
    info = ZoneInfo(zone)
    start = first - first % QUARTER
    offsets = [
        datetime.fromtimestamp(at, info).utcoffset() or timedelta(0) for at in range(start, last, QUARTER)
    ]
    seconds = np.repeat(np.array([int(offset.total_seconds()) for offset in offsets]), QUARTER)
    shown = seconds[first - start : last - start] + np.arange(first, last)
    return Clock(shown, np.maximum.accumulate(shown), np.minimum.accumulate(shown[::-1])[::-1])


class Brute:
    """One request, answered by testing every second of its window."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.request = request
        self.session = request["session"]
        self.users = {user["id"]: user for user in request["users"]}
        self.now = instant(request["now"])
        self.start, self.end = (instant(request["window"][side]) for side in ("start", "end"))
        self.duration = self.session["duration"] * 60
        self.first, self.last = self.start - MARGIN, self.end + MARGIN
        self.starts = np.arange(self.start, max(self.start, self.end - self.duration + 1))

    def candidates(self) -> list[int]:
        """Give the feasible lattice points, and the first start of each feasible run without one."""
        feasible = self.feasible()
        lattice = self.lattice()
        found: list[int] = []
        edges = np.flatnonzero(np.diff(np.concatenate(([0], feasible.astype(np.int8), [0]))))
        for begin, stop in zip(edges[::2], edges[1::2], strict=True):
            points = np.flatnonzero(lattice[begin:stop])
            found += [int(self.starts[begin + point]) for point in points] or [int(self.starts[begin])]
        return found

    def lattice(self) -> Flags:
        """Tell at which starts the host's clock shows zero seconds and a minute divisible by the step."""
        shown = self.clock_of(self.session["hostUserId"]).shown[self._index(self.starts)] % DAY
        points: Flags = (shown % 60 == 0) & (shown // 60 % self.request.get("step", 15) == 0)
        return points

    def feasible(self) -> Flags:
        """Tell which starts nothing stands against."""
        notice = self.session.get("minimumNotice", 0) * 60
        good: Flags = self.starts >= self.now + notice
        good &= self.session_allows()
        for user in [self.session["hostUserId"], *self.session.get("inviteeIds", [])]:
            good &= self.person_allows(user)
        for group in self.session.get("groups", []):
            can = sum(self.person_allows(user).astype(np.int8) for user in group["anyOf"])
            good &= can >= group["count"]
        return good

    def session_allows(self) -> Flags:
        """Tell which starts the session's constraints allow, read in the host's zone."""
        constraints = self.session.get("constraints", {})
        wall = self.clock_of(self.session["hostUserId"])
        days = wall.shown[self._index(self.starts)] // DAY
        good = np.ones(len(self.starts), dtype=bool)
        if "daysOfWeek" in constraints:
            good &= np.isin((days + 3) % 7, [DAYS.index(day) for day in constraints["daysOfWeek"]])
        excluded = [date.fromisoformat(day).toordinal() for day in constraints.get("excludeDates", [])]
        good &= ~np.isin(days + date(1970, 1, 1).toordinal(), excluded)
        if "timeRange" in constraints:
            inside = np.zeros(len(self.starts), dtype=bool)
            opens = constraints["timeRange"].get("start", "00:00")
            closes = constraints["timeRange"].get("end", "24:00")
            for day in np.unique(days):
                allowed = self.range_on(wall, int(day), opens, closes)
                inside |= (days == day) & self.whole_session(allowed)
            good &= inside
        return good

    def person_allows(self, user: str) -> Flags:
        """Tell at which starts one person's busy times, buffer, hours and hard rules allow the session."""
        entries = self.request["busy"].get(user)
        if entries is None:
            return np.zeros(len(self.starts), dtype=bool)
        preferences = self.users[user].get("defaultPreferences", {})
        rules = [one["rule"] for one in self.request.get("rules", []) if one["userId"] in (None, user)]
        gaps = [rule["minutes"] for rule in rules if rule["type"] == "min_gap_minutes"]
        buffer = max(preferences.get("bufferTime", 0), self.session.get("bufferTime", 0), *gaps, 0) * 60
        good = self.whole_session(~self.taken(entries), buffer)
        if "workingHours" in preferences:
            good &= self.whole_session(self.hours(user, preferences["workingHours"]))
        for rule in rules:
            good &= self.rule_allows(user, rule, entries)
        return good

    def taken(self, entries: Any) -> Flags:
        """Tell which seconds are busy."""
        busy = np.zeros(self.last - self.first, dtype=bool)
        for entry in entries:
            begin, stop = (min(max(instant(at), self.first), self.last) - self.first for at in entry[:2])
            busy[begin:stop] = True
        return busy

    def rule_allows(self, user: str, rule: Mapping[str, Any], entries: Any) -> Flags:
        """Tell which starts one hard rule of somebody allows."""
        wall = self.clock_of(user)
        days = wall.shown[self._index(self.starts)] // DAY
        good = np.ones(len(self.starts), dtype=bool)
        match rule["type"]:
            case "blocked_window":
                good &= self.whole_session(~self.hours(user, {**rule, "days": DAYS}))
            case "preferred_window":
                good &= self.whole_session(self.hours(user, {**rule, "days": DAYS}))
            case "no_events_before":
                for day in np.unique(days):
                    early = ~self.range_on(wall, int(day), rule["time"], "24:00")[self._index(self.starts)]
                    good &= ~((days == day) & early)
            case "max_events_per_day":
                events = {(instant(start), instant(end)) for start, end in entries if start < end}
                on = [int(wall.shown[start - self.first]) // DAY for start, _ in events]
                full = [day for day in set(on) if on.count(day) >= rule["count"]]
                good &= ~np.isin(days, full) if rule["count"] else False
        return good

    def hours(self, user: str, hours: Mapping[str, Any]) -> Flags:
        """Tell at which seconds somebody works."""
        wall = self.clock_of(user)
        works = np.zeros(self.last - self.first, dtype=bool)
        for day in range(self.first // DAY - 1, self.last // DAY + 2):
            if DAYS[(day + 3) % 7] in hours.get("days", DAYS[:5]):
                works |= self.range_on(wall, day, hours["start"], hours["end"])
        return works

    def range_on(self, wall: Clock, day: int, opens: str, closes: str) -> Flags:
        """Tell at which seconds a range of one local day runs; if it ends by its start, past midnight."""
        start, end = (int(text[:2]) * 3600 + int(text[3:]) * 60 for text in (opens, closes))
        closes_at = day * DAY + end + (DAY if end <= start else 0)
        begins = int(np.searchsorted(wall.so_far, day * DAY + start))
        never_less = int(np.searchsorted(wall.to_come, closes_at))
        never_again = int(np.searchsorted(wall.to_come, closes_at, side="right")) - 1
        runs = np.zeros(self.last - self.first, dtype=bool)
        runs[begins : max(never_less, never_again)] = True
        return runs

    def whole_session(self, seconds: Flags, buffer: int = 0) -> Flags:
        """Tell at which starts t every second of [t - buffer, t + duration + buffer) is set."""
        missing = np.concatenate(([0], np.cumsum(~seconds)))
        begin = self._index(self.starts) - buffer
        whole: Flags = missing[begin + self.duration + 2 * buffer] == missing[begin]
        return whole

    def clock_of(self, user: str) -> Clock:
        """Give one person's clock at every second of the window and its margin."""
        return clock(self.users[user].get("timezone", "UTC"), self.first, self.last)

    def _index(self, at: Numbers) -> Numbers:
        return at - self.first


def to_text(at: int) -> str:
    """Write an instant."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
