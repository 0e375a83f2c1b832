"""What requests on the family's calendar hold, as types; F2's and F3's fields."""

from typing import Any, Literal

from pydantic import Field

from daemon.http.bodies import Body
from engine.bounds import (
    LONGEST_ADDRESS,
    LONGEST_DESCRIPTION,
    LONGEST_LOCATION,
    LONGEST_NAME,
    LONGEST_RULE,
    LONGEST_SHORT_ID,
    LONGEST_TITLE,
    MOST_ATTENDEES,
    MOST_CAPACITY,
)
from engine.model.calendar import CalendarType, May, Visibility
from engine.model.constraint import ConstraintLevel
from engine.model.event import EventPriority, Flexibility, ReminderType
from engine.model.resource import ResourceType

Title = Field(default=None, min_length=1, max_length=LONGEST_TITLE)
Id = Field(min_length=1, max_length=255)


class ParticipantBody(Body):
    """A user who takes part."""

    userId: str = Id
    required: bool = False


class AttendeeBody(Body):
    """Somebody who is invited by their address."""

    email: str = Field(min_length=3, max_length=LONGEST_ADDRESS)


class ReminderBody(Body):
    """Reminds so many minutes before."""

    minutesBefore: int = Field(ge=0, le=366 * 1440)
    reminderType: ReminderType = ReminderType.EMAIL


class EditedEvent(Body):
    """What of an event is to be otherwise; what is left out stays."""

    title: str | None = Title
    description: str | None = Field(default=None, max_length=LONGEST_DESCRIPTION)
    location: str | None = Field(default=None, max_length=LONGEST_LOCATION)
    startTime: str | None = None
    endTime: str | None = None
    allDay: bool | None = None
    isAllDay: bool | None = None
    recurrenceRule: str | None = Field(default=None, max_length=LONGEST_RULE)
    priority: EventPriority | None = None
    flexibility: Flexibility | None = None
    participants: list[ParticipantBody] | None = Field(default=None, max_length=MOST_ATTENDEES)
    attendees: list[AttendeeBody] | None = Field(default=None, max_length=MOST_ATTENDEES)
    resourceIds: list[str] | None = Field(default=None, max_length=50)
    reminders: list[ReminderBody] | None = Field(default=None, max_length=20)


class NewEvent(EditedEvent):
    """An event; proposed unless its status says confirmed."""

    calendarId: str | None = Field(default=None, max_length=LONGEST_SHORT_ID)
    status: Literal["proposed", "confirmed"] = "proposed"


class MovedEvent(Body):
    """When it is to be; `only` or `from` name an instance of a series by its local date."""

    startTime: str
    endTime: str | None = None
    only: str | None = Field(default=None, max_length=10)
    since: str | None = Field(default=None, alias="from", max_length=10)


class CancelledEvent(Body):
    """One instance of a series, by its local date; without it all of it."""

    only: str | None = Field(default=None, max_length=10)


class AnsweredEvent(Body):
    """Whether one comes."""

    answer: Literal["accept", "decline", "tentative"]
    email: str | None = Field(
        default=None, max_length=LONGEST_ADDRESS, description="Of whom, who has no account."
    )


class MemberBody(Body):
    """Somebody who shares a calendar."""

    userId: str = Id
    may: May = May.WRITE


class EditedCalendar(Body):
    """What of a calendar is to be otherwise."""

    name: str | None = Field(default=None, min_length=1, max_length=LONGEST_NAME)
    type: CalendarType | None = None
    ownerId: str | None = Field(default=None, max_length=255)
    members: list[MemberBody] | None = Field(default=None, max_length=MOST_ATTENDEES)
    visibility: Visibility | None = None
    mirror: str | None = Field(default=None, max_length=255)


class NewCalendar(EditedCalendar):
    """A calendar of gatherly's own."""

    id: str = Field(min_length=1, max_length=LONGEST_SHORT_ID)


class EditedResource(Body):
    """What of a resource is to be otherwise."""

    name: str | None = Field(default=None, min_length=1, max_length=LONGEST_NAME)
    type: ResourceType | None = None
    capacity: int | None = Field(default=None, ge=1, le=MOST_CAPACITY)
    attributes: dict[str, Any] | None = None
    location: str | None = Field(default=None, max_length=LONGEST_LOCATION)
    active: bool | None = None


class NewResource(Body):
    """Something that people share."""

    id: str = Field(min_length=1, max_length=LONGEST_SHORT_ID)
    name: str | None = Field(default=None, min_length=1, max_length=LONGEST_NAME)
    type: ResourceType
    capacity: int = Field(default=1, ge=1, le=MOST_CAPACITY)
    attributes: dict[str, Any] = Field(default_factory=dict)
    location: str | None = Field(default=None, max_length=LONGEST_LOCATION)


class NewReservation(Body):
    """A resource kept for a time, without an event."""

    resourceId: str = Id
    startTime: str
    endTime: str
    notes: str | None = Field(default=None, max_length=LONGEST_DESCRIPTION)


class EditedReservation(Body):
    """A reservation is given back, or its times stay as they are."""

    status: Literal["cancelled"]


class NewRule(Body):
    """A rule of one's own; operators make them for others, `resource:ID` and everybody (`all`)."""

    user: str | None = Field(default=None, max_length=255)
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    level: ConstraintLevel
    priority: int = Field(default=5, ge=1, le=10)
    rule: dict[str, Any]


class EditedRule(Body):
    """Whether a rule is in force."""

    active: bool


class Resolved(Body):
    """Which option, from 1."""

    option: int = Field(default=1, ge=1, le=10)


class EditedConflict(Body):
    """A conflict is let be, or is open again."""

    status: Literal["ignored", "detected"]
