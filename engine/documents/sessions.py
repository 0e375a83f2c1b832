"""EventSession documents (F0 section 2), with gatherly's additions where they are set."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, cast

from engine.bounds import (
    LATEST,
    LONGEST_DESCRIPTION,
    LONGEST_LOCATION,
    LONGEST_NOTICE,
    LONGEST_RULE,
    LONGEST_SESSION,
    LONGEST_TITLE,
    MOST_ANSWERS,
    MOST_ATTENDEES,
    MOST_DATES,
    MOST_DAYS,
    MOST_OCCURRENCES,
    MOST_SLOTS,
)
from engine.documents.clocktimes import clock_text, day_words, parse_clock, parse_date, parse_days
from engine.documents.guests import guest_document, parse_guest
from engine.documents.reading import Fields
from engine.documents.session_record import parted, with_record
from engine.documents.slots import parse_slot, slot_document
from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.model.session import (
    EXPIRES_AFTER,
    Answer,
    EventSession,
    Group,
    Response,
    SessionConstraints,
    SessionStatus,
    TimeRange,
)
from engine.time.instant import format_instant
from engine.time.span import Instant

_FIELDS = frozenset({"daysOfWeek", "timeRange", "excludeDates", "atLeast"})
_RANGE_FIELDS = frozenset({"start", "end"})
_UNCONSTRAINED = SessionConstraints()


def parse_constraints(document: object, path: str = "constraints") -> SessionConstraints:
    """Read a session's constraints; a time range may name one side only.

    Raises:
        InputError: a field is unknown or wrong, or no day is named.
    """
    fields = Fields.of(document, path, _FIELDS)
    if not fields.values:
        return _UNCONSTRAINED
    return SessionConstraints(
        days_of_week=parse_days(fields, "daysOfWeek") if fields.has("daysOfWeek") else None,
        time_range=fields.maybe("timeRange", _parse_range),
        exclude_dates=fields.each("excludeDates", parse_date, MOST_DATES),
        at_least=fields.whole("atLeast", least=1, most=MOST_OCCURRENCES) if fields.has("atLeast") else None,
    )


def _parse_range(document: object, path: str) -> TimeRange:
    fields = Fields.of(document, path, _RANGE_FIELDS)
    start, end = fields.values.get("start"), fields.values.get("end")
    return TimeRange(
        None if start is None else parse_clock(start, fields.at("start")),
        None if end is None else parse_clock(end, fields.at("end"), end=True),
    )


def constraints_document(constraints: SessionConstraints) -> dict[str, Any]:
    """Write a session's constraints; what is not set is left out."""
    document: dict[str, Any] = {}
    if constraints.days_of_week is not None:
        document["daysOfWeek"] = day_words(constraints.days_of_week)
    if constraints.time_range is not None:
        sides = (("start", constraints.time_range.start), ("end", constraints.time_range.end))
        document["timeRange"] = {side: clock_text(at) for side, at in sides if at is not None}
    if constraints.exclude_dates:
        document["excludeDates"] = [day.isoformat() for day in constraints.exclude_dates]
    if constraints.at_least is not None:
        document["atLeast"] = constraints.at_least
    return document


_REQUIRED = frozenset({"id", "hostUserId", "inviteeIds", "title", "duration", "status", "createdAt"})
_F0_OPTIONAL = frozenset(
    {"proposedTimes", "finalTime", "constraints", "scheduledAt", "expiresAt", "metadata"}
)
_GATHERLYS_OWN = frozenset(
    {"optionalIds", "groups", "description", "location", "search", "searchDays", "minimumNotice"}
    | {"bufferTime", "recurrence", "resourceIds", "rejectedSlots", "responses", "completedAt", "guests"}
)
SESSION_FIELDS = _REQUIRED | _F0_OPTIONAL | _GATHERLYS_OWN
_GROUP_FIELDS = frozenset({"anyOf", "count"})
_RESPONSE_FIELDS = frozenset({"userId", "answer", "slot", "at"})


