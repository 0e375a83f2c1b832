"""Weekdays: one, several, a range of them, and one with a date or in a week."""

import re
from dataclasses import replace
from datetime import timedelta

from engine.time.weekday import WORKDAYS, Weekday
from engine.understand.days import DayReader, Found, count, days_of, trouble
from engine.understand.items import Days, Item
from engine.understand.tokens import Line
from engine.understand.words import WEEKDAY_PLURALS, WEEKDAYS


def read_week_from(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`Tuesday week`, `a week on Tuesday`, `a week from today`."""
    weekday = found.groupdict().get("d")
    if weekday is None:
        base = reader.today + timedelta(days=1 if "tomorrow" in found[0] else 0)
    else:
        base = reader.coming(WEEKDAYS[weekday])
    day = base + timedelta(days=7 * count(found.groupdict().get("n") or "1"))
    return "D", Days(first=day, last=day, moved=True)


def read_weekday(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`Tuesday`, `next Tuesday`, `any Tuesday`."""
    weekday = WEEKDAYS[found["d"]]
    how = found["how"] or ""
    if how in ("last", "past", "previous"):
        return trouble(f"{found[0]} is past")
    if how == "every":
        return trouble(f"{found[0]} is more than one time")
    if how in ("any", "a"):
        return "K", Days(days=(weekday,))
    day = reader.coming(weekday)
    if how in ("this", "next"):
        monday = reader.today - timedelta(days=reader.today.weekday())
        day = monday + timedelta(days=weekday.value + (7 if how == "next" else 0))
    gone = f"{found[0]} is past" if day < reader.today else None
    return "Y", Days(first=day, last=day, weekday=weekday, moved=how in ("this", "next"), problem=gone)


def read_range(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`Monday to Thursday`; of a session that moves, from one day to another."""
    one, other = WEEKDAYS[found["one"]], WEEKDAYS[found["other"]]
    if reader.moving and found[0].startswith("from"):
        day = reader.coming(other)
        return "Y", Days(first=day, last=day, weekday=other)
    count = (other.value - one.value) % 7 + 1
    return "K", Days(days=tuple(sorted(Weekday((one.value + n) % 7) for n in range(count))))


def read_plural(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`Tuesdays`."""
    return "K", Days(days=(WEEKDAY_PLURALS[found["d"]],))


def read_workdays(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`on weekdays`, `during the week`."""
    return "K", Days(days=WORKDAYS)


def read_weekends(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`at weekends`."""
    return "K", Days(days=(Weekday.SATURDAY, Weekday.SUNDAY))


def read_checked_weekday(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`Tuesday, March 10`: the weekday must be the date's."""
    one, dated = days_of(line, found["one"]), days_of(line, found["other"])
    weekday, day = (one.weekday, dated) if one.weekday is not None else (dated.weekday, one)
    if day.dates or day.weekday is not None:
        return None
    if weekday is not None and day.first is not None and day.first.weekday() != weekday.value:
        return trouble(f"{day.first:%d %B %Y} is no {weekday.word.capitalize()}")
    return "D", day


def read_in_week(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`Tuesday next week`: the day of that week."""
    one, other = days_of(line, found["one"]), days_of(line, found["other"])
    span, named = (one, other) if one.week else (other, one)
    if named.weekday is None or named.moved or span.first is None or span.last is None:
        return None
    if (span.last - span.first).days > 6:
        return None
    monday = span.last - timedelta(days=span.last.weekday())
    day = monday + timedelta(days=named.weekday.value)
    gone = "that is past" if day < reader.today else None
    return "Y", replace(named, first=day, last=day, moved=True, problem=gone)


def read_weekday_list(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`Tuesday or Thursday`, of the week that the first is of."""
    marks = re.findall(r"«[YK]\d+»", found[0])
    named = [days_of(line, mark) for mark in marks]
    if any(each.problem for each in named):
        return None
    if sum(each.moved for each in named) > 1 or (named[0].moved and named[0].first is None):
        return None
    if not named[0].moved and any(each.moved for each in named):
        return None
    days = {day for each in named for day in ((each.weekday,) if each.weekday is not None else each.days)}
    week = Days(days=tuple(sorted(days)))
    if named[0].moved and named[0].first is not None:
        monday = named[0].first - timedelta(days=named[0].first.weekday())
        week = replace(week, first=max(monday, reader.today), last=monday + timedelta(days=6))
    return "K", week
