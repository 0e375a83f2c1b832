"""F3's availability rows and date overrides of a User document."""

from typing import Any

from engine.documents.clocktimes import clock_text, parse_clock, parse_date
from engine.documents.reading import Fields
from engine.model.constraint import DateOverride, WeeklyAvailability
from engine.time.weekday import Weekday

_ROW_FIELDS = frozenset({"dayOfWeek", "startTime", "endTime", "isAvailable"})
_OVERRIDE_FIELDS = frozenset({"date", "hours"})
_HOURS_FIELDS = frozenset({"start", "end"})


def parse_availability(document: object, path: str = "availability") -> WeeklyAvailability:
    """Read one row: `dayOfWeek` 0 to 6 from Sunday, `HH:mm`, `isAvailable` true unless it says false.

    Raises:
        InputError: a field is missing, unknown or wrong.
    """
    fields = Fields.of(document, path, _ROW_FIELDS)
    return WeeklyAvailability(
        Weekday.from_sunday_first(fields.whole("dayOfWeek", least=0, most=6)),
        parse_clock(fields.values.get("startTime"), fields.at("startTime")),
        parse_clock(fields.values.get("endTime"), fields.at("endTime"), end=True),
        fields.flag("isAvailable", True),
    )


def availability_document(row: WeeklyAvailability) -> dict[str, Any]:
    """Write one row as F3 does."""
    return {
        "dayOfWeek": row.day.sunday_first,
        "startTime": clock_text(row.start),
        "endTime": clock_text(row.end),
        "isAvailable": row.is_available,
    }


def parse_override(document: object, path: str = "dateOverrides") -> DateOverride:
    """Read one date that is different: `{"date", "hours": [{"start", "end"}]}`; no hours = away all day.

    Raises:
        InputError: a field is missing, unknown or wrong.
    """
    fields = Fields.of(document, path, _OVERRIDE_FIELDS)
    day = parse_date(fields.values.get("date"), fields.at("date"))
    return DateOverride(day, tuple(_range(child) for child in fields.children("hours", _HOURS_FIELDS)))


def _range(fields: Fields) -> tuple[int, int]:
    return (
        parse_clock(fields.values.get("start"), fields.at("start")),
        parse_clock(fields.values.get("end"), fields.at("end"), end=True),
    )


def override_document(override: DateOverride) -> dict[str, Any]:
    """Write one date that is different."""
    return {
        "date": override.day.isoformat(),
        "hours": [{"start": clock_text(start), "end": clock_text(end)} for start, end in override.hours],
    }
