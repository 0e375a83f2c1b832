"""One enum for the days of the week, and a parser for each of the five ways in which they are written."""

from enum import IntEnum

from engine.errors import InputError


class Weekday(IntEnum):
    """Monday is 0, as in `datetime.weekday`."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6

    @property
    def word(self) -> str:
        """`monday`, as F0 writes it."""
        return self.name.lower()

    @property
    def short(self) -> str:
        """`MON`, as F2 writes it."""
        return self.name[:3]

    @property
    def byday(self) -> str:
        """`MO`, as RFC 5545 writes it."""
        return self.name[:2]

    @property
    def sunday_first(self) -> int:
        """0 for Sunday to 6 for Saturday, as F3 and SQL's DOW count."""
        return (self.value + 1) % 7

    @classmethod
    def from_word(cls, word: str) -> "Weekday":
        """Read `monday`, `MON` or `MO`, in any case.

        Raises:
            InputError: no weekday is written so.
        """
        day = _BY_WORD.get(word.upper())
        if day is None:
            raise InputError(f"{word!r} is not a weekday", "Write it as monday … sunday")
        return day

    @classmethod
    def from_sunday_first(cls, number: int) -> "Weekday":
        """Read 0 (Sunday) to 6 (Saturday)."""
        if not 0 <= number <= 6:
            raise InputError(f"{number} is not a weekday", "Count from 0 for Sunday to 6 for Saturday")
        return cls((number - 1) % 7)


_BY_WORD = {form: day for day in Weekday for form in (day.name, day.short, day.byday)}

WORKDAYS = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
