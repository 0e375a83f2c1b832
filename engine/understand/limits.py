"""What limits days: from one to another, by, before, after, from one on."""

import re
from dataclasses import replace
from datetime import timedelta

from engine.understand.days import DayReader, Found, days_of, mark_of
from engine.understand.items import Days, Item
from engine.understand.tokens import Line


def read_span(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`from Monday to Wednesday`, of days that have their dates."""
    one, other = days_of(line, found["one"]), days_of(line, found["other"])
    if one.first is None or other.last is None or other.first is None or one.days or other.days:
        return None
    trouble = one.problem or other.problem
    if other.last < one.first:
        trouble = trouble or f"{found[0]} ends before it begins"
    return "W", Days(first=one.first, last=other.last, problem=trouble and "these days cannot be so")


def bound_by(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`by Friday`: today to then; what is put off until a day is on it."""
    named = days_of(line, mark_of(found))
    if named.last is None or named.days:
        return None
    if reader.moving and re.search(r"until|till", found[0]):
        return "D", replace(named, moved=True)
    last = named.last
    if "end of" in found[0] and named.week and (named.last - (named.first or named.last)).days <= 6:
        last = named.last - timedelta(days=2) if named.last.weekday() == 6 else named.last
    return "B", Days(first=reader.today, last=last, bound=True, problem=named.problem)


def bound_before(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`before Friday`: today to the day before."""
    named = days_of(line, mark_of(found))
    if named.first is None or named.days:
        return None
    last = named.first - timedelta(days=1)
    gone = "that is past" if last < reader.today else named.problem
    return "B", Days(first=reader.today, last=last, bound=True, problem=gone)


def bound_after(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`after Friday`: from the day after on."""
    named = days_of(line, mark_of(found))
    if named.last is None or named.days:
        return None
    return "B", Days(first=named.last + timedelta(days=1), bound=True, problem=named.problem)


def bound_from(reader: DayReader, found: re.Match[str], line: Line[Item]) -> Found:
    """`from Friday on`: that day and later."""
    named = days_of(line, mark_of(found))
    if named.first is None or named.days:
        return None
    if found[0].startswith("from") and named.last != named.first and not named.week and not named.dates:
        return "W", named
    return "B", Days(first=named.first, bound=True, problem=named.problem)
