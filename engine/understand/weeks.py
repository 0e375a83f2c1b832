"""Weeks, weekends and months, whole or in part, and the next so many days."""

import calendar
import re
from datetime import date, timedelta

from engine.understand.days import UNITS, DayReader, Found, count, days_of, mark_of, trouble
from engine.understand.items import Days, Item
from engine.understand.tokens import Line
from engine.understand.words import MONTHS

_WEEK_PARTS = {"early": (0, 1), "mid": (1, 3), "late": (3, 4), "end": (3, 4)}


def read_weekend(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`this weekend`, `next weekend`."""
    saturday = reader.monday(1 if found["which"] == "next" else 0) + timedelta(days=5)
    if found["which"] == "last":
        return trouble(f"{found[0]} is past")
    sunday = saturday + timedelta(days=1)
    return "W", Days(first=max(saturday, reader.today), last=sunday) if sunday >= reader.today else Days()


def read_week(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`next week`, `in two weeks`, `late this week`."""
    words = found[0]
    if "last week" in words or "past week" in words:
        return trouble(f"{words} is past")
    if "after next" in words or "fortnight" in words:
        weeks = 2
    elif found.groupdict().get("n"):
        weeks = count(found["n"])
    else:
        weeks = 1 if re.search("next|following|coming", words) else 0
    return _part_of_week(reader, reader.monday(weeks), found.groupdict().get("part"))


def _part_of_week(reader: DayReader, monday: date, part: str | None) -> Found:
    first, last = _WEEK_PARTS.get(_part(part), (0, 6))
    start, end = monday + timedelta(days=first), monday + timedelta(days=last)
    if end < reader.today:
        return trouble("that is past")
    return "W", Days(first=max(start, reader.today), last=end, week=True)


def read_week_of(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`the week of March 23`."""
    named = days_of(line, mark_of(found))
    if named.first is None or named.problem:
        return None
    return _part_of_week(reader, named.first - timedelta(days=named.first.weekday()), None)


def read_week_after(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`next week …, the week after`: a week on from the last that was named before it."""
    before = [line.item(word.form) for word in line.words if re.match("«[WDY]", word.form)]
    weeks = [each for each in before if isinstance(each, Days) and each.last is not None and each.first]
    if not weeks:
        return trouble(f"{found[0]}: after which week")
    first = weeks[-1].first
    monday = first - timedelta(days=first.weekday()) + timedelta(days=7) if first else reader.today
    return _part_of_week(reader, monday, None)


def read_month(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`next month`, `early in March`, `the end of the month`."""
    name = found["m"]
    if name in ("last month", "past month"):
        return trouble(f"{name} is past")
    year, month = _year_month(reader, name, found.groupdict().get("y"))
    first, last = _month_part(year, month, _part(found["part"]))
    if last < reader.today:
        return trouble(f"{found[0]} is past")
    return "W", Days(first=max(first, reader.today), last=last, week=True)


def _year_month(reader: DayReader, name: str, year: str | None) -> tuple[int, int]:
    if name in MONTHS:
        month = MONTHS[name]
        later = reader.today.year + (month < reader.today.month)
        return (int(year) if year else later), month
    ahead = reader.today.month + ("next" in name or "following" in name)
    return reader.today.year + (ahead > 12), (ahead - 1) % 12 + 1


def read_next_days(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`within the next 10 days`."""
    days = count(found["n"] or "1") * (14 if found["u"] == "fortnight" else UNITS[found["u"].rstrip("s")])
    if found["n"] is None and found["u"].startswith("day"):
        days = 3
    return "W", Days(first=reader.today, last=reader.today + timedelta(days=days))


def _part(words: str | None) -> str:
    if words is None:
        return ""
    for known, part in (
        ("early", "early"),
        ("beginning", "early"),
        ("start", "early"),
        ("mid", "mid"),
        ("end", "end"),
    ):
        if known in words:
            return part
    return "late" if "late" in words else ""


def _month_part(year: int, month: int, part: str) -> tuple[date, date]:
    days = calendar.monthrange(year, month)[1]
    first, last = {"early": (1, 10), "mid": (11, 20), "late": (21, days), "end": (days - 6, days)}.get(
        part, (1, days)
    )
    return date(year, month, first), date(year, month, last)
