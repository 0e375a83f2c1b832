"""An independent reading of the rules: every second of the window is tested, with no intervals at all.

A person's time is an array with one entry a second. A local range is read from the clock on the wall alone:
it has begun once the clock has shown its start or later, and it lasts while the clock shows less than its
end, or is to show just its end again; that is the widest reading of gaps and folds.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Flags: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.int64]

QUARTER = 900
DAY = 86400
MARGIN = 3 * DAY
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def instant(text: str) -> int:
    """Read an RFC 3339 time."""
    return int(datetime.fromisoformat(text).timestamp())


@lru_cache(maxsize=64)
def clock(zone: str, first: int, last: int) -> Numbers:
    """Give what the clock on the wall shows, in seconds since 1970, at each second of [first, last)."""
    info = ZoneInfo(zone)
    start = first - first % QUARTER
    offsets = [
        datetime.fromtimestamp(at, info).utcoffset() or timedelta(0) for at in range(start, last, QUARTER)
    ]
    seconds = np.repeat(np.array([int(offset.total_seconds()) for offset in offsets]), QUARTER)
    return seconds[first - start : last - start] + np.arange(first, last)


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
        shown = self.clock_of(self.session["hostUserId"])[self._index(self.starts)] % DAY
        points: Flags = (shown % 60 == 0) & (shown // 60 % self.request.get("step", 15) == 0)
        return points

    def feasible(self) -> Flags:
        """Tell which starts nothing stands against."""
        good: Flags = self.starts >= self.now
        good &= self.session_allows()
        for user in [self.session["hostUserId"], *self.session.get("inviteeIds", [])]:
            good &= self.person_allows(user)
        return good

    def session_allows(self) -> Flags:
        """Tell which starts the session's constraints allow, read in the host's zone."""
        constraints = self.session.get("constraints", {})
        shown = self.clock_of(self.session["hostUserId"])
        days = shown[self._index(self.starts)] // DAY
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
                allowed = self.range_on(shown, int(day), opens, closes)
                inside |= (days == day) & self.whole_session(allowed)
            good &= inside
        return good

    def person_allows(self, user: str) -> Flags:
        """Tell at which starts one person's busy times, buffer and hours allow the session."""
        entries = self.request["busy"].get(user)
        if entries is None:
            return np.zeros(len(self.starts), dtype=bool)
        preferences = self.users[user].get("defaultPreferences", {})
        buffer = preferences.get("bufferTime", 0) * 60
        free = np.ones(self.last - self.first, dtype=bool)
        for entry in entries:
            begin, stop = (min(max(instant(at), self.first), self.last) - self.first for at in entry[:2])
            free[begin:stop] = False
        good = self.whole_session(free, buffer)
        if "workingHours" in preferences:
            good &= self.whole_session(self.hours(user, preferences["workingHours"]))
        return good

    def hours(self, user: str, hours: Mapping[str, Any]) -> Flags:
        """Tell at which seconds somebody works."""
        shown = self.clock_of(user)
        works = np.zeros(self.last - self.first, dtype=bool)
        for day in range(int(shown[0]) // DAY, int(shown[-1]) // DAY + 1):
            if DAYS[(day + 3) % 7] in hours.get("days", DAYS[:5]):
                works |= self.range_on(shown, day, hours["start"], hours["end"])
        return works

    def range_on(self, shown: Numbers, day: int, opens: str, closes: str) -> Flags:
        """Tell at which seconds a range of one local day runs; if it ends by its start, past midnight."""
        start, end = (int(text[:2]) * 3600 + int(text[3:]) * 60 for text in (opens, closes))
        overnight = DAY if end <= start else 0
        begun = np.maximum.accumulate(shown) >= day * DAY + start
        to_come = np.minimum.accumulate(shown[::-1])[::-1]
        closes_at = day * DAY + end + overnight
        lasts = (to_come < closes_at) | (np.append(to_come[1:], closes_at + 1) <= closes_at)
        return begun & lasts

    def whole_session(self, seconds: Flags, buffer: int = 0) -> Flags:
        """Tell at which starts t every second of [t - buffer, t + duration + buffer) is set."""
        missing = np.concatenate(([0], np.cumsum(~seconds)))
        begin = self._index(self.starts) - buffer
        whole: Flags = missing[begin + self.duration + 2 * buffer] == missing[begin]
        return whole

    def clock_of(self, user: str) -> Numbers:
        """Give one person's clock at every second of the window and its margin."""
        return clock(self.users[user].get("timezone", "UTC"), self.first, self.last)

    def _index(self, at: Numbers) -> Numbers:
        return at - self.first


def to_text(at: int) -> str:
    """Write an instant."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
