"""Requests judged by the documentation: what is not as it says is refused, and the page is named."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.standins.outlook.refusals import GraphError, Json, bad
from tests.standins.outlook.times import ZONES, check_recurrence, instant, wall, zone_of

EVENT, DELTA, PROPERTIES = (
    "resources/event.md",
    "api/event-delta.md",
    "resources/extended-properties-overview.md",
)
QUERY, IMMUTABLE = "concepts/query-parameters.md", "concepts/outlook-immutable-id.md"
UPDATE, SCHEDULE, USE = "api/event-update.md", "api/calendar-getschedule.md", "concepts/use-the-api.md"

PROPERTY = re.compile(r"(?:String|Integer|Boolean|SystemTime) \{[0-9a-fA-F-]{36}\} Name \S+")
FILTER = re.compile(
    r"singleValueExtendedProperties/any\((\w+):\s*\1/id eq '([^']+)' and \1/value eq '([^']*)'\)"
)
EXPAND = re.compile(r"singleValueExtendedProperties\(\$filter=(id eq '[^']+'(?: or id eq '[^']+')*)\)")
EXPANDED = re.compile(r"id eq '([^']+)'")
LONGEST_SCHEDULES, LONGEST_DAYS = 20, 62
MOST_TOP = 1000
READ_ONLY = frozenset(
    {
        "id",
        "iCalUId",
        "uid",
        "changeKey",
        "createdDateTime",
        "lastModifiedDateTime",
        "webLink",
        "isCancelled",
        "isOrganizer",
        "organizer",
        "responseStatus",
        "type",
        "seriesMasterId",
        "originalStart",
        "bodyPreview",
        "hasAttachments",
        "onlineMeeting",
        "occurrenceId",
        "@odata.etag",
    }
)


def _text(value: object) -> bool:
    return isinstance(value, str)


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _one_of(*names: str) -> Callable[[object], bool]:
    return lambda value: value in names


def _when(value: object) -> bool:
    return isinstance(value, dict) and set(value) <= {"dateTime", "timeZone"} and "dateTime" in value


def _body(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"contentType", "content"}
        and value.get("contentType", "text") in ("text", "html", "Text", "HTML")
        and isinstance(value.get("content", ""), str)
    )


def _place(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("displayName", ""), str)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _people(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and isinstance(one.get("emailAddress"), dict) for one in value
    )


WRITABLE: Mapping[str, Callable[[object], bool]] = {
    "subject": _text,
    "body": _body,
    "start": _when,
    "end": _when,
    "location": _place,
    "locations": lambda value: isinstance(value, list),
    "attendees": _people,
    "isAllDay": _flag,
    "isReminderOn": _flag,
    "reminderMinutesBeforeStart": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "showAs": _one_of("free", "tentative", "busy", "oof", "workingElsewhere", "unknown"),
    "sensitivity": _one_of("normal", "personal", "private", "confidential"),
    "importance": _one_of("low", "normal", "high"),
    "responseRequested": _flag,
    "allowNewTimeProposals": _flag,
    "hideAttendees": _flag,
    "isOnlineMeeting": _flag,
    "categories": _texts,
    "recurrence": lambda value: value is None or isinstance(value, dict),
    "transactionId": _text,
    "singleValueExtendedProperties": lambda value: isinstance(value, list),
}


def check_event(body: object, *, new: bool) -> Json:
    """Refuse the body of an event that is not as documented.

    Raises:
        GraphError: 400, with the page.
    """
    page = EVENT if new else UPDATE
    if not isinstance(body, dict):
        raise bad("Empty Payload. JSON content expected.", page)
    for name, value in body.items():
        if name in READ_ONLY:
            raise bad(f"The property '{name}' is read-only and cannot be set.", page)
        if name not in WRITABLE:
            raise bad(f"The property '{name}' does not exist on type 'microsoft.graph.event'.", page)
        if not WRITABLE[name](value):
            raise bad(f"Cannot convert the value of '{name}' to the expected type.", page)
    if not new and "transactionId" in body:
        raise bad("The property 'transactionId' cannot be changed after creation.", EVENT)
    for one in body.get("singleValueExtendedProperties", ()):
        _check_property(one)
    _check_times(body, new=new)
    if body.get("recurrence"):
        check_recurrence(body["recurrence"])
    return body


def _check_property(one: object) -> None:
    if not isinstance(one, dict) or set(one) != {"id", "value"} or not isinstance(one["value"], str):
        raise bad("An extended property has an id and a value.", PROPERTIES)
    if not isinstance(one["id"], str) or not PROPERTY.fullmatch(one["id"]):
        raise bad(f"PropertyId '{one['id']}' is not of a valid form.", PROPERTIES)


def _check_times(body: Json, *, new: bool) -> None:
    if new and not {"start", "end"} <= set(body):
        raise GraphError(400, "ErrorPropertyRequired", "Required property is missing: start or end.", EVENT)
    for name in ("start", "end"):
        if name not in body:
            continue
        wall(body[name])
        if zone_of(body[name].get("timeZone")) is None:
            message = f"A valid TimeZone value must be specified: '{body[name].get('timeZone')}'."
            raise GraphError(400, "TimeZoneNotSupportedException", message, ZONES)
    if {"start", "end"} <= set(body):
        if instant(body["end"]) < instant(body["start"]):
            message = "The End date is earlier than the Start date."
            raise GraphError(400, "ErrorCalendarEndDateIsEarlierThanStartDate", message, EVENT)
        midnight = all(wall(body[name]).time().isoformat() == "00:00:00" for name in ("start", "end"))
        if body.get("isAllDay") and (not midnight or wall(body["start"]) == wall(body["end"])):
            raise bad("An all-day event begins and ends at midnight.", EVENT)


def only(query: Mapping[str, str], allowed: tuple[str, ...], page: str) -> None:
    """Refuse a query option that the operation does not know.

    Raises:
        GraphError: 400.
    """
    odd = sorted(set(query) - set(allowed))
    if odd:
        raise bad(f"Query option '{odd[0]}' is not supported for this operation.", page)
    for name in ("$top", "$skip"):
        if name in query and (not query[name].isdigit() or (name == "$top" and int(query[name]) > MOST_TOP)):
            raise bad(f"Invalid value '{query[name]}' for {name} query option.", QUERY)
    if query.get("$top") == "0":
        raise bad("Invalid value '0' for $top query option.", QUERY)


def filtered(query: Mapping[str, str]) -> tuple[str, str] | None:
    """Give the property and value that a filter asks for; None where it asks for nothing.

    Raises:
        GraphError: 400: it is a filter of another form than is documented.
    """
    if "$filter" not in query:
        return None
    found = FILTER.fullmatch(query["$filter"])
    if found is None or not PROPERTY.fullmatch(found[2]):
        raise GraphError(400, "ErrorInvalidUrlQueryFilter", "The query filter is invalid.", PROPERTIES)
    return found[2], found[3]


def expanded(query: Mapping[str, str]) -> tuple[str, ...]:
    """Give the extended properties that are to be shown.

    Raises:
        GraphError: 400.
    """
    if "$expand" not in query:
        return ()
    found = EXPAND.fullmatch(query["$expand"])
    names = tuple(EXPANDED.findall(found[1])) if found else ()
    if not names or not all(PROPERTY.fullmatch(name) for name in names):
        raise bad("Parsing OData Select and Expand failed.", PROPERTIES)
    return names


def preferred_zone(preferences: Mapping[str, str]) -> str:
    """Give the zone of the answer's times.

    Raises:
        GraphError: 400: there is no such zone.
    """
    name = preferences.get("outlook.timezone", "UTC")
    if zone_of(name) is None:
        message = f"A valid TimeZone value must be specified: '{name}'."
        raise GraphError(400, "TimeZoneNotSupportedException", message, ZONES)
    return name


def check_preferences(preferences: Mapping[str, str]) -> None:
    """Refuse preferences with values that there are not.

    Raises:
        GraphError: 400.
    """
    if preferences.get("idtype", "ImmutableId") != "ImmutableId":
        raise bad(f"The id type '{preferences['idtype']}' is none.", IMMUTABLE)
    size = preferences.get("odata.maxpagesize", "1")
    if not size.isdigit() or int(size) < 1:
        raise bad("odata.maxpagesize is a positive number.", QUERY)
    preferred_zone(preferences)


def check_schedule(body: object) -> Json:
    """Refuse a question for schedules that is not as documented.

    Raises:
        GraphError: 400.
    """
    if not isinstance(body, dict):
        raise bad("Empty Payload. JSON content expected.", SCHEDULE)
    odd = sorted(set(body) - {"schedules", "startTime", "endTime", "availabilityViewInterval"})
    if odd:
        raise bad(f"The parameter '{odd[0]}' is none of getSchedule's.", SCHEDULE)
    asked = body.get("schedules")
    if not isinstance(asked, list) or not asked or not all(isinstance(one, str) for one in asked):
        raise bad("schedules is a list of addresses.", SCHEDULE)
    if len(asked) > LONGEST_SCHEDULES:
        raise GraphError(400, "ErrorInvalidParameter", "Too many schedules are asked for.", SCHEDULE)
    for name in ("startTime", "endTime"):
        value: Any = body.get(name)
        if not _when(value) or zone_of(value.get("timeZone")) is None:
            raise bad(f"{name} is a dateTimeTimeZone.", SCHEDULE)
    length = instant(body["endTime"]) - instant(body["startTime"])
    if length <= 0 or length > LONGEST_DAYS * 86400:
        message = "The requested time duration is too long or ends before it begins."
        raise GraphError(400, "ErrorTimeIntervalTooBig", message, SCHEDULE)
    interval = body.get("availabilityViewInterval", 30)
    if not isinstance(interval, int) or not 5 <= interval <= 1440 or interval * 60 > length:
        raise GraphError(
            400, "ErrorInvalidMergedFreeBusyInterval", "availabilityViewInterval: 5 to 1440.", SCHEDULE
        )
    return body