def parse_session(document: object, path: str = "session") -> EventSession:
    """Read an EventSession document, whose required fields are F0's.

    Raises:
        InputError: a field is missing, unknown or wrong, or somebody has two roles.
    """
    fields = Fields.of(document, path, SESSION_FIELDS)
    for key in sorted(_REQUIRED):
        if not fields.has(key):
            raise fields.wrong(key, "An EventSession has it always")
    return _session(fields, fields.instant("createdAt"))


def parse_question(document: object, now: Instant, path: str = "session") -> EventSession:
    """Read an EventSession document of which only hostUserId and duration are required, as created now.

    Raises:
        InputError: a field is missing, unknown or wrong, or somebody has two roles.
    """
    fields = Fields.of(document, path, SESSION_FIELDS)
    created_at = fields.maybe_instant("createdAt")
    return _session(fields, now if created_at is None else created_at)


def _session(fields: Fields, created_at: Instant) -> EventSession:
    expires_at = fields.maybe_instant("expiresAt")
    metadata, record = parted(fields.mapping("metadata"))
    seldom = [
        _OPTIONAL[key] for key, value in fields.values.items() if value is not None and key in _OPTIONAL
    ]
    given = {name: read(fields) for name, read in seldom}
    session = EventSession(
        id=SessionId(fields.id("id", "session")),
        host_user_id=UserId(fields.id("hostUserId")),
        invitee_ids=_users(fields, "inviteeIds"),
        title=fields.text("title", "", most=LONGEST_TITLE),
        duration=fields.whole("duration", least=1, most=LONGEST_SESSION, unit="minutes"),
        metadata=metadata,
        record=record,
        created_at=created_at,
        expires_at=min(created_at + EXPIRES_AFTER, LATEST - 1) if expires_at is None else expires_at,
        **given,
    )
    _check_roles(session, fields)
    return session


def _groups(fields: Fields) -> tuple[Group, ...]:
    return tuple(_group(child) for child in fields.children("groups", _GROUP_FIELDS, MOST_ATTENDEES))


def _users(fields: Fields, key: str) -> tuple[UserId, ...]:
    return cast("tuple[UserId, ...]", fields.ids(key, MOST_ATTENDEES))


def _recurrence(fields: Fields) -> str | None:
    """Read a rule in RRULE form (RFC 5545 section 3.3.10), with or without its name before it."""
    text = fields.maybe_text("recurrence", most=LONGEST_RULE)
    if text is not None:
        try:
            from engine.recurrence.rrule import parse_rule  # most sessions are held once

            parse_rule(text.removeprefix("RRULE:"), UTC)
        except InputError as error:
            raise InputError(f"{fields.at('recurrence')}: {error.what}", error.remedy) from error
    return text


def _group(fields: Fields) -> Group:
    members = _users(fields, "anyOf")
    if not members:
        raise fields.wrong("anyOf", "Name at least one user")
    return Group(members, fields.whole("count", least=1, most=len(members)))


def _response(document: object, path: str) -> Response:
    fields = Fields.of(document, path, _RESPONSE_FIELDS)
    return Response(
        UserId(fields.id("userId")),
        fields.word("answer", Answer),
        fields.maybe_instant("slot"),
        fields.instant("at"),
    )


def _check_roles(session: EventSession, fields: Fields) -> None:
    """See that everybody has one role: host, invitee, optional, or member of one group."""
    members = [user for group in session.groups for user in group.any_of]
    named = len(session.invitee_ids) + len(session.optional_ids) + len(members)
    if named > 2 * MOST_ATTENDEES:
        raise InputError(f"{fields.path} names {named} people", f"Invite at most {MOST_ATTENDEES}")
    seen: set[UserId] = set()
    for user in (*session.required_ids, *session.optional_ids, *members):
        if user in seen:
            raise InputError(
                f"{fields.path} names the user {user!r} twice (hostUserId, inviteeIds, optionalIds, groups)",
                "Give everybody one role",
            )
        seen.add(user)


