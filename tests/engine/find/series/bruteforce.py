"""An independent reading of what is promised of recurring sessions: minute by minute, one by one.

Written from the promise alone, with dateutil and zoneinfo; it shares no code with the search. All times lie
on whole minutes, so a minute is as good as a second.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from dateutil.rrule import rrulestr
from numpy.typing import NDArray

DAY = 1440
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
HALF = 30
LONGEST = 731


class Told(NamedTuple):
    """One occurrence: its start, whether it suits (None: unknown yet), where it moves to; in minutes."""

    start: int
    available: bool | None
    moved_to: int | None


def minute(text: str) -> int:
    """Read an RFC 3339 time."""
    return int(datetime.fromisoformat(text).timestamp()) // 60


@lru_cache(maxsize=4096)
def offsets(zone: str, day: int) -> NDArray[np.int64]:
    """Give what a zone's clock is ahead of UTC at each minute of a day.

    It changes on whole half hours, and at most once a day.
    """
    info, first = ZoneInfo(zone), day * DAY
    still = offset(info, first) == offset(info, first + DAY)
    found = [offset(info, first if still else first + at) for at in range(0, DAY, DAY if still else HALF)]
    return np.repeat(np.array(found), DAY // len(found))


def offset(zone: ZoneInfo, at: int) -> int:
    """Give how many minutes a zone's clock is ahead of UTC."""
    return int((datetime.fromtimestamp(at * 60, zone).utcoffset() or timedelta(0)).total_seconds()) // 60


