"""What requests hold, as types: they make the description (`/openapi.json`), and refuse early."""

import re
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from engine.bounds import (
    LONGEST_ADDRESS,
    LONGEST_DESCRIPTION,
    LONGEST_LOCATION,
    LONGEST_MESSAGE,
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_RULE,
    LONGEST_SESSION,
    LONGEST_TITLE,
    LONGEST_ZONE,
    MOST_ATTENDEES,
)

HALF = re.compile("[\ud800-\udfff]")


class Body(BaseModel):
    """A JSON object; a key that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _of_whole_characters(cls, body: Any) -> Any:
        """Refuse halves of characters, which JSON can escape and nothing can write again."""
        left = [body]
        while left:
            one = left.pop()
            if isinstance(one, dict):
                left += [*one.keys(), *one.values()]
            elif isinstance(one, list):
                left += one
            elif isinstance(one, str) and HALF.search(one):
                raise PydanticCustomError("half", "a text holds half of a character")
        return body


class NewSession(Body):
    """A session to be found a time for, in F0's fields; or a request in plain words."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"title": "Planning", "inviteeIds": ["bob@example.com"], "duration": 30}]
        }
    )

    message: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST_MESSAGE,
        description="The request in plain words.",
    )
    title: str | None = Field(default=None, max_length=LONGEST_TITLE)
    hostUserId: str | None = Field(default=None, description="The caller, unless an operator names another.")
    inviteeIds: list[str] = Field(default=[], max_length=MOST_ATTENDEES)
    optionalIds: list[str] = Field(default=[], max_length=MOST_ATTENDEES)
    groups: list[dict[str, Any]] = Field(default=[], description='`[{"anyOf": [ids], "count": k}]`')
    duration: int | None = Field(default=None, ge=1, le=LONGEST_SESSION, description="Minutes.")
    description: str | None = Field(default=None, max_length=LONGEST_DESCRIPTION)
    location: str | None = Field(default=None, max_length=LONGEST_LOCATION)
    constraints: dict[str, Any] | None = Field(
        default=None, description="F0's: daysOfWeek, timeRange, excludeDates; atLeast of what recurs."
    )
    recurrence: str | None = Field(
        default=None, max_length=LONGEST_RULE, description="An RRULE, as FREQ=WEEKLY;COUNT=10."
    )
    search: dict[str, str] | None = Field(default=None, description="The window to look in: start, end.")
    searchDays: int | None = Field(default=None, ge=1, le=366)
    minimumNotice: int | None = Field(default=None, ge=0, description="Minutes.")
    bufferTime: int | None = Field(default=None, ge=0, le=1440, description="Minutes.")
    expiresAt: str | None = None


class EditedSession(Body):
    """The words of an event; what is left out stays."""

    title: str | None = Field(default=None, min_length=1, max_length=LONGEST_TITLE)
    description: str | None = Field(default=None, max_length=LONGEST_DESCRIPTION)
    location: str | None = Field(default=None, max_length=LONGEST_LOCATION)


class Accepted(Body):
    """Which of the proposed times: by number from 1, or by its start."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"slot": 1}, {"start": "2026-11-27T14:00:00Z"}]}
    )

    slot: int | None = Field(default=None, ge=1, le=1000)
    slots: list[int] | None = Field(
        default=None, min_length=1, max_length=20, description="An attendee's, all that suit."
    )
    start: str | None = None


class Rescheduled(Body):
    """Why, in one's own words."""

    message: str | None = Field(default=None, max_length=LONGEST_MESSAGE)
    only: date | None = Field(default=None, description="Of a series the occurrence of this day alone.")
    from_: date | None = Field(
        default=None, alias="from", description="Of a series that of this day and all later ones."
    )
    to: str | None = Field(
        default=None, max_length=5, description="With `only`: at this time of that day, as 11:00."
    )


class Relaxed(Body):
    """Which of the changes that would help, by its code in `metadata.relaxations`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"change": "window"}]})

    change: str = Field(min_length=1, max_length=500)


class NewUser(Body):
    """Somebody whom no file names."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"email": "eve@example.com", "name": "Eve", "timezone": "Europe/Rome"}]
        }
    )

    email: str = Field(min_length=3, max_length=LONGEST_ADDRESS)
    id: str | None = Field(default=None, min_length=1, max_length=LONGEST_ADDRESS, description="The address.")
    name: str | None = Field(default=None, min_length=1, max_length=LONGEST_NAME)
    timezone: str = Field(default="UTC", max_length=LONGEST_ZONE)


class Cancelled(Body):
    """Why it is off."""

    reason: str | None = Field(default=None, max_length=LONGEST_REASON)
    only: date | None = Field(default=None, description="Of a series the occurrence of this day alone.")
    from_: date | None = Field(
        default=None, alias="from", description="Of a series that of this day and all later ones."
    )
    until: date | None = Field(default=None, description="With `from`: up to this day, which is included.")


class Declined(Body):
    """Of a series what one does not come to; of a session, and without either, all of it."""

    only: date | None = Field(default=None, description="Of a series the occurrence of this day alone.")
    from_: date | None = Field(
        default=None, alias="from", description="Of a series that of this day and all later ones."
    )
    until: date | None = Field(default=None, description="With `from`: up to this day, which is included.")


class Said(Body):
    """A line of the conversation."""

    content: str = Field(min_length=1, max_length=LONGEST_MESSAGE)


class Nothing(Body):
    """No field."""


class Refreshed(Body):
    """What is exchanged."""

    refreshToken: str = Field(min_length=1, max_length=500)


class Settings(Body):
    """What a person sets for themselves; null takes a setting back to what the operator's files say."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"timezone": "Europe/Berlin", "quietHours": {"start": "20:00", "end": "06:30"}}]
        }
    )

    timezone: str | None = Field(default=None, max_length=100)
    defaultPreferences: dict[str, Any] | None = None
    preferences: dict[str, Any] | None = None
    notify: list[str] | None = Field(default=None, max_length=20)
    quietHours: dict[str, str] | None = None
    privacySettings: dict[str, bool] | None = Field(default=None, description="`relations`: keep contacts.")
    digest: Literal["off", "hourly", "daily"] | None = None


class Marked(Body):
    """What became of a notice."""

    status: Literal["read", "dismissed", "acted_upon"]