_OPTIONAL: dict[str, tuple[str, Callable[[Fields], Any]]] = {
    "optionalIds": ("optional_ids", lambda fields: _users(fields, "optionalIds")),
    "groups": ("groups", _groups),
    "guests": ("guests", lambda fields: fields.each("guests", parse_guest, MOST_ATTENDEES)),
    "description": ("description", lambda fields: fields.text("description", most=LONGEST_DESCRIPTION)),
    "location": ("location", lambda fields: fields.text("location", most=LONGEST_LOCATION)),
    "status": ("status", lambda fields: fields.word("status", SessionStatus)),
    "proposedTimes": ("proposed_times", lambda fields: fields.each("proposedTimes", parse_slot, MOST_SLOTS)),
    "finalTime": ("final_time", lambda fields: fields.maybe("finalTime", parse_slot)),
    "constraints": ("constraints", lambda fields: fields.maybe("constraints", parse_constraints)),
    "search": ("search", lambda fields: fields.window("search")),
    "searchDays": (
        "search_days",
        lambda fields: fields.whole("searchDays", least=1, most=MOST_DAYS, unit="days"),
    ),
    "minimumNotice": (
        "minimum_notice",
        lambda fields: fields.whole("minimumNotice", most=LONGEST_NOTICE, unit="minutes"),
    ),
    "bufferTime": (
        "buffer_time",
        lambda fields: fields.whole("bufferTime", most=LONGEST_SESSION, unit="minutes"),
    ),
    "recurrence": ("recurrence", _recurrence),
    "resourceIds": ("resource_ids", lambda fields: fields.ids("resourceIds", MOST_ATTENDEES)),
    "rejectedSlots": ("rejected_slots", lambda fields: fields.each("rejectedSlots", parse_slot, MOST_SLOTS)),
    "responses": ("responses", lambda fields: fields.each("responses", _response, MOST_ANSWERS)),
    "scheduledAt": ("scheduled_at", lambda fields: fields.instant("scheduledAt")),
    "completedAt": ("completed_at", lambda fields: fields.instant("completedAt")),
}
"""The fields that are seldom there by their keys: the names of their values, and how they are read."""


def session_document(session: EventSession) -> dict[str, Any]:
    """Write an EventSession document: F0's fields, and gatherly's where they are set."""
    document: dict[str, Any] = {
        "id": session.id,
        "hostUserId": session.host_user_id,
        "inviteeIds": list(session.invitee_ids),
        "title": session.title,
        "duration": session.duration,
        "status": session.status.value,
        "proposedTimes": [slot_document(slot) for slot in session.proposed_times],
    }
    document |= _when_set(session)
    document["createdAt"] = format_instant(session.created_at)
    if session.scheduled_at is not None:
        document["scheduledAt"] = format_instant(session.scheduled_at)
    document["expiresAt"] = format_instant(session.expires_at)
    if session.completed_at is not None:
        document["completedAt"] = format_instant(session.completed_at)
    return document


def _when_set(session: EventSession) -> dict[str, Any]:
    search = session.search
    fields: dict[str, Any] = {
        "finalTime": slot_document(session.final_time) if session.final_time else None,
        "constraints": constraints_document(session.constraints),
        "optionalIds": list(session.optional_ids),
        "groups": [{"anyOf": list(group.any_of), "count": group.count} for group in session.groups],
        "guests": [guest_document(guest) for guest in session.guests],
        "description": session.description,
        "location": session.location,
        "search": {"start": format_instant(search.start), "end": format_instant(search.end)}
        if search
        else None,
        "searchDays": session.search_days if session.search_days != 7 else None,
        "minimumNotice": session.minimum_notice,
        "bufferTime": session.buffer_time,
        "recurrence": session.recurrence,
        "resourceIds": list(session.resource_ids),
        "rejectedSlots": [slot_document(slot) for slot in session.rejected_slots],
        "responses": [_response_document(response) for response in session.responses],
        "metadata": with_record(session.metadata, session.record),
    }
    return {key: value for key, value in fields.items() if value}


def _response_document(response: Response) -> dict[str, Any]:
    return {
        "userId": response.user_id,
        "answer": response.answer.value,
        "slot": None if response.slot is None else format_instant(response.slot),
        "at": format_instant(response.at),
    }