class Brute:
    """One request about a session that recurs."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self.request, self.session = request, request["session"]
        self.users = {user["id"]: user for user in request["users"]}
        self.window = tuple(minute(request["window"][side]) for side in ("start", "end"))
        self.known = minute(request["knownUntil"])
        self.duration = self.session["duration"]
        self.step = request["step"]
        self.base = (self.window[0] - 3 * DAY) // DAY * DAY
        self.end = (max(self.known, self.window[1]) + 4 * DAY) // DAY * DAY
        self.minutes = np.arange(self.base, self.end)
        self.required = [self.session["hostUserId"], *self.session["inviteeIds"]]
        self.clocks: dict[str, NDArray[np.int64]] = {}
        self.host = self.users[self.session["hostUserId"]]["timezone"]
        self.free = self._free()
        self.days: dict[date, list[date]] = {}
        self.rule, self.until = self._rule()
        self.endless = not {"UNTIL", "COUNT"} & set(re.split("[;=]", self.session["recurrence"]))
        self.by_day: dict[date, list[int]] | None = None

    def _wall(self, user: str) -> NDArray[np.int64]:
        zone = self.users[user]["timezone"]
        if zone not in self.clocks:
            days = range(self.base // DAY, self.end // DAY)
            self.clocks[zone] = self.minutes + np.concatenate([offsets(zone, day) for day in days])
        return self.clocks[zone]

    def _free(self) -> NDArray[np.bool_]:
        """Tell at which minutes one occurrence can begin."""
        notice = self.session.get("minimumNotice", 0)
        good: NDArray[np.bool_] = self.minutes >= max(minute(self.request["now"]) + notice, self.window[0])
        wall = self._wall(self.session["hostUserId"])
        constraints = self.session.get("constraints", {})
        weekday, clock = (wall // DAY + 3) % 7, wall % DAY
        if "daysOfWeek" in constraints:
            good &= np.isin(weekday, [DAYS.index(day) for day in constraints["daysOfWeek"]])
        excluded = [
            date.fromisoformat(day).toordinal() - date(1970, 1, 1).toordinal()
            for day in constraints.get("excludeDates", [])
        ]
        good &= ~np.isin(wall // DAY, excluded)
        if "timeRange" in constraints:
            opens, closes = (self._clock(constraints["timeRange"][side]) for side in ("start", "end"))
            good &= (clock >= opens) & (clock + self.duration <= closes)
        for user in self.required:
            good &= self._can(user)
        return good

    @staticmethod
    def _clock(text: str) -> int:
        hours, minutes = text.split(":")
        return int(hours) * 60 + int(minutes)

    def _can(self, user: str) -> NDArray[np.bool_]:
        preferences = self.users[user].get("defaultPreferences", {})
        buffer = preferences.get("bufferTime", 0)
        good: NDArray[np.bool_] = self.minutes + self.duration + buffer <= self.known
        for start, end in self.request["busy"][user]:
            begins, ends = minute(start), minute(end)
            if begins < ends:
                first, last = begins - self.duration - buffer + 1, ends + buffer
                good[max(0, first - self.base) : max(0, last - self.base)] = False
        hours = preferences.get("workingHours")
        if hours:
            wall = self._wall(user)
            opens, closes = self._clock(hours["start"]), self._clock(hours["end"])
            good &= np.isin((wall // DAY + 3) % 7, [DAYS.index(day) for day in hours["days"]])
            good &= (wall % DAY >= opens) & (wall % DAY + self.duration <= closes)
        return good

    def _buffer(self) -> int:
        buffers = (
            self.users[user].get("defaultPreferences", {}).get("bufferTime", 0) for user in self.required
        )
        return int(max(buffers))

    def instant(self, wall: datetime) -> int:
        """Read a wall time as calendars do (RFC 5545 section 3.3.5)."""
        return int(wall.replace(tzinfo=ZoneInfo(self.host), fold=0).timestamp()) // 60

    def local(self, at: int) -> datetime:
        """Give what the host's clock shows."""
        return datetime.fromtimestamp(at * 60, ZoneInfo(self.host)).replace(tzinfo=None, fold=0)

    def _rule(self) -> tuple[str, datetime | None]:
        """Give the rule without its UNTIL, and that on the host's clock."""
        parts = dict(part.split("=") for part in self.session["recurrence"].split(";"))
        written = parts.pop("UNTIL", None)
        rule = ";".join(f"{key}={value}" for key, value in parts.items())
        if written is None:
            return rule, None
        until = datetime.strptime(written, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return rule, until.astimezone(ZoneInfo(self.host)).replace(tzinfo=None)

    def walls(self, first: datetime) -> list[datetime]:
        """Expand the rule from a first start; nothing where the rule does not hit it."""
        starts = [datetime.combine(day, first.time()) for day in self._days(first.date())]
        last = self.until or (self.local(self.end) if self.endless else max(starts, default=first))
        return [wall for wall in starts if wall <= last]

    def _days(self, first: date) -> list[date]:
        """Give the days on which a series takes place, whatever its hour: the rules tell of none."""
        if first not in self.days:
            midnight = datetime.combine(first, time())
            last = None if "COUNT" in self.rule else max(self.until or midnight, self.local(self.end))
            found: list[date] = []
            for wall in rrulestr(self.rule, dtstart=midnight):
                beyond = len(found) > LONGEST or (last is not None and wall > last)
                if beyond or (not found and wall != midnight):
                    break
                found.append(wall.date())
            self.days[first] = found
        return self.days[first]

    def answer(self) -> dict[int, list[Told]]:
        """Give every start that is offered, with what is told of each occurrence."""
        earliest = minute(self.request["now"]) + self.session.get("minimumNotice", 0)
        offered = {}
        on_lattice = self._wall(self.session["hostUserId"]) % DAY % self.step == 0
        for start in range(max(self.window[0], earliest), self.window[1] - self.duration + 1):
            if not on_lattice[start - self.base]:
                continue
            shown = self.local(start)
            if self.instant(shown) != start:
                continue
            told = self._told(shown)
            if told is not None:
                offered[start] = told
        return offered

    def _told(self, first: datetime) -> list[Told] | None:
        begins = [self.instant(wall) for wall in self.walls(first)]
        beyond = self.known - self.duration - self._buffer()
        known = [at for at in begins if at <= beyond]
        suiting = sum(bool(self.free[at - self.base]) for at in known)
        needed = min(self.session.get("constraints", {}).get("atLeast", len(known)), len(known))
        if not known or suiting < needed:
            return None
        return self._each(begins, known)

    def _each(self, begins: list[int], known: list[int]) -> list[Told]:
        found, over = [], 0
        for place, at in enumerate(known):
            if self.free[at - self.base]:
                found.append(Told(at, True, None))
                over = at + self.duration
                continue
            following = begins[place + 1] if place + 1 < len(begins) else at + 100 * DAY
            day = self.local(at).date()
            others = [
                one for one in self._candidates(day) if one >= over and one + self.duration <= following
            ]
            there = min(others, key=lambda one: (abs(one - at), one), default=None)
            over = over if there is None else there + self.duration
            found.append(Told(at, False, there))
        return found + ([] if self.endless else [Told(at, None, None) for at in begins[len(known) :]])

    def _candidates(self, day: date) -> list[int]:
        """Give the times of a day that suit: on the lattice, and the first of each stretch without one."""
        if self.by_day is None:
            self.by_day = {}
            for at in self._every_candidate():
                self.by_day.setdefault(self.local(at).date(), []).append(at)
        return self.by_day.get(day, [])

    def _every_candidate(self) -> list[int]:
        wall = self._wall(self.session["hostUserId"])
        lattice = wall % DAY % self.step == 0
        edges = np.flatnonzero(np.diff(np.concatenate(([0], self.free.astype(np.int8), [0]))))
        found: list[int] = []
        for begin, stop in zip(edges[::2], edges[1::2], strict=True):
            points = np.flatnonzero(lattice[begin:stop]) + begin
            found += [int(point) + self.base for point in points] or [int(begin) + self.base]
        return found
