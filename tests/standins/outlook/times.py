"""Times as Graph writes them, zones by Windows' and IANA's names, and what a recurrence makes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule

from connectors.ical.zones.names import named_zone
from tests.standins.outlook.refusals import Json, bad

ZONES = "resources/datetimetimezone.md"
RECURRENCE = "resources/patternedrecurrence.md"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FREQUENCIES: dict[str, Literal[0, 1, 2, 3, 4, 5, 6]] = {
    "daily": DAILY,
    "weekly": WEEKLY,
    "absoluteMonthly": MONTHLY,
    "relativeMonthly": MONTHLY,
    "absoluteYearly": YEARLY,
    "relativeYearly": YEARLY,
}
INDEXES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
NEEDS = {
    "daily": (),
    "weekly": ("daysOfWeek",),
    "absoluteMonthly": ("dayOfMonth",),
    "relativeMonthly": ("daysOfWeek",),
    "absoluteYearly": ("dayOfMonth", "month"),
    "relativeYearly": ("daysOfWeek", "month"),
}
"""What a pattern must hold beside its interval, by its type."""


def zone_of(name: object) -> ZoneInfo | None:
    """Find a zone by one of the names that Graph takes."""
    if not isinstance(name, str) or not name:
        return None
    if name == "UTC":
        return ZoneInfo("UTC")
    found = named_zone(name)
    return found if isinstance(found, ZoneInfo) else None


def wall(value: Json) -> datetime:
    """Read the wall-clock time of a dateTimeTimeZone.

    Raises:
        GraphError: it is none.
    """
    text = value.get("dateTime")
    try:
        at = datetime.fromisoformat(str(text)[:26].rstrip("Z"))
    except ValueError as error:
        raise bad(f"Cannot convert the literal '{text}' to Edm.DateTime.", ZONES) from error
    return at.replace(tzinfo=None)


def instant(value: Json) -> float:
    """Give the moment of a dateTimeTimeZone."""
    zone = zone_of(value.get("timeZone")) or UTC
    return wall(value).replace(tzinfo=zone).timestamp()


def shown(value: Json, zone: str, *, all_day: bool) -> Json:
    """Give a time in the zone that is preferred; whole days begin at midnight whatever zone that is."""
    at = wall(value)
    if not all_day:
        there = zone_of(zone) or ZoneInfo("UTC")
        at = datetime.fromtimestamp(instant(value), there).replace(tzinfo=None)
    return {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": zone}


def stamp(at: float) -> str:
    """Write a moment as Graph's own stamps are."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


def moment(text: str, page: str) -> float:
    """Read the moment of a query's parameter.

    Raises:
        GraphError: it is none.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad(f"The value '{text}' is not a valid date.", page) from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def starts(event: Json, until: float) -> Iterator[datetime]:
    """Give the wall-clock starts that a recurrence makes, in the series' own zone."""
    pattern, bounds = event["recurrence"]["pattern"], event["recurrence"]["range"]
    first = wall(event["start"])
    last = datetime.fromtimestamp(until, UTC).replace(tzinfo=None) + timedelta(days=2)
    end = bounds.get("endDate") if bounds["type"] == "endDate" else None
    if end:
        last = min(last, datetime.combine(date.fromisoformat(end), first.time()))
    yield from rrule(
        FREQUENCIES[pattern["type"]],
        dtstart=first,
        interval=pattern["interval"],
        wkst=DAYS.index(pattern.get("firstDayOfWeek", "sunday").lower()),
        count=bounds.get("numberOfOccurrences") if bounds["type"] == "numbered" else None,
        until=last if bounds["type"] != "numbered" else None,
        **_by(pattern),
    )


def _by(pattern: Json) -> Json:
    """Give the parts of a rule: of a day that a month does not have its last one is meant."""
    days = [DAYS.index(day.lower()) for day in pattern.get("daysOfWeek", ())]
    if pattern["type"] == "weekly":
        return {"byweekday": days}
    month = {"bymonth": pattern["month"]} if pattern["type"].endswith("Yearly") else {}
    if pattern["type"].startswith("absolute"):
        most = list(range(min(28, pattern["dayOfMonth"]), pattern["dayOfMonth"] + 1))
        return {**month, "bymonthday": most, "bysetpos": -1}
    if pattern["type"].startswith("relative"):
        return {**month, "byweekday": days, "bysetpos": INDEXES[pattern.get("index", "first")]}
    return {}


def check_recurrence(value: Json) -> None:
    """Refuse a recurrence that is not as documented.

    Raises:
        GraphError: 400.
    """
    pattern, bounds = value.get("pattern"), value.get("range")
    if not isinstance(pattern, dict) or not isinstance(bounds, dict):
        raise bad("A recurrence has a pattern and a range.", RECURRENCE)
    if pattern.get("type") not in FREQUENCIES or not isinstance(pattern.get("interval"), int):
        raise bad("The pattern has no type or no interval.", RECURRENCE)
    if pattern["type"] == "weekly" and not set(pattern.get("daysOfWeek", ())) <= set(DAYS):
        raise bad("The pattern's daysOfWeek are none.", RECURRENCE)
    lacking = [name for name in NEEDS[pattern["type"]] if not pattern.get(name)]
    if lacking:
        raise bad(f"The pattern {pattern['type']} needs {lacking[0]}.", RECURRENCE)
    if pattern.get("index", "first") not in INDEXES or pattern["interval"] < 1:
        raise bad("The pattern's index or interval is none.", RECURRENCE)
    zone = bounds.get("recurrenceTimeZone")
    if zone is not None and zone_of(zone) is None:
        raise bad(f"The range's recurrenceTimeZone {zone!r} is none.", RECURRENCE)
    if bounds.get("type") not in ("endDate", "noEnd", "numbered") or not bounds.get("startDate"):
        raise bad("The range has no type or no startDate.", RECURRENCE)
