"""Times as one reader's mails tell them: in their zone and clock, with the day's name, without any locale."""

from dataclasses import dataclass
from datetime import datetime

from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose clock times are told by, and what time it is."""

    zone: str
    now: Instant
    hours_24: bool = True

    def day(self, at: Instant) -> str:
        """Tell a day: `Tuesday 17 November`, with its year where that is not this one."""
        local, here = self._local(at), self._local(self.now)
        year = "" if local.year == here.year else f" {local.year}"
        return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}{year}"

    def clock(self, at: Instant) -> str:
        """Tell a time of day: `10:00`, or `10:00 am`."""
        local = self._local(at)
        if self.hours_24:
            return f"{local.hour:02d}:{local.minute:02d}"
        return f"{local.hour % 12 or 12}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"

    def clocks(self, start: Instant, end: Instant) -> str:
        """Tell from when to when, the end's day where it is another."""
        same = self._local(start).date() == self._local(end).date()
        return f"{self.clock(start)}–{self.clock(end) if same else self.when(end)}"

    def when(self, at: Instant) -> str:
        """Tell a moment: `Tuesday 17 November, 10:00`."""
        return f"{self.day(at)}, {self.clock(at)}"

    def span(self, start: Instant, end: Instant) -> str:
        """Tell a stretch of time: the day, from when to when."""
        return f"{self.day(start)}, {self.clocks(start, end)}"

    @property
    def place(self) -> str:
        """Name the zone as people do: `New York`."""
        return self.zone.rpartition("/")[2].replace("_", " ")

    def _local(self, at: Instant) -> datetime:
        return to_datetime(at).astimezone(zone_info(self.zone))
