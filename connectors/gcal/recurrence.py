"""Google's `recurrence` lines and exceptions as a series that the engine expands (RFC 5545 section 3.8.5)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple

from connectors.ical.zones.names import named_zone
from engine.errors import InputError
from engine.model.recurrence import Extra, Rule, Series, Wall, wall_seconds
from engine.recurrence.rrule import parse_rule
from engine.time.span import DAY

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?\Z", re.ASCII)


def zone_of(name: object, default: str) -> tzinfo:
    """Give a zone by name, Windows' included; one that nobody knows is the calendar's own."""
    return named_zone(str(name or "")) or named_zone(default) or UTC


def wall_of(value: Mapping[str, Any], zone: tzinfo) -> Wall:
    """Give the wall-clock time of an EventDateTime in a series' zone.

    Raises:
        ValueError: it is neither a date nor a time.
    """
    if value.get("date"):
        return date.fromisoformat(value["date"]).toordinal() * DAY
    at = datetime.fromisoformat(str(value.get("dateTime", "")))
    return wall_seconds(at.astimezone(zone).replace(tzinfo=None) if at.tzinfo else at)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A series, and in words what of its lists could not be read."""

    series: Series
    troubles: tuple[str, ...] = ()


def series_of(master: Mapping[str, Any], exceptions: Iterable[Mapping[str, Any]], zone: str) -> Recurrence:
    """Read a series without the instances that its exceptions stand for.

    Raises:
        InputError, ValueError: it cannot be followed.
    """
    start, end = master["start"], master["end"]
    all_day = bool(start.get("date"))
    own = zone_of(start.get("timeZone"), zone)
    first = wall_of(start, own)
    lines = [_split(line) for line in master["recurrence"]]
    strange = next((name for name, _, _ in lines if name not in ("RRULE", "RDATE", "EXDATE")), None)
    if strange is not None:
        raise InputError(f"recurrence holds {strange[:40]}, which gatherly cannot follow")
    troubles: list[str] = []
    replaced = [original_of(one) for one in exceptions]
    removed = [*(_moved_from(one, own) for one in replaced), *_walls(lines, "EXDATE", own, troubles)]
    added = [_added(one, first, own) for one in _walls(lines, "RDATE", own, troubles)]
    series = Series(
        start=first,
        length=max(0, wall_of(end, own) - first),
        zone=own,
        all_day=all_day,
        rules=tuple(_rules(lines, own, all_day)),
        extras=tuple(Extra(at // DAY * DAY if all_day else at) for at in added),
        removed=frozenset(
            _whole(one) if all_day else one.wall for one in removed if all_day or not one.is_date
        ),
        removed_days=frozenset(one.wall // DAY for one in removed if one.is_date and not all_day),
    )
    return Recurrence(series, tuple(troubles))


def original_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the start of the instance that an exception stands for; a bare one tells it by its id alone (GG8).

    Raises:
        ValueError: neither tells.
    """
    given: Mapping[str, Any] | None = event.get("originalStartTime")
    if given:
        return given
    found = _TIME.match(str(event.get("id", "")).rpartition("_")[2])
    if found is None:
        raise ValueError("an exception does not tell which instance it stands for")
    day = f"{found[1]}-{found[2]}-{found[3]}"
    return {"dateTime": f"{day}T{found[4]}:{found[5]}:{found[6]}+00:00"} if found[4] else {"date": day}


class _Moment(NamedTuple):
    """A time of a list: in the series' own clock, and as it is written, which is what whole days go by."""

    wall: Wall
    written: Wall
    is_date: bool


def _moved_from(original: Mapping[str, Any], zone: tzinfo) -> _Moment:
    if original.get("date"):
        day = wall_of(original, zone)
        return _Moment(day, day, True)
    at = datetime.fromisoformat(str(original.get("dateTime", "")))
    return _Moment(wall_of(original, zone), wall_seconds(at.replace(tzinfo=None)), False)


def _whole(moment: _Moment) -> Wall:
    """Name an instance of whole days: by the date as written, in whatever zone."""
    return moment.written // DAY * DAY


def _added(moment: _Moment, first: Wall, zone: tzinfo) -> Wall:
    """Give an added start; a date means that day, at the series' time."""
    return moment.wall + first % DAY if moment.is_date else moment.wall


def _split(line: object) -> tuple[str, str, str]:
    """Take a line apart: name, parameters, value; a zone's name may hold colons, none of the values does."""
    head, _, value = str(line).rpartition(":")
    name, _, parameters = head.partition(";")
    return name.strip().upper(), parameters, value.strip()


def _rules(lines: Iterable[tuple[str, str, str]], zone: tzinfo, all_day: bool) -> Iterator[Rule]:
    for name, _, value in lines:
        if name == "RRULE":
            yield parse_rule(value, zone, all_day=all_day)


def _walls(
    lines: Iterable[tuple[str, str, str]], wanted: str, zone: tzinfo, troubles: list[str]
) -> Iterator[_Moment]:
    """Read every time of a list; one that cannot be read is told, and the others count."""
    for name, parameters, value in lines:
        if name != wanted or not value:
            continue
        named = re.search(r'TZID\s*=\s*("[^"]*"|[^;]+)', parameters, re.IGNORECASE)
        written_in = (named and named_zone(named[1].strip('" '))) or zone
        for text in filter(None, (piece.strip() for piece in value.split(","))):
            try:
                yield _moment(text.partition("/")[0], written_in, zone)
            except (InputError, ValueError, OverflowError) as error:
                nothing = "removes" if wanted == "EXDATE" else "adds"
                troubles.append(f"{error}; it {nothing} nothing")


def _moment(text: str, written_in: tzinfo, zone: tzinfo) -> _Moment:
    found = _TIME.match(text)
    if found is None:
        raise InputError(f"recurrence holds the time {text[:40]!r}, which cannot be read")
    parts = (int(part or 0) for part in found.groups()[:6])
    wall = datetime(*parts)  # type: ignore[arg-type] # noqa: DTZ001 - six numbers make a wall time
    written = wall_seconds(wall)
    if found[4] is None:
        return _Moment(written, written, True)
    source = UTC if found[7] else written_in
    own = wall.replace(tzinfo=source).astimezone(zone).replace(tzinfo=None)
    return _Moment(wall_seconds(own), written, False)
