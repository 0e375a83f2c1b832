"""What is asked of an event: a new one, or another title, time or people; checked before it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from engine.bounds import (
    LATEST,
    LONGEST_DESCRIPTION,
    LONGEST_LOCATION,
    LONGEST_RULE,
    LONGEST_TITLE,
    LONGEST_WINDOW,
)
from engine.documents.reading import checked_length
from engine.errors import InputError
from engine.family.event_range import starts_of, vet_series
from engine.ids import CalendarKey, UserId
from engine.model.event import (
    AttendeeResponse,
    CalendarEvent,
    EventAttendee,
    EventPriority,
    Flexibility,
    ReminderType,
)
from engine.text.mail_address import ADDRESS
from engine.time.span import DAY, Instant, Span

MOST_REMINDERS = 20
EARLIEST_REMINDER = 366 * 1440
"""Minutes before an event that somebody may be reminded of it at most."""


@dataclass(frozen=True, slots=True)
class Remind:
    """Reminds so many minutes before."""

    minutes: int
    how: ReminderType = ReminderType.EMAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class EventChange:
    """What is asked for; None leaves a thing as it is, or at its default for a new event.

    `required` and `optional` are users, `addresses` people without an account. An empty `rule` ends the
    repeating.
    """

    title: str | None = None
    description: str | None = None
    location: str | None = None
    start: Instant | None = None
    end: Instant | None = None
    all_day: bool | None = None
    zone: str | None = None
    rule: str | None = None
    priority: EventPriority | None = None
    flexibility: Flexibility | None = None
    required: tuple[UserId, ...] | None = None
    optional: tuple[UserId, ...] | None = None
    addresses: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    reminders: tuple[Remind, ...] | None = None


def new_event(
    change: EventChange, event_id: str, calendar: CalendarKey, creator: UserId, zone: str, now: Instant
) -> CalendarEvent:
    """Make a proposed event of what is asked for.

    Raises:
        InputError: something is missing, or cannot be.
    """
    if change.title is None or change.start is None or change.end is None:
        missing = "title" if change.title is None else "start" if change.start is None else "end"
        raise InputError(f"The event has no {missing}", "Give a title, a start, and an end or a duration")
    event = CalendarEvent(
        id=event_id,
        calendar=calendar,
        title=change.title,
        start_time=change.start,
        end_time=change.end,
        zone=zone,
        proposed_at=now,
        created_by=creator,
        created_at=now,
        updated_at=now,
    )
    return edited(event, change, now)


def edited(event: CalendarEvent, change: EventChange, now: Instant) -> CalendarEvent:
    """Give an event as it is asked for.

    Raises:
        InputError: it cannot be so.
    """
    given: dict[str, Any] = {
        "title": change.title,
        "description": change.description,
        "location": change.location,
        "start_time": change.start,
        "end_time": change.end,
        "all_day": change.all_day,
        "zone": change.zone,
        "priority": change.priority,
        "flexibility": change.flexibility,
    }
    if change.rule is not None:
        given["recurrence_rule"] = _rule(change.rule, event)
    after = replace(event, **{key: value for key, value in given.items() if value is not None})
    if change.rule == "":
        after = replace(after, recurrence_rule=None)
    if change.addresses is not None:
        after = replace(after, attendees=_attendees(event.attendees, change.addresses))
    checked(after)
    return after if after == event else replace(after, updated_at=now)


def _rule(text: str, event: CalendarEvent) -> str | None:
    if text and event.recurrence_parent_id is not None:
        raise InputError("One instance of a series cannot repeat by itself", "Change the series")
    checked_length(text, "--repeat", LONGEST_RULE)
    return text.strip().removeprefix("RRULE:").upper() or None


def _attendees(known: Sequence[EventAttendee], addresses: Sequence[str]) -> tuple[EventAttendee, ...]:
    """Invite addresses; what somebody has answered already stands."""
    answered = {one.email.casefold(): one for one in known}
    for address in addresses:
        if not ADDRESS.match(address):
            raise InputError(f"{address!r} is not an address", "Write it like ann@example.com")
    return tuple(answered.get(one.casefold(), EventAttendee(one)) for one in dict.fromkeys(addresses))


def checked(event: CalendarEvent) -> None:
    """See that an event can be.

    Raises:
        InputError: it cannot: its title is empty, it ends before it starts, or it overlaps itself.
    """
    if not event.title.strip():
        raise InputError("The title is empty", "Give it a text")
    checked_length(event.title, "title", LONGEST_TITLE)
    checked_length(event.description or "", "description", LONGEST_DESCRIPTION)
    checked_length(event.location or "", "location", LONGEST_LOCATION)
    if event.end_time <= event.start_time:
        raise InputError("The event ends before it starts", "Give an end after its start")
    if event.end_time - event.start_time > LONGEST_WINDOW:
        raise InputError("The event lasts longer than a year", "Make it shorter, or let it repeat")
    if event.recurrence_rule is not None:
        _check_series(event)


def _check_series(event: CalendarEvent) -> None:
    zone = event.zone or "UTC"
    year = Span(event.start_time, min(event.start_time + 366 * DAY, LATEST))
    vet_series(event, year, zone)
    length = event.end_time - event.start_time
    starts = starts_of(event, year, zone)
    if any(later - start < length for start, later in pairwise(starts)):
        raise InputError(
            "The series overlaps itself: an instance begins before the one before it ends",
            "Make the event shorter, or let it repeat less often",
        )


def answered(event: CalendarEvent, email: str, response: AttendeeResponse, now: Instant) -> CalendarEvent:
    """Take down what somebody says to an event."""
    others = tuple(one for one in event.attendees if one.email.casefold() != email.casefold())
    return replace(event, attendees=(*others, EventAttendee(email, response)), updated_at=now)
