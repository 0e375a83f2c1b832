"""Single dates and several: `2026-03-04`, `24/3`, `March 3 to 5`, `the 3rd or 4th`, `in 3 days`."""

import calendar
import re
from datetime import date, timedelta

from engine.understand.days import DayReader, Found, count, trouble
from engine.understand.items import Days, Item
from engine.understand.tokens import Line
from engine.understand.words import MONTHS


def read_iso(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`2026-03-10`."""
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        return trouble(f"{found[1]} is no date")
    return _dated(reader, day, found[1])


def read_numeric(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`24/3`, `24.3.`, `3/24/2026`; both readings open is a question."""
    parts = [int(part) for part in re.split("[/.]", found[1]) if part]
    one, two = parts[0], parts[1]
    year = _year(parts[2]) if len(parts) > 2 else None
    readings = [(one, two)] if "." in found[1] else [(one, two), (two, one)]
    days = {day for each, month in readings if (day := _of_month(reader, each, month, year)) is not None}
    if len(days) != 1:
        return trouble(f"{found[1]} can be read in two ways" if days else f"{found[1]} is no date")
    return _dated(reader, days.pop(), found[1])


def read_named(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`March 10`, `the 10th to 12th of March`, `March 3 or 5`."""
    month = MONTHS[found["m"]]
    year = int(found["y"]) if found["y"] else None
    days = [_of_month(reader, int(re.sub(r"\D", "", number)), month, year) for number in _numbers(found)]
    if None in days:
        return trouble(f"{found[0]} is no date")
    sure = [day for day in days if day is not None]
    if found.groupdict().get("range"):
        return "W", Days(first=sure[0], last=sure[-1])
    if len(sure) == 1:
        return _dated(reader, sure[0], found[0])
    return "D", Days(first=min(sure), last=max(sure), dates=tuple(sure))


def read_nth(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`the 3rd`, `the 3rd to the 5th`: the first of that number not before today."""
    numbers = [int(re.sub(r"\D", "", number)) for number in _numbers(found)]
    days = [_next_nth(reader, number) for number in numbers]
    sure = [day for day in days if day is not None]
    if len(sure) != len(days):
        return trouble(f"{found[0]} is no date")
    if found.groupdict().get("range"):
        last = sure[-1] if sure[-1] >= sure[0] else _nth_after(sure[0], numbers[-1])
        return "W", Days(first=sure[0], last=last)
    return "D", Days(first=min(sure), last=max(sure), dates=tuple(sure) if len(sure) > 1 else ())


def read_today(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`today`, `this evening`."""
    return _single(reader, 0)


def read_tomorrow(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`tomorrow`, `the day after tomorrow`."""
    return _single(reader, 2 if "after" in found[0] else 1)


def read_yesterday(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`yesterday`, which nothing can be on."""
    return trouble(f"{found[0]} is past")


def read_in_days(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`in 3 days`, `two days from now`."""
    return _single(reader, count(found["n"] or found["n2"]))


def _dated(reader: DayReader, day: date, words: str) -> Found:
    gone = f"{words} is past" if day < reader.today else None
    return "D", Days(first=day, last=day, problem=gone)


def _of_month(reader: DayReader, day: int, month: int, year: int | None) -> date | None:
    """Give a date of this year or, gone by, the next in which it is there."""
    for each in range(reader.today.year, reader.today.year + 9) if year is None else [year]:
        try:
            made = date(each, month, day)
        except ValueError:
            continue
        if year is not None or made >= reader.today:
            return made
    return None


def _next_nth(reader: DayReader, number: int) -> date | None:
    return _nth_after(reader.today, number) if 1 <= number <= 31 else None


def _single(reader: DayReader, days: int) -> Found:
    day = reader.today + timedelta(days=days)
    return "D", Days(first=day, last=day)


def _nth_after(day: date, number: int) -> date | None:
    year, month = day.year, day.month
    for _ in range(14):
        if number <= calendar.monthrange(year, month)[1] and date(year, month, number) >= day:
            return date(year, month, number)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return None


def _year(number: int) -> int:
    return number if number > 99 else 2000 + number


def _numbers(found: re.Match[str]) -> list[str]:
    groups = found.groupdict()
    return [groups[key] for key in ("n", "n2", "n3") if groups.get(key)]
