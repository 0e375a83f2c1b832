"""Google's event times: read, and written back the way Google writes them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rruleset, rrulestr

from tests.standins.google.answers import Json, invalid

LONGEST_AHEAD = timedelta(days=2 * 365)
"""How far instances are listed when nobody says until when."""


def stamp(at: float) -> str:
    """Write a moment with milliseconds, as `created` and `updated`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(at * 1000) % 1000:03d}Z"


def seconds(text: str) -> float:
    """Read an RFC 3339 time."""
    return datetime.fromisoformat(text).timestamp()


def moment(value: Json, zone: str) -> datetime:
    """Give the moment of an EventDateTime; a date is its first midnight in the calendar's zone."""
    if "date" in value:
        return datetime.combine(
            date.fromisoformat(value["date"]), datetime.min.time(), ZoneInfo(zone)
        ).astimezone(UTC)
    at = datetime.fromisoformat(value["dateTime"])
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(value.get("timeZone", zone)))).astimezone(UTC)


def normal(value: Json, zone: str) -> Json:
    """Rewrite an EventDateTime as Google does: with the calendar's offset, without fractions."""
    if "date" in value:
        return {"date": value["date"]}
    at = moment(value, zone).replace(microsecond=0).astimezone(ZoneInfo(zone))
    return {"dateTime": at.isoformat(), "timeZone": value.get("timeZone", zone)}


def span(event: Json, zone: str) -> tuple[float, float]:
    """Give start and end of an event, in seconds."""
    return moment(event["start"], zone).timestamp(), moment(event["end"], zone).timestamp()


def check_times(event: Json, zone: str) -> None:
    """Refuse times that Google refuses."""
    start, end = event["start"], event["end"]
    if ("date" in start) != ("date" in end) or not (start.keys() & {"date", "dateTime"}):
        raise invalid("Start and end times must either both be date or both be dateTime.")
    for name, value in (("start", start), ("end", end)):
        floating = "dateTime" in value and datetime.fromisoformat(value["dateTime"]).tzinfo is None
        if floating and "timeZone" not in value:
            raise invalid(f"Missing time zone definition for {name} time.", "required")
    first, last = span(event, zone)
    if last <= first:
        raise invalid("The specified time range is empty.", "timeRangeEmpty")
    if event.get("recurrence") and "dateTime" in start and "timeZone" not in start:
        raise invalid("Missing time zone definition for start time.", "required")


def instance_id(master: str, original: Json) -> str:
    """Name an instance: its master's id and its original start."""
    if "date" in original:
        return f"{master}_{original['date'].replace('-', '')}"
    at = datetime.fromisoformat(original["dateTime"]).astimezone(UTC)
    return f"{master}_{at:%Y%m%dT%H%M%SZ}"


def instances(master: Json, zone: str, until: datetime) -> Iterator[Json]:
    """Give a series' instances by its rules, without its exceptions, until a moment."""
    start, end = master["start"], master["end"]
    all_day = "date" in start
    own = ZoneInfo(start.get("timeZone", zone))
    if all_day:
        first = datetime.combine(date.fromisoformat(start["date"]), datetime.min.time())
        length = date.fromisoformat(end["date"]) - date.fromisoformat(start["date"])
    else:
        first = moment(start, zone).astimezone(own).replace(tzinfo=None)
        length = moment(end, zone).astimezone(own).replace(tzinfo=None) - first
    for wall in _walls(master["recurrence"], first, own):
        if wall.replace(tzinfo=own) > until:
            return
        if all_day:
            begins: Json = {"date": wall.date().isoformat()}
            ends: Json = {"date": (wall.date() + length).isoformat()}
        else:
            begins, ends = (
                normal({"dateTime": at.replace(tzinfo=own).isoformat(), "timeZone": own.key}, zone)
                for at in (wall, wall + length)
            )
        yield {"start": begins, "end": ends, "originalStartTime": begins}


def _walls(lines: list[str], first: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    found = rruleset()
    found.rdate(first)
    for line in lines:
        head, _, value = line.partition(":")
        name = head.partition(";")[0].upper()
        if name == "RRULE":
            found.rrule(_rule(value, first, zone))
        elif name in ("EXDATE", "RDATE"):
            for text in value.split(","):
                getattr(found, name.lower())(_wall(text, zone, first))
        else:
            raise invalid(f"Invalid recurrence: {line}")
    return iter(found)


def _rule(value: str, first: datetime, zone: ZoneInfo) -> Any:
    parts = dict(part.split("=", 1) for part in value.split(";") if part)
    until = parts.get("UNTIL")
    if until:
        wall = _wall(until, zone, first)
        if len(until) == 8:
            wall = wall.replace(hour=23, minute=59, second=59)
        parts["UNTIL"] = wall.strftime("%Y%m%dT%H%M%S")
    try:
        return rrulestr(";".join(f"{name}={text}" for name, text in parts.items()), dtstart=first)
    except ValueError as error:
        raise invalid(f"Invalid recurrence rule: {error}") from error


def _wall(text: str, zone: ZoneInfo, first: datetime) -> datetime:
    if len(text) == 8:
        day = datetime.strptime(text, "%Y%m%d").replace(tzinfo=None)  # noqa: DTZ007 - a wall time has no zone
        return datetime.combine(day.date(), first.time())
    wall = datetime.strptime(text[:15], "%Y%m%dT%H%M%S").replace(tzinfo=None)  # noqa: DTZ007 - likewise
    return wall.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if text.endswith("Z") else wall
