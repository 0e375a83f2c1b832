"""Times of the day, dates and weekdays as the documents write them."""

import re
from collections.abc import Iterable
from datetime import date

from engine.documents.reading import Fields, shown
from engine.errors import InputError
from engine.time.local_time import MINUTES_A_DAY
from engine.time.weekday import Weekday

_CLOCK = re.compile(r"(\d\d):(\d\d)\Z", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)


def parse_clock(value: object, path: str, *, end: bool = False) -> int:
    """Read `HH:MM` as minutes since midnight; `24:00` only where something ends.

    Raises:
        InputError: it is no such time.
    """
    found = _CLOCK.match(value) if isinstance(value, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found and int(found[2]) < 60 else MINUTES_A_DAY + 1
    if minutes > MINUTES_A_DAY or (minutes == MINUTES_A_DAY and not end):
        raise InputError(f"{path} is {shown(value)}", "Write a time of day as 09:00")
    return minutes


def clock_text(minutes: int) -> str:
    """Write minutes since midnight as `HH:MM`."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def parse_date(value: object, path: str) -> date:
    """Read `YYYY-MM-DD`.

    Raises:
        InputError: it is no date.
    """
    try:
        if isinstance(value, str) and _DATE.match(value):
            return date.fromisoformat(value)
    except ValueError as error:
        raise InputError(f"{path} is {shown(value)}: {error}", "Write a date as 2026-11-20") from error
    raise InputError(f"{path} is {shown(value)}", "Write a date as 2026-11-20")


def parse_days(fields: Fields, key: str) -> tuple[Weekday, ...]:
    """Read an array of weekdays, at least one, each kept once.

    Raises:
        InputError: it is empty, or holds something else.
    """
    items = fields.items(key)
    if not items:
        raise fields.wrong(key, "Name at least one day, or leave it out")
    return tuple(dict.fromkeys(_day(item, f"{fields.at(key)}[{index}]") for index, item in enumerate(items)))


def _day(value: object, path: str) -> Weekday:
    if not isinstance(value, str):
        raise InputError(f"{path} is {shown(value)}", "Write it as monday … sunday")
    try:
        return Weekday.from_word(value)
    except InputError as error:
        raise InputError(f"{path}: {error.what}", error.remedy) from error


def day_words(days: Iterable[Weekday]) -> list[str]:
    """Write weekdays as F0 does."""
    return [day.word for day in days]
