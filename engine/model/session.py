"""A session: one attempt to find a time (F0 EventSession, TimeSlot, Message)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from engine.ids import MessageId, SessionId, UserId
from engine.model.guest import Guest
from engine.model.session_record import SessionRecord
from engine.time.span import Instant, Span
from engine.time.weekday import Weekday

EXPIRES_AFTER = 7 * 86400
"""Seconds from creation to expiry, unless configured otherwise."""


class SessionStatus(StrEnum):
    """F0's four; failed and cancelled are final."""

    PENDING = "pending"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Availability(StrEnum):
    """What one person is at one slot; of several the first in this order is told."""

    UNKNOWN = "unknown"
    BUSY = "busy"
    TENTATIVE = "tentative"
    OUTSIDE_HOURS = "outside_hours"
    FREE = "free"


class Reason(NamedTuple):
    """One summand of a slot's score, in words; `user` is None where it concerns the session."""

    code: str
    user: UserId | None
    points: float
    text: str


class Attendance(NamedTuple):
    """How one attendee stands to a slot; `local_start` is RFC 3339 with their own offset."""

    user: UserId
    availability: Availability
    required: bool
    local_start: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One occurrence of a proposed or booked series, by the start that its rule gives it.

    `available` is whether it suits everybody who must come, None where that is not yet known. One that does
    not says why in its `conflicts`; it takes place at `moved_to`, or is left out where that is None.
    """

    start: Instant
    available: bool | None = True
    conflicts: tuple[str, ...] = ()
    moved_to: Instant | None = None

    @property
    def takes_place(self) -> Instant | None:
        """When it begins; None where it is left out."""
        return self.moved_to if self.available is False else self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSlot:
    """A proposed time; confidence in 0…1, conflicts in the document's words.

    Of a session that recurs it is the first occurrence, and `occurrences` are all that can be told of. Its
    reasons are a tuple, made at once or when they are read.
    """

    start: Instant
    end: Instant
    confidence: float = 1.0
    conflicts: tuple[str, ...] = ()
    score: float = 0.0
    reasons: Sequence[Reason] = ()
    attendees: tuple[Attendance, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()

    @property
    def span(self) -> Span:
        """The time it takes; of a series that of its first occurrence, as its rule gives it."""
        return Span(self.start, self.end)

    @property
    def known_spans(self) -> tuple[Span, ...]:
        """What it takes of people's time, as far as that is known: of a series where each occurrence lies."""
        if not self.occurrences:
            return (self.span,)
        length = self.end - self.start
        places = (one.takes_place for one in self.occurrences if one.available is not None)
        return tuple(Span(at, at + length) for at in places if at is not None)

    @property
    def places(self) -> tuple[Span, ...]:
        """When it takes place, one by one, whether or not that is known to suit."""
        if not self.occurrences:
            return (self.span,)
        length = self.end - self.start
        starts = sorted(at for one in self.occurrences if (at := one.takes_place) is not None)
        return tuple(Span(at, at + length) for at in starts)

    @property
    def takes_place(self) -> bool:
        """Whether anything of it does."""
        return not self.occurrences or any(one.takes_place is not None for one in self.occurrences)

    @property
    def last_end(self) -> Instant:
        """When the last of it that can be told of is over."""
        length = self.end - self.start
        places = (one.takes_place for one in self.occurrences)
        return max((at + length for at in places if at is not None), default=self.end)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Minutes of the host's local day, either side open; an end not after the start runs past midnight."""

    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionConstraints:
    """F0's constraints, read in the host's zone; None = no constraint.

    `at_least` is how many occurrences of a session that recurs must suit; None = all of them.
    """

    days_of_week: tuple[Weekday, ...] | None = None
    time_range: TimeRange | None = None
    exclude_dates: tuple[date, ...] = ()
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Any `count` of these people."""

    any_of: tuple[UserId, ...]
    count: int

    def without(self, user: UserId) -> "Group":
        """Give the group that is left once somebody is out of it."""
        people = tuple(one for one in self.any_of if one != user)
        return Group(people, min(self.count, len(people)))


class Answer(StrEnum):
    """What somebody said to a session's proposals."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Response:
    """One person's answer; `slot` is the start of the slot it names, None for the session as a whole."""

    user_id: UserId
    answer: Answer
    slot: Instant | None
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSession:
    """One attempt to find a time; duration, buffer and notice in minutes, `search` the window asked for.

    `guests` are no users: they stand in none of the lists of people, and have no calendar.
    `withheld` are offers that left for another session's hold, and come back when it is freed.
    `metadata` holds the keys of `engine.model.session_metadata` that are not of the `record`, and apps' own.
    Without `search` the window is the seven days from the moment of the search.
    """

    id: SessionId
    host_user_id: UserId
    invitee_ids: tuple[UserId, ...]
    optional_ids: tuple[UserId, ...] = ()
    groups: tuple[Group, ...] = ()
    guests: tuple[Guest, ...] = ()
    title: str
    description: str | None = None
    location: str | None = None
    duration: int
    status: SessionStatus = SessionStatus.PENDING
    proposed_times: tuple[TimeSlot, ...] = ()
    final_time: TimeSlot | None = None
    constraints: SessionConstraints = SessionConstraints()
    search: Span | None = None
    search_days: int = 7
    minimum_notice: int = 0
    buffer_time: int = 0
    recurrence: str | None = None
    resource_ids: tuple[str, ...] = ()
    rejected_slots: tuple[TimeSlot, ...] = ()
    withheld: tuple[TimeSlot, ...] = ()
    responses: tuple[Response, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    record: SessionRecord = field(default_factory=SessionRecord)
    created_at: Instant
    scheduled_at: Instant | None = None
    expires_at: Instant
    completed_at: Instant | None = None
    version: int = 0

    @property
    def fresh(self) -> bool:
        """Whether nobody's habits count for it."""
        return self.record.fresh

    def clock_zone(self, host_zone: str) -> str:
        """Give the zone whose clock it keeps where it recurs: its host's as it was proposed."""
        return self.record.zone or host_zone

    @property
    def required_ids(self) -> tuple[UserId, ...]:
        """Who must be there: the host and the invitees."""
        return (self.host_user_id, *self.invitee_ids)

    @property
    def attendee_ids(self) -> tuple[UserId, ...]:
        """Everybody the event concerns, required people first."""
        in_groups = [user for group in self.groups for user in group.any_of]
        return tuple(dict.fromkeys((*self.required_ids, *self.optional_ids, *in_groups)))

    @property
    def is_endless(self) -> bool:
        """Whether it recurs without an end."""
        rule = self.recurrence
        return rule is not None and not {"COUNT", "UNTIL"} & {one[:5] for one in rule.upper().split(";")}

    @property
    def over_at(self) -> Instant | None:
        """When it is over: cancelled or failed then, or its slot past; None while it has no end."""
        if self.status is SessionStatus.PENDING or (
            self.is_endless and self.status is SessionStatus.SCHEDULED
        ):
            return None
        if self.status is SessionStatus.SCHEDULED:
            return self.expires_at if self.final_time is None else self.final_time.last_end
        return self.expires_at if self.completed_at is None else self.completed_at


class MessageRole(StrEnum):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One line of a session's conversation."""

    id: MessageId
    session_id: SessionId
    role: MessageRole
    content: str
    metadata: Mapping[str, Any] | None = None
    timestamp: Instant
