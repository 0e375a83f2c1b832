"""The family's documents, as F2 and F3 name their fields: events, calendars, resources, conflicts, rules."""

from collections.abc import Iterable, Sequence
from typing import Any

from engine.documents.rules import constraint_document
from engine.model.calendar import Calendar
from engine.model.constraint import Constraint
from engine.model.event import (
    CalendarEvent,
    EventParticipant,
    Reminder,
    ReminderStatus,
    ReminderType,
)
from engine.model.reservation import Conflict, ResourceAvailability, ResourceReservation
from engine.model.resource import Resource
from engine.text.times_left_open import AS_F2, ReadingClock, told
from engine.time.instant import format_instant
from engine.time.span import Instant

Document = dict[str, Any]


def _when(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)


def event_document(
    event: CalendarEvent,
    participants: Sequence[EventParticipant] = (),
    resources: Iterable[str] = (),
    reminders: Iterable[Reminder] = (),
) -> Document:
    """Write an event, or an instance of a series."""
    return {
        "id": event.id,
        "calendarId": event.calendar.calendar,
        "title": event.title,
        "description": event.description,
        "startTime": _when(event.start_time),
        "endTime": _when(event.end_time),
        "allDay": event.all_day,
        "isAllDay": event.all_day,
        "timezone": event.zone,
        "location": event.location,
        "status": event.status.value,
        "priority": event.priority.value,
        "flexibility": event.flexibility.value,
        "recurrenceRule": event.recurrence_rule,
        "recurrenceParentId": event.recurrence_parent_id,
        "originalStartTime": _when(event.original_start_time),
        "participants": [{"userId": one.user_id, "required": one.required} for one in participants],
        "attendees": [{"email": one.email, "response": one.response.value} for one in event.attendees],
        "resourceIds": list(resources),
        "reminders": _reminders(reminders),
        "externalIds": _external(event),
        "proposedAt": _when(event.proposed_at),
        "confirmedAt": _when(event.confirmed_at),
        "cancelledAt": _when(event.cancelled_at),
        "createdBy": event.created_by,
        "createdAt": _when(event.created_at),
        "updatedAt": _when(event.updated_at),
    }


def _reminders(reminders: Iterable[Reminder]) -> list[Document]:
    """Write each once, whomever it reminds; it is pending as long as anybody's is."""
    found: dict[tuple[int, ReminderType], set[ReminderStatus]] = {}
    for one in reminders:
        found.setdefault((one.minutes_before, one.reminder_type), set()).add(one.status)
    return [
        {
            "reminderType": how.value,
            "minutesBefore": minutes,
            "status": next(one for one in ReminderStatus if one in stands).value,
        }
        for (minutes, how), stands in found.items()
    ]


def _external(event: CalendarEvent) -> Document:
    """Give the ids that others know it by; what gatherly notes for itself begins with a dot."""
    known = {key: value for key, value in event.external_ids.items() if not key.startswith(".")}
    return known if event.mirror_id is None else {**known, "mirror": event.mirror_id}


def busy_document(event: CalendarEvent) -> Document:
    """Write an event for those who may not see its words: a busy block."""
    return {
        "id": event.id,
        "calendarId": event.calendar.calendar,
        "title": "Busy",
        "startTime": _when(event.start_time),
        "endTime": _when(event.end_time),
        "allDay": event.all_day,
        "isAllDay": event.all_day,
        "status": event.status.value,
    }


def audited(event: CalendarEvent) -> Document:
    """Give what the log keeps of an event: no words, which are its people's own, only that they changed."""
    said = (event.title, event.description, event.location)
    return {
        "calendarId": event.calendar.calendar,
        "startTime": _when(event.start_time),
        "endTime": _when(event.end_time),
        "status": event.status.value,
        "priority": event.priority.value,
        "flexibility": event.flexibility.value,
        "recurrenceRule": event.recurrence_rule,
        "words": [0 if text is None else len(text) for text in said],
    }


def calendar_document(calendar: Calendar) -> Document:
    """Write a calendar of gatherly's own."""
    return {
        "id": calendar.key.calendar,
        "name": calendar.name,
        "type": calendar.type.value,
        "ownerId": calendar.user_id or None,
        "members": [{"userId": one.user, "may": one.may.value} for one in calendar.members],
        "visibility": calendar.visibility.value,
        "mirror": calendar.mirror,
    }


def resource_document(resource: Resource) -> Document:
    """Write a resource."""
    return {
        "id": resource.id,
        "name": resource.name,
        "type": resource.type.value,
        "capacity": resource.capacity,
        "attributes": dict(resource.attributes),
        "location": resource.location,
        "active": resource.active,
        "createdAt": _when(resource.created_at),
        "updatedAt": _when(resource.updated_at),
    }


def availability_document(found: ResourceAvailability) -> Document:
    """Write whether there is room, in F2's own words; how many lie in that time stands beside."""
    return {
        "available": found.available,
        "current_usage": found.current_usage,
        "max_capacity": found.max_capacity,
        "remaining": found.remaining,
        "reservations": found.reservations,
    }


def reservation_document(one: ResourceReservation, *, words: bool = True) -> Document:
    """Write a reservation; without `words` its notes are left out."""
    return {
        "id": one.id,
        "resourceId": one.resource_id,
        "eventId": one.event_id,
        "sessionId": one.session_id,
        "reservedBy": one.reserved_by,
        "startTime": _when(one.start_time),
        "endTime": _when(one.end_time),
        "status": one.status.value,
        "notes": one.notes if words else None,
        "createdAt": _when(one.created_at),
        "updatedAt": _when(one.updated_at),
    }


def rule_document(rule: Constraint) -> Document:
    """Write a rule: `{name, level, rule, active}`, and what else F2 says of a Constraint."""
    document = constraint_document(rule)
    return {
        "id": rule.id,
        "name": rule.name,
        "user": rule.user,
        "level": rule.level.value,
        "priority": rule.priority,
        "type": document["type"],
        "rule": document["rule"],
        "active": rule.active,
    }


def conflict_document(conflict: Conflict, clock: ReadingClock = AS_F2) -> Document:
    """Write a conflict in F2's own keys, its time on a clock."""
    return {
        "id": conflict.id,
        "type": conflict.type.value,
        "severity": conflict.severity.value,
        "status": conflict.status.value,
        "detected_at": _when(conflict.detected_at),
        "resolved_at": _when(conflict.resolved_at),
        "resolution_method": None if conflict.resolution_method is None else conflict.resolution_method.value,
        "description": told(conflict.description, clock),
        "involved_events": list(conflict.involved_events),
        "involved_resources": None
        if conflict.involved_resources is None
        else list(conflict.involved_resources),
        "proposed_resolution": None
        if conflict.proposed_resolution is None
        else dict(conflict.proposed_resolution),
    }
