"""The `defaultPreferences` of a User document (F0 section 1): duration, buffer, working hours, tentative."""

from typing import Any

from engine.bounds import LONGEST_BUFFER, LONGEST_SESSION, MOST_HOURS
from engine.documents.clocktimes import clock_text, day_words, parse_clock, parse_days
from engine.documents.reading import Fields
from engine.model.user import Preferences, TentativeAs, WorkingHours
from engine.time.weekday import WORKDAYS

_FIELDS = frozenset({"preferredDuration", "bufferTime", "workingHours", "tentativeAs"})
_HOURS_FIELDS = frozenset({"start", "end", "days"})


def parse_preferences(document: object, path: str = "defaultPreferences") -> Preferences:
    """Read preferences; `workingHours` may be one range or an array of them, whose union counts.

    Raises:
        InputError: a field is unknown or wrong.
    """
    fields = Fields.of(document, path, _FIELDS)
    return Preferences(
        preferred_duration=(
            fields.whole("preferredDuration", least=1, most=LONGEST_SESSION, unit="minutes")
            if fields.has("preferredDuration")
            else None
        ),
        buffer_time=fields.whole("bufferTime", 0, most=LONGEST_BUFFER, unit="minutes"),
        working_hours=_parse_hours(fields),
        tentative_as=fields.word("tentativeAs", TentativeAs, TentativeAs.BUSY),
    )


def _parse_hours(fields: Fields) -> tuple[WorkingHours, ...] | None:
    if not fields.has("workingHours"):
        return None
    value = fields.values["workingHours"]
    if not isinstance(value, list):
        return (_hours(Fields.of(value, fields.at("workingHours"), _HOURS_FIELDS)),)
    if not value:
        raise fields.wrong("workingHours", "Name at least one range, or leave it out for any time")
    return tuple(_hours(child) for child in fields.children("workingHours", _HOURS_FIELDS, MOST_HOURS))


def _hours(fields: Fields) -> WorkingHours:
    return WorkingHours(
        parse_clock(fields.values.get("start"), fields.at("start")),
        parse_clock(fields.values.get("end"), fields.at("end"), end=True),
        parse_days(fields, "days") if fields.has("days") else WORKDAYS,
    )


def preferences_document(preferences: Preferences) -> dict[str, Any]:
    """Write preferences; what is as by default is left out."""
    document: dict[str, Any] = {}
    if preferences.preferred_duration is not None:
        document["preferredDuration"] = preferences.preferred_duration
    if preferences.buffer_time:
        document["bufferTime"] = preferences.buffer_time
    if preferences.working_hours is not None:
        ranges = [_hours_document(hours) for hours in preferences.working_hours]
        document["workingHours"] = ranges[0] if len(ranges) == 1 else ranges
    if preferences.tentative_as is not TentativeAs.BUSY:
        document["tentativeAs"] = preferences.tentative_as.value
    return document


def _hours_document(hours: WorkingHours) -> dict[str, Any]:
    document: dict[str, Any] = {"start": clock_text(hours.start), "end": clock_text(hours.end)}
    if hours.days != WORKDAYS:
        document["days"] = day_words(hours.days)
    return document
