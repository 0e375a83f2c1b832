"""The `preferences` of F2's FamilyMember, in F2's own nesting; keys in snake_case or camelCase."""

from typing import Any

from engine.documents.clocktimes import clock_text, parse_clock
from engine.documents.reading import Fields
from engine.documents.rules import LONGEST_GAP, MOST_EVENTS, camel_cased
from engine.model.user import FamilyPreferences

_FIELDS = frozenset({"timePreferences", "scheduling", "notifications", "custom"})
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
    fields = Fields.of(camel_cased(document), path, _FIELDS)
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
        custom=fields.mapping("custom"),
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
