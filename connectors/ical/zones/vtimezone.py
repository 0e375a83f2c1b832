"""A VTIMEZONE (RFC 5545 section 3.6.5) as a time zone: what the file says, for that file alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from dateutil.rrule import rrulestr

from connectors.ical.text.ical_values import parse_wall
from connectors.ical.text.lines import Line
from engine.errors import InputError
from engine.model.recurrence import Frequency, Rule
from engine.recurrence.rrule import parse_rule, rule_text
from engine.recurrence.vetting import never_matches

_OFFSET = re.compile(r"([+-])?(\d\d)(?::?(\d\d)(?::?(\d\d))?)?\Z", re.ASCII)
_WHOLE_DAY = timedelta(days=1)
MOST_OBSERVANCES = 200
MOST_DATES = 400
FIRST_YEAR = 1900
LONG_PAST = 1990
"""Parts that set in once, before this year, say nothing of anybody's calendar."""


@dataclass(frozen=True, slots=True)
class Observance:
    """STANDARD or DAYLIGHT: when the clock goes from one offset to another."""

    start: datetime
    before: timedelta
    after: timedelta
    rule: Rule | None
    dates: tuple[datetime, ...]

    def onsets(self, year: int) -> Iterator[datetime]:
        """Give the wall times of that year at which it sets in."""
        if self.start.year == year:
            yield self.start
        yield from (at for at in self.dates if at.year == year)
        if self.rule is not None and year >= self.start.year:
            yield from (at for at in self._by_rule(self.rule, year) if at > self.start)

    def _by_rule(self, rule: Rule, year: int) -> Sequence[datetime]:
        if rule.until is not None and rule.until.year < year:
            return ()
        if _is_plain(rule):
            found = _nth_weekday(rule, year, self.start)
            within = rule.until is None or found <= rule.until
            return (found,) if within else ()
        first = self.start
        yearly = rule.frequency is Frequency.YEARLY and rule.interval == 1
        if rule.count is None and yearly and year > first.year:
            first = _in_year(first, year - 1)
        every = rrulestr(rule_text(rule), dtstart=first)
        year_start, year_end = datetime(year, 1, 1), datetime(year, 12, 31, 23, 59, 59)  # noqa: DTZ001
        return list(every.between(year_start, year_end, inc=True))


def _in_year(at: datetime, year: int) -> datetime:
    """Move to another year, and from 29 February to the day before where there is none."""
    try:
        return at.replace(year=year)
    except ValueError:
        return at.replace(year=year, day=28)


def _is_plain(rule: Rule) -> bool:
    """Whether a rule is the usual one: yearly, on the nth weekday of one month."""
    narrow = (rule.by_second, rule.by_minute, rule.by_hour, rule.by_month_day, rule.by_year_day)
    return (
        rule.frequency is Frequency.YEARLY
        and rule.interval == 1
        and rule.count is None
        and len(rule.by_month) == 1
        and len(rule.by_day) == 1
        and 1 <= abs(rule.by_day[0].nth) <= 4
        and not any((*narrow, rule.by_week_number, rule.by_set_position))
    )


def _nth_weekday(rule: Rule, year: int, like: datetime) -> datetime:
    month, day = rule.by_month[0], rule.by_day[0]
    if day.nth > 0:
        first = date(year, month, 1)
        ordinal = first.toordinal() + (day.weekday - first.weekday()) % 7 + 7 * (day.nth - 1)
    else:
        last = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
        ordinal = last - (date.fromordinal(last).weekday() - day.weekday) % 7 + 7 * (day.nth + 1)
    return datetime.combine(date.fromordinal(ordinal), like.time())


@dataclass(frozen=True, slots=True)
class Change:
    """One onset: the wall time (by the old offset) from which the new offset is read."""

    wall: datetime
    before: timedelta
    after: timedelta

    @property
    def reads_new_from(self) -> datetime:
        """A gap is read with the offset before it, the first of two equal times as well."""
        return self.wall + max(self.after - self.before, timedelta(0))


