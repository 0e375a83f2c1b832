"""What the rules for days count from, and what they have in common."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from engine.time.weekday import Weekday
from engine.understand.items import Days, Item
from engine.understand.tokens import Line

_COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "few": 3,
    "couple": 2,
    "couple of": 2,
    "a few": 3,
    "a couple of": 2,
    "a couple": 2,
}
UNITS = {"day": 1, "week": 7, "month": 30}
"""Days of a unit that days are counted in."""
Found = tuple[str, Item] | None


@dataclass(frozen=True, slots=True)
class DayReader:
    """Where days are counted from: the writer's own `today`; `moving`: a booked session is to move."""

    today: date
    moving: bool = False

    def coming(self, weekday: Weekday) -> date:
        """Give the first such weekday strictly after today."""
        return self.today + timedelta(days=(weekday.value - self.today.weekday() - 1) % 7 + 1)

    def monday(self, weeks: int) -> date:
        """Give the Monday of this week, or of one so many weeks on."""
        return self.today + timedelta(days=7 * weeks - self.today.weekday())


def count(words: str) -> int:
    """Read a number in words or digits."""
    return int(words) if words.isdecimal() else _COUNTS.get(words, 1)


def days_of(line: Line[Item], mark: str) -> Days:
    """Give the days that a mark stands for."""
    item = line.item(mark)
    return item if isinstance(item, Days) else Days()


def mark_of(found: re.Match[str]) -> str:
    """Give the mark that a phrase found."""
    return found["d"] or str(found.groupdict().get("d2"))


def trouble(problem: str) -> Found:
    """Mark days that cannot be, and why."""
    return "D", Days(problem=problem)
