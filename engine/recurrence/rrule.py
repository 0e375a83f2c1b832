"""RRULE as text (RFC 5545 section 3.3.10): read into `Rule`, and written again in its plainest form."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo

from engine.errors import InputError
from engine.model.recurrence import Frequency, NthDay, Rule
from engine.time.weekday import Weekday

_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)(Z)?)?\Z", re.ASCII)
_NTH_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)\Z", re.ASCII)
_END_OF_DAY = time(23, 59, 59)
_FIRST, _LAST = datetime.combine(date.min, time()), datetime.combine(date.max, _END_OF_DAY)

_NUMBERS: Mapping[str, tuple[str, int, int, bool]] = {
    "BYSECOND": ("by_second", 0, 60, False),
    "BYMINUTE": ("by_minute", 0, 59, False),
    "BYHOUR": ("by_hour", 0, 23, False),
    "BYMONTHDAY": ("by_month_day", 1, 31, True),
    "BYYEARDAY": ("by_year_day", 1, 366, True),
    "BYWEEKNO": ("by_week_number", 1, 53, True),
    "BYMONTH": ("by_month", 1, 12, False),
    "BYSETPOS": ("by_set_position", 1, 366, True),
}
"""Part: field, least, most, whether it may count from the end (negative)."""

_WITHIN_DAYS = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})
_DAYS_BY_PREFIX = {day.byday: day for day in Weekday}


def parse_rule(text: str, zone: tzinfo, *, all_day: bool = False) -> Rule:
    """Read an RRULE's value for a series in a zone.

    UNTIL in UTC is turned into wall time; a local one is read in the zone; a date stands for its whole day;
    for all-day series only its date counts, as written, and BYHOUR and finer parts are ignored (RFC 5545
    section 3.3.10). An UNTIL beyond the calendar's end is that end. Empty parts are skipped.

    Raises:
        InputError: it cannot be followed; the message names the part.
    """
    parts = _parts(text)
    frequency = parts.pop("FREQ", "")
    if frequency not in Frequency.__members__:
        raise InputError(f"RRULE has no known FREQ: {text[:80]!r}")
    until = parts.pop("UNTIL", None)
    fields: dict[str, object] = {"frequency": Frequency[frequency]}
    if until is not None:
        fields["until"] = _until(until, zone, all_day)
    for name, value in parts.items():
        if not (all_day and name in _WITHIN_DAYS):
            fields.update(_field(name, value))
    return Rule(**fields)  # type: ignore[arg-type] # each field is made by the reader of its own part


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in text.upper().replace(" ", "").split(";"):
        name, equals, value = piece.partition("=")
        if not value:
            if equals or not name:
                continue
            raise InputError(f"RRULE part {name[:40]!r} has no value")
        if parts.get(name, value) != value:
            raise InputError(f"RRULE names {name} twice")
        parts[name] = value
    return parts


def _field(name: str, value: str) -> Mapping[str, object]:
    if name in _NUMBERS:
        field, least, most, signed = _NUMBERS[name]
        return {field: _numbers(name, value, least, most, signed)}
    reader = _READERS.get(name)
    if reader is None:
        raise InputError(f"RRULE part {name[:40]} is not known")
    return reader(name, value)


def _numbers(name: str, value: str, least: int, most: int, signed: bool) -> tuple[int, ...]:
    numbers = []
    for piece in value.split(","):
        number = _whole(name, piece)
        if not (least <= number <= most or (signed and least <= -number <= most)):
            raise InputError(f"RRULE {name} holds {piece}, which is out of range")
        numbers.append(number)
    return tuple(sorted(set(numbers)))


def _whole(name: str, text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", text):
        raise InputError(f"RRULE {name} holds {text[:40]!r}, which is not a number")
    return int(text)


def _positive(name: str, value: str) -> Mapping[str, object]:
    number = _whole(name, value)
    if number < 1:
        raise InputError(f"RRULE {name}={number} leads nowhere")
    return {name.lower(): number}


def _by_day(_name: str, value: str) -> Mapping[str, object]:
    days = []
    for piece in value.split(","):
        found = _NTH_DAY.match(piece)
        if found is None or (found[1] and not 1 <= abs(int(found[1])) <= 53):
            raise InputError(f"RRULE BYDAY holds {piece[:40]!r}, which is not a weekday")
        days.append(NthDay(_DAYS_BY_PREFIX[found[2]], int(found[1] or 0)))
    return {"by_day": tuple(sorted(set(days), key=lambda day: (day.nth, day.weekday)))}


def _week_start(_name: str, value: str) -> Mapping[str, object]:
    if value not in _DAYS_BY_PREFIX:
        raise InputError(f"RRULE WKST={value[:40]} is not a weekday")
    return {"week_start": _DAYS_BY_PREFIX[value]}


def _only(accepted: str) -> Callable[[str, str], Mapping[str, object]]:
    """Accept the one value that changes nothing (RFC 7529's defaults)."""

    def read(name: str, value: str) -> Mapping[str, object]:
        if value != accepted:
            raise InputError(f"RRULE {name}={value[:40]} is not something gatherly can follow")
        return {}

    return read


_READERS: Mapping[str, Callable[[str, str], Mapping[str, object]]] = {
    "INTERVAL": _positive,
    "COUNT": _positive,
    "BYDAY": _by_day,
    "WKST": _week_start,
    "RSCALE": _only("GREGORIAN"),
    "SKIP": _only("OMIT"),
}


def _until(text: str, zone: tzinfo, all_day: bool) -> datetime:
    found = _DATE.match(text)
    try:
        if found is None:
            raise ValueError("not a date or a time")
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        wall = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - a wall time
        if all_day or found[4] is None:
            return datetime.combine(wall.date(), _END_OF_DAY)
        if found[7]:
            return _local(wall, zone)
    except (ValueError, OverflowError) as error:
        raise InputError(f"RRULE UNTIL={text[:40]} cannot be read: {error}") from error
    return wall


def _local(wall: datetime, zone: tzinfo) -> datetime:
    """Turn UTC into a zone's wall time; what its clock cannot show is the calendar's end or beginning."""
    try:
        return wall.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None, fold=0)
    except (OverflowError, ValueError):
        return _LAST if wall.year > 1 else _FIRST


def rule_text(rule: Rule) -> str:
    """Write a rule for a series of naive wall times: as dateutil and other libraries read it."""
    parts = [f"FREQ={rule.frequency.name}", f"INTERVAL={rule.interval}", f"WKST={rule.week_start.byday}"]
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    for name, (field, _least, _most, _signed) in _NUMBERS.items():
        numbers: Sequence[int] = getattr(rule, field)
        if numbers:
            parts.append(f"{name}={','.join(map(str, numbers))}")
    if rule.by_day:
        days = (f"{day.nth or ''}{day.weekday.byday}" for day in rule.by_day)
        parts.append(f"BYDAY={','.join(days)}")
    if rule.until is not None:
        parts.append(f"UNTIL={rule.until:%Y%m%dT%H%M%S}")
    return ";".join(parts)
