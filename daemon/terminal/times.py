"""Times and ages as people read them: in one reader's zone, short, the year only where it is not this one."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.errors import InputError
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import DAY, HOUR, MINUTE, Instant, Span
from engine.trouble import Trouble, attempt

LOCALTIME = Path("/etc/localtime")
"""What leads to the machine's zone on most systems."""
_ZONES = "zoneinfo/"


def machine_zone(localtime: Path = LOCALTIME) -> str:
    """Name the machine's zone: TZ, else where /etc/localtime leads, else the file that a system names it in.

    UTC where none of them tells. Only where it must is the library asked that knows all those files.
    """
    named = os.environ.get("TZ", "").removeprefix(":") or os.path.realpath(localtime)
    name = named.rpartition(_ZONES)[2] if _ZONES in named else named
    try:
        return zone_info(name).key
    except InputError:
        return _named_in_a_file()


def _named_in_a_file() -> str:
    from tzlocal import get_localzone_name  # it takes longer than all that most commands show

    found = attempt(lambda: zone_info(get_localzone_name()).key)
    return "UTC" if isinstance(found, Trouble) else found


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose clock times are told by, and what time it is."""

    zone: str
    now: Instant
    twelve_hour: bool = False

    def day(self, at: Instant) -> str:
        """Tell a day: `Tue 17 Nov`, with its year where that is not this one."""
        local, here = self._local(at), self._local(self.now)
        year = "" if local.year == here.year else f" {local.year}"
        return f"{local:%a} {local.day} {local:%b}{year}"

    def clock(self, at: Instant, *, seconds: bool = False) -> str:
        """Tell a time of day."""
        local, exact = self._local(at), ":%S" if seconds else ""
        if not self.twelve_hour:
            return local.strftime(f"%H:%M{exact}")
        return f"{local.hour % 12 or 12}{local.strftime(f':%M{exact}')} {half_day(local.hour)}"

    def when(self, at: Instant) -> str:
        """Tell a moment: `Tue 17 Nov 10:00`."""
        return f"{self.day(at)} {self.clock(at)}"

    def soon(self, at: Instant, *, seconds: bool = False) -> str:
        """Tell a moment by its time of day where it is today, else with its day."""
        today = self._local(at).date() == self._local(self.now).date()
        return self.clock(at, seconds=seconds) if today else self.when(at)

    def span(self, span: Span) -> str:
        """Tell a stretch of time, its end by the clock where that is the same day."""
        same_day = self._local(span.start).date() == self._local(span.end).date()
        end = self.clock(span.end) if same_day else self.when(span.end)
        return f"{self.when(span.start)}–{end}"

    def written(self, at: Instant) -> str:
        """Write a moment as RFC 3339 with the reader's offset."""
        return self._local(at).isoformat(timespec="seconds")

    @property
    def place(self) -> str:
        """Name the reader's zone as people do."""
        return place(self.zone)

    def _local(self, at: Instant) -> datetime:
        return to_datetime(at).astimezone(ZoneInfo(self.zone))


def half_day(hour: int) -> str:
    """Name the half of the day in which an hour of 24 lies."""
    return "am" if hour < 12 else "pm"


def place(zone: str) -> str:
    """Name a zone by its place: `New York`."""
    return zone.rpartition("/")[2].replace("_", " ")


def of_place(zone: str) -> str:
    """Say whose times they are: `New York's`, `UTC`."""
    name = place(zone)
    return name if name.isupper() else f"{name}'s"


def age(seconds: int | None) -> str:
    """Tell how long ago something was: `4 min`, `7 h`, `1 d 16 h`."""
    if seconds is None:
        return "never"
    if seconds >= DAY:
        hours = seconds % DAY // HOUR
        return f"{seconds // DAY} d {hours} h" if hours else f"{seconds // DAY} d"
    if seconds >= HOUR:
        return f"{seconds // HOUR} h"
    return f"{seconds // MINUTE} min" if seconds >= MINUTE else f"{seconds} s"


def counted(number: int, word: str, more: str | None = None) -> str:
    """Count things: `1 user`, `2 users`."""
    return f"{number:,} {word if number == 1 else more or word + 's'}"
