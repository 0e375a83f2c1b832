"""The rules for days: what each phrase means, counted from the day on which it is written."""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from engine.time.weekday import WORKDAYS, Weekday
from engine.understand.items import Days, Item
from engine.understand.tokens import Line
from engine.understand.words import MONTHS, WEEKDAY_PLURALS, WEEKDAYS

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
_UNITS = {"day": 1, "week": 7, "month": 30}
Found = tuple[str, Item] | None


@dataclass(frozen=True, slots=True)
class DayReader:
    """Reads the days of a line; `today` is the writer's own, `moving` whether a booked session is to move."""

    today: date
    moving: bool = False

    # single dates
    def read_iso(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: iso."""
        try:
            day = date.fromisoformat(found[1])
        except ValueError:
            return _trouble(f"{found[1]} is no date")
        return self._dated(day, found[1])

    def _dated(self, day: date, words: str) -> Found:
        gone = f"{words} is past" if day < self.today else None
        return "D", Days(first=day, last=day, problem=gone)

    def read_numeric(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: numeric."""
        parts = [int(part) for part in re.split("[/.]", found[1]) if part]
        one, two = parts[0], parts[1]
        year = _year(parts[2]) if len(parts) > 2 else None
        readings = [(one, two)] if "." in found[1] else [(one, two), (two, one)]
        days = {day for each, month in readings if (day := self._of_month(each, month, year)) is not None}
        if len(days) != 1:
            return _trouble(f"{found[1]} can be read in two ways" if days else f"{found[1]} is no date")
        return self._dated(days.pop(), found[1])

    def read_named(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: named."""
        month = MONTHS[found["m"]]
        year = int(found["y"]) if found["y"] else None
        days = [self._of_month(int(re.sub(r"\D", "", number)), month, year) for number in _numbers(found)]
        if None in days:
            return _trouble(f"{found[0]} is no date")
        sure = [day for day in days if day is not None]
        if found.groupdict().get("range"):
            return "W", Days(first=sure[0], last=sure[-1])
        if len(sure) == 1:
            return self._dated(sure[0], found[0])
        return "D", Days(first=min(sure), last=max(sure), dates=tuple(sure))

    def _of_month(self, day: int, month: int, year: int | None) -> date | None:
        """Give a date of this year or, gone by, the next in which it is there."""
        for each in range(self.today.year, self.today.year + 9) if year is None else [year]:
            try:
                made = date(each, month, day)
            except ValueError:
                continue
            if year is not None or made >= self.today:
                return made
        return None

    def read_nth(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: nth."""
        numbers = [int(re.sub(r"\D", "", number)) for number in _numbers(found)]
        days = [self._next_nth(number) for number in numbers]
        sure = [day for day in days if day is not None]
        if len(sure) != len(days):
            return _trouble(f"{found[0]} is no date")
        if found.groupdict().get("range"):
            last = sure[-1] if sure[-1] >= sure[0] else _nth_after(sure[0], numbers[-1])
            return "W", Days(first=sure[0], last=last)
        return "D", Days(first=min(sure), last=max(sure), dates=tuple(sure) if len(sure) > 1 else ())

    def _next_nth(self, number: int) -> date | None:
        return _nth_after(self.today, number) if 1 <= number <= 31 else None

    def read_today(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: today."""
        return self._single(0)

    def read_tomorrow(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: tomorrow."""
        return self._single(2 if "after" in found[0] else 1)

    def read_yesterday(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: yesterday."""
        return _trouble(f"{found[0]} is past")

    def read_in_days(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: in days."""
        return self._single(_count(found["n"] or found["n2"]))

    def _single(self, days: int) -> Found:
        day = self.today + timedelta(days=days)
        return "D", Days(first=day, last=day)

    # weekdays
    def read_week_from(self, found: re.Match[str], line: Line[Item]) -> Found:
        """`Tuesday week`, `a week on Tuesday`, `a week from today`."""
        weekday = found.groupdict().get("d")
        if weekday is None:
            base = self.today + timedelta(days=1 if "tomorrow" in found[0] else 0)
        else:
            base = self._coming(WEEKDAYS[weekday])
        day = base + timedelta(days=7 * _count(found.groupdict().get("n") or "1"))
        return "D", Days(first=day, last=day, moved=True)

    def read_weekday(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: weekday."""
        weekday = WEEKDAYS[found["d"]]
        how = found["how"] or ""
        if how in ("last", "past", "previous"):
            return _trouble(f"{found[0]} is past")
        if how == "every":
            return _trouble(f"{found[0]} is more than one time")
        if how in ("any", "a"):
            return "K", Days(days=(weekday,))
        day = self._coming(weekday)
        if how in ("this", "next"):
            monday = self.today - timedelta(days=self.today.weekday())
            day = monday + timedelta(days=weekday.value + (7 if how == "next" else 0))
        gone = f"{found[0]} is past" if day < self.today else None
        return "Y", Days(first=day, last=day, weekday=weekday, moved=how in ("this", "next"), problem=gone)

    def _coming(self, weekday: Weekday) -> date:
        return self.today + timedelta(days=(weekday.value - self.today.weekday() - 1) % 7 + 1)

    def read_range(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: range."""
        one, other = WEEKDAYS[found["one"]], WEEKDAYS[found["other"]]
        if self.moving and found[0].startswith("from"):
            day = self._coming(other)
            return "Y", Days(first=day, last=day, weekday=other)
        count = (other.value - one.value) % 7 + 1
        return "K", Days(days=tuple(sorted(Weekday((one.value + n) % 7) for n in range(count))))

    def read_plural(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: plural."""
        return "K", Days(days=(WEEKDAY_PLURALS[found["d"]],))

    def read_workdays(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: workdays."""
        return "K", Days(days=WORKDAYS)

    def read_weekends(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: weekends."""
        return "K", Days(days=(Weekday.SATURDAY, Weekday.SUNDAY))

    # weeks and months
    def read_weekend(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: weekend."""
        saturday = self._monday(1 if found["which"] == "next" else 0) + timedelta(days=5)
        if found["which"] == "last":
            return _trouble(f"{found[0]} is past")
        sunday = saturday + timedelta(days=1)
        return "W", Days(first=max(saturday, self.today), last=sunday) if sunday >= self.today else Days()

    def _monday(self, weeks: int) -> date:
        return self.today + timedelta(days=7 * weeks - self.today.weekday())

    def read_week(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: week."""
        words = found[0]
        if "last week" in words or "past week" in words:
            return _trouble(f"{words} is past")
        if "after next" in words or "fortnight" in words:
            weeks = 2
        elif found.groupdict().get("n"):
            weeks = _count(found["n"])
        else:
            weeks = 1 if re.search("next|following|coming", words) else 0
        return self._part_of_week(self._monday(weeks), found.groupdict().get("part"))

    def _part_of_week(self, monday: date, part: str | None) -> Found:
        first, last = _WEEK_PARTS.get(_part(part), (0, 6))
        start, end = monday + timedelta(days=first), monday + timedelta(days=last)
        if end < self.today:
            return _trouble("that is past")
        return "W", Days(first=max(start, self.today), last=end, week=True)

    def read_week_of(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: week of."""
        named = _days(line, _mark(found))
        if named.first is None or named.problem:
            return None
        return self._part_of_week(named.first - timedelta(days=named.first.weekday()), None)

    def read_week_after(self, found: re.Match[str], line: Line[Item]) -> Found:
        """`next week …, the week after`: a week on from the last that was named before it."""
        before = [line.item(word.form) for word in line.words if re.match("«[WDY]", word.form)]
        weeks = [each for each in before if isinstance(each, Days) and each.last is not None and each.first]
        if not weeks:
            return _trouble(f"{found[0]}: after which week")
        first = weeks[-1].first
        monday = first - timedelta(days=first.weekday()) + timedelta(days=7) if first else self.today
        return self._part_of_week(monday, None)

    def read_month(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: month."""
        name = found["m"]
        if name in ("last month", "past month"):
            return _trouble(f"{name} is past")
        year, month = self._year_month(name, found.groupdict().get("y"))
        first, last = _month_part(year, month, _part(found["part"]))
        if last < self.today:
            return _trouble(f"{found[0]} is past")
        return "W", Days(first=max(first, self.today), last=last, week=True)

    def _year_month(self, name: str, year: str | None) -> tuple[int, int]:
        if name in MONTHS:
            month = MONTHS[name]
            later = self.today.year + (month < self.today.month)
            return (int(year) if year else later), month
        ahead = self.today.month + ("next" in name or "following" in name)
        return self.today.year + (ahead > 12), (ahead - 1) % 12 + 1

    def read_next_days(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: next days."""
        days = _count(found["n"] or "1") * (
            14 if found["u"] == "fortnight" else _UNITS[found["u"].rstrip("s")]
        )
        if found["n"] is None and found["u"].startswith("day"):
            days = 3
        return "W", Days(first=self.today, last=self.today + timedelta(days=days))

    # what is put together of marks
    def read_checked_weekday(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: checked weekday."""
        one, dated = _days(line, found["one"]), _days(line, found["other"])
        weekday, day = (one.weekday, dated) if one.weekday is not None else (dated.weekday, one)
        if day.dates or day.weekday is not None:
            return None
        if weekday is not None and day.first is not None and day.first.weekday() != weekday.value:
            return _trouble(f"{day.first:%d %B %Y} is no {weekday.word.capitalize()}")
        return "D", day

    def read_in_week(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: in week."""
        one, other = _days(line, found["one"]), _days(line, found["other"])
        span, named = (one, other) if one.week else (other, one)
        if named.weekday is None or named.moved or span.first is None or span.last is None:
            return None
        if (span.last - span.first).days > 6:
            return None
        monday = span.last - timedelta(days=span.last.weekday())
        day = monday + timedelta(days=named.weekday.value)
        gone = "that is past" if day < self.today else None
        return "Y", replace(named, first=day, last=day, moved=True, problem=gone)

    def read_weekday_list(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: weekday list."""
        marks = re.findall(r"«[YK]\d+»", found[0])
        named = [_days(line, mark) for mark in marks]
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
            week = replace(week, first=max(monday, self.today), last=monday + timedelta(days=6))
        return "K", week

    def read_span(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: span."""
        one, other = _days(line, found["one"]), _days(line, found["other"])
        if one.first is None or other.last is None or other.first is None or one.days or other.days:
            return None
        trouble = one.problem or other.problem
        if other.last < one.first:
            trouble = trouble or f"{found[0]} ends before it begins"
        return "W", Days(first=one.first, last=other.last, problem=trouble and "these days cannot be so")

    def bound_by(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: by."""
        named = _days(line, _mark(found))
        if named.last is None or named.days:
            return None
        if self.moving and re.search(r"until|till", found[0]):
            return "D", replace(named, moved=True)
        last = named.last
        if "end of" in found[0] and named.week and (named.last - (named.first or named.last)).days <= 6:
            last = named.last - timedelta(days=2) if named.last.weekday() == 6 else named.last
        return "B", Days(first=self.today, last=last, bound=True, problem=named.problem)

    def bound_before(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: before."""
        named = _days(line, _mark(found))
        if named.first is None or named.days:
            return None
        last = named.first - timedelta(days=1)
        gone = "that is past" if last < self.today else named.problem
        return "B", Days(first=self.today, last=last, bound=True, problem=gone)

    def bound_after(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: after."""
        named = _days(line, _mark(found))
        if named.last is None or named.days:
            return None
        return "B", Days(first=named.last + timedelta(days=1), bound=True, problem=named.problem)

    def bound_from(self, found: re.Match[str], line: Line[Item]) -> Found:
        """Read a phrase of this kind: from."""
        named = _days(line, _mark(found))
        if named.first is None or named.days:
            return None
        if found[0].startswith("from") and named.last != named.first and not named.week and not named.dates:
            return "W", named
        return "B", Days(first=named.first, bound=True, problem=named.problem)


_WEEK_PARTS = {"early": (0, 1), "mid": (1, 3), "late": (3, 4), "end": (3, 4)}


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


def _count(words: str) -> int:
    return int(words) if words.isdecimal() else _COUNTS.get(words, 1)


def _days(line: Line[Item], mark: str) -> Days:
    item = line.item(mark)
    return item if isinstance(item, Days) else Days()


def _mark(found: re.Match[str]) -> str:
    return found["d"] or str(found.groupdict().get("d2"))


def _trouble(problem: str) -> Found:
    return "D", Days(problem=problem)