class VTimezone(tzinfo):
    """The zone that a file's VTIMEZONE describes; `fold` is not looked at, the earlier reading holds.

    `until` is the wall time from which its data end (TZUNTIL, RFC 7808 section 7.2); `after` is the world's
    zone of its name, where there is one: it knows of what lies before the first onset and after the end.
    """

    def __init__(
        self,
        name: str,
        observances: Sequence[Observance],
        until: datetime | None = None,
        after: tzinfo | None = None,
    ) -> None:
        self._name = name
        self._until = until
        self._after = after
        self._observances = tuple(observances)
        self._years: dict[int, tuple[timedelta, tuple[Change, ...]]] = {}
        self._first = min(observances, key=lambda one: one.start)

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Give the offset that a wall time is read with."""
        if moment is None:
            return self._first.before
        wall = moment.replace(tzinfo=None)
        if self._after is not None and self._says_nothing_of(wall):
            return moment.replace(tzinfo=self._after).utcoffset() or timedelta(0)
        offset, changes = self._year(wall.year)
        for change in changes:
            if wall < change.reads_new_from:
                break
            offset = change.after
        return offset

    def fromutc(self, moment: datetime) -> datetime:
        """Turn a UTC time, labelled with this zone, into its wall time."""
        plain = moment.replace(tzinfo=None)
        years = range(max(1, plain.year - 1), min(9999, plain.year + 1) + 1)
        offset = self._year(years[0])[0]
        for change in (change for year in years for change in self._year(year)[1]):
            if plain < change.wall - change.before:
                break
            offset = change.after
        wall = plain + offset
        if self._after is not None and self._says_nothing_of(wall):
            return plain.replace(tzinfo=UTC).astimezone(self._after).replace(tzinfo=self)
        return wall.replace(tzinfo=self)

    def _says_nothing_of(self, wall: datetime) -> bool:
        """Whether a time lies before the first onset, or where the data have ended."""
        return wall < self._first.start or (self._until is not None and wall >= self._until)

    def dst(self, _moment: datetime | None) -> timedelta:
        """Tell nothing about summer time: only offsets matter here."""
        return timedelta(0)

    def tzname(self, _moment: datetime | None) -> str:
        """Give the TZID."""
        return self._name

    def _year(self, year: int) -> tuple[timedelta, tuple[Change, ...]]:
        """Give the offset a year begins with, and its changes; worked out once."""
        known = self._years.get(year)
        if known is None:
            changes = (
                Change(wall, one.before, one.after) for one in self._observances for wall in one.onsets(year)
            )
            in_order = tuple(sorted(changes, key=lambda change: change.wall))
            known = self._years[year] = (self._before(year), in_order)
        return known

    def _before(self, year: int) -> timedelta:
        """Give the offset at the beginning of a year: that of the last onset before it."""
        latest: Change | None = None
        for one in self._observances:
            last = _last_onset_before(one, year)
            if last is not None and (latest is None or last > latest.wall):
                latest = Change(last, one.before, one.after)
        return self._first.before if latest is None else latest.after


def _last_onset_before(one: Observance, year: int) -> datetime | None:
    if one.start.year >= year:
        return None
    years = {one.start.year, *(at.year for at in one.dates)}
    if one.rule is not None:
        last = year - 1 if one.rule.until is None else min(year - 1, one.rule.until.year)
        years |= set(range(max(one.start.year, last - 8), last + 1))
    for earlier in sorted((at for at in years if at < year), reverse=True):
        found = list(one.onsets(earlier))
        if found:
            return max(found)
    return None


@dataclass(frozen=True, slots=True)
class ZoneRead:
    """What could be read of a VTIMEZONE; `trouble` says what could not and matters, "" where nothing."""

    zone: VTimezone
    trouble: str = ""


def read_zone(
    name: str,
    observances: Sequence[Sequence[Line]],
    until: datetime | None = None,
    after: tzinfo | None = None,
) -> ZoneRead:
    """Make a zone of a VTIMEZONE's STANDARD and DAYLIGHT parts: those that can be read count.

    Args:
        name: its TZID.
        observances: the properties of each part.
        until: where its data end, by wall time.
        after: the zone that is known to go on from there.

    Raises:
        InputError: none of it can be used, or there is too much of it.
    """
    if not 0 < len(observances) <= MOST_OBSERVANCES:
        raise InputError(f"VTIMEZONE {name[:60]!r} has {len(observances)} parts")
    read: list[Observance] = []
    trouble: list[str] = []
    for lines in observances:
        try:
            read.append(_observance(lines))
        except (InputError, ValueError, OverflowError) as error:
            trouble += [str(error)] if _still_matters(lines) else []
    if not read:
        raise InputError(f"VTIMEZONE {name[:60]!r} cannot be read: {trouble[0] if trouble else 'it is past'}")
    words = f"a part of VTIMEZONE {name[:60]!r} cannot be read: {trouble[0]}" if trouble else ""
    return ZoneRead(VTimezone(name, read, until, after), words)


def _still_matters(lines: Sequence[Line]) -> bool:
    """Whether a part that cannot be read could say anything of our days."""
    values = {line.name: line.value for line in lines}
    if "RRULE" in values or "RDATE" in values:
        return True
    try:
        return parse_wall(values.get("DTSTART", ""))[0].year >= LONG_PAST
    except InputError:
        return True


def _observance(lines: Sequence[Line]) -> Observance:
    values = {line.name: line.value for line in lines}
    start, _is_date, _utc = parse_wall(values.get("DTSTART", ""))
    after = parse_offset(values.get("TZOFFSETTO", ""))
    before = _offset_before(values.get("TZOFFSETFROM", ""), after)
    rule = _onset_rule(values.get("RRULE", ""), before)
    dates = [
        parse_wall(text)[0]
        for line in lines
        if line.name == "RDATE"
        for text in line.value.split(",")
        if text
    ]
    if len(dates) > MOST_DATES:
        raise InputError("VTIMEZONE has too many RDATEs")
    if start.year < FIRST_YEAR and rule is not None and rule.count is None:
        start = _in_year(start, FIRST_YEAR)
    return Observance(start, before, after, rule, tuple(sorted(dates)))


def _offset_before(text: str, after: timedelta) -> timedelta:
    """Read the offset that was; without one that is possible the onset changes nothing."""
    try:
        return parse_offset(text)
    except InputError:
        return after


def _onset_rule(text: str, before: timedelta) -> Rule | None:
    if not text:
        return None
    rule = parse_rule(text, timezone(before))  # an UNTIL in UTC is turned into wall time by the old offset
    if rule.frequency > Frequency.MONTHLY or never_matches(rule):
        raise InputError(f"VTIMEZONE has a rule that cannot be followed: {text[:80]!r}")
    return rule


def parse_offset(text: str) -> timedelta:
    """Read a UTC-OFFSET, with or without seconds (section 3.3.14).

    Raises:
        InputError: it is none, or a day or more.
    """
    found = _OFFSET.match(text.strip())
    if found is None:
        raise InputError(f"{text[:40]!r} is not an offset from UTC")
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if offset >= _WHOLE_DAY:
        raise InputError(f"{text[:40]!r} is not an offset from UTC")
    return -offset if found[1] == "-" else offset
