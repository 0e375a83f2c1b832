"""What a User document says of when somebody can: preferences, availability rows and date overrides.

`defaultPreferences` are F0's (section 1): duration, buffer, working hours, tentative. Availability and
overrides are F3's. `preferences` are those of F2's FamilyMember, in F2's own nesting; keys in snake_case or
camelCase.
"""

from typing import Any

from engine.bounds import LONGEST_BUFFER, LONGEST_SESSION, MOST_HOURS
from engine.documents.clocktimes import clock_text, day_words, parse_clock, parse_date, parse_days
from engine.documents.reading import Fields
from engine.documents.rules import LONGEST_GAP, MOST_EVENTS, camel_cased
from engine.model.constraint import DateOverride, WeeklyAvailability
from engine.model.user import FamilyPreferences, Preferences, TentativeAs, WorkingHours
from engine.text.free_form import free_form
from engine.time.weekday import WORKDAYS, Weekday

_ROW_FIELDS = frozenset({"dayOfWeek", "startTime", "endTime", "isAvailable"})
_OVERRIDE_FIELDS = frozenset({"date", "hours"})
_OVERRIDE_HOURS = frozenset({"start", "end"})


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
    return DateOverride(day, tuple(_range(child) for child in fields.children("hours", _OVERRIDE_HOURS)))


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


_FAMILY_FIELDS = frozenset({"timePreferences", "scheduling", "notifications", "custom"})
_TIME_FIELDS = frozenset({"preferredStartTime", "preferredEndTime", "noEventsBefore", "noEventsAfter"})
_SCHEDULING_FIELDS = frozenset(
    {"defaultEventDurationMinutes", "minGapBetweenEventsMinutes", "maxEventsPerDay"}
)
_NOTIFICATION_FIELDS = frozenset({"emailEnabled", "reminderMinutesBefore"})
_LONGEST_REMINDER = 366 * 1440


def parse_family_preferences(document: object, path: str = "preferences") -> FamilyPreferences:
    """Read F2's preferences; what is left out is no limit.

    Raises:
        InputError: a field is unknown or wrong.
    """
    fields = Fields.of(camel_cased(document), path, _FAMILY_FIELDS)
    times = _part(fields, "timePreferences", _TIME_FIELDS)
    scheduling = _part(fields, "scheduling", _SCHEDULING_FIELDS)
    notifications = _part(fields, "notifications", _NOTIFICATION_FIELDS)
    return FamilyPreferences(
        preferred_start=times.maybe("preferredStartTime", parse_clock),
        preferred_end=times.maybe("preferredEndTime", _end),
        no_events_before=times.maybe("noEventsBefore", parse_clock),
        no_events_after=times.maybe("noEventsAfter", _end),
        default_duration=_whole(scheduling, "defaultEventDurationMinutes", 1, LONGEST_GAP),
        min_gap=_whole(scheduling, "minGapBetweenEventsMinutes", 0, LONGEST_GAP),
        max_events_per_day=_whole(scheduling, "maxEventsPerDay", 0, MOST_EVENTS),
        email_enabled=notifications.flag("emailEnabled", True),
        reminders=notifications.each("reminderMinutesBefore", _minutes),
        custom=free_form(fields.at("custom"), fields.mapping("custom")),
    )


def _part(fields: Fields, key: str, known: frozenset[str]) -> Fields:
    return Fields.of(camel_cased(fields.mapping(key)), fields.at(key), known)


def _end(value: object, path: str) -> int:
    return parse_clock(value, path, end=True)


def _minutes(value: object, path: str) -> int:
    return Fields({path: value}, "").whole(path, least=0, most=_LONGEST_REMINDER, unit="minutes")


def _whole(fields: Fields, key: str, least: int, most: int) -> int | None:
    return fields.whole(key, least=least, most=most) if fields.has(key) else None


def family_preferences_document(preferences: FamilyPreferences) -> dict[str, Any]:
    """Write F2's preferences in F2's own spelling; what is no limit is left out."""
    parts: dict[str, dict[str, Any]] = {
        "time_preferences": {
            "preferred_start_time": _clock(preferences.preferred_start),
            "preferred_end_time": _clock(preferences.preferred_end),
            "no_events_before": _clock(preferences.no_events_before),
            "no_events_after": _clock(preferences.no_events_after),
        },
        "scheduling": {
            "default_event_duration_minutes": preferences.default_duration,
            "min_gap_between_events_minutes": preferences.min_gap,
            "max_events_per_day": preferences.max_events_per_day,
        },
        "notifications": {
            "email_enabled": preferences.email_enabled,
            "reminder_minutes_before": list(preferences.reminders),
        },
    }
    told = {name: _when_set(part) for name, part in parts.items()}
    return told | {"custom": dict(preferences.custom)}


def _when_set(part: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in part.items() if value is not None}


def _clock(minute: int | None) -> str | None:
    return None if minute is None else clock_text(minute)
