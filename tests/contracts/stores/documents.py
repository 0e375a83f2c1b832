"""F0's own examples, word for word, and a session that uses every field."""

from dataclasses import replace
from datetime import date

from engine.ids import MessageId, SessionId, UserId
from engine.model.guest import Guest
from engine.model.session import (
    Answer,
    Attendance,
    Availability,
    EventSession,
    Group,
    Message,
    MessageRole,
    Reason,
    Response,
    SessionConstraints,
    TimeRange,
    TimeSlot,
)
from engine.model.session_record import OwnChange, Reopening, SessionRecord
from engine.model.user import Preferences, User, WorkingHours
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Span
from engine.time.weekday import Weekday
from tests.contracts.stores.samples import (
    BOB,
    CARA,
    NOON,
)

MILAN = User(
    id=UserId("user_abc123"),
    email="milan@stanford.edu",
    name="Milan Naropanth",
    timezone="America/Los_Angeles",
    default_preferences=Preferences(
        preferred_duration=30, buffer_time=15, working_hours=(WorkingHours(9 * 60, 17 * 60),)
    ),
    created_at=parse_instant("2025-11-01T08:00:00Z"),
    updated_at=parse_instant("2025-11-12T10:00:00Z"),
)
"""F0's example of a user."""

PROJECT_SYNC = EventSession(
    id=SessionId("session_xyz789"),
    host_user_id=UserId("user_abc123"),
    invitee_ids=(UserId("user_def456"), UserId("user_ghi789")),
    title="CS194 Project Sync",
    duration=60,
    proposed_times=(
        TimeSlot(
            start=parse_instant("2025-11-15T14:00:00Z"),
            end=parse_instant("2025-11-15T15:00:00Z"),
            confidence=0.92,
        ),
        TimeSlot(
            start=parse_instant("2025-11-15T16:00:00Z"),
            end=parse_instant("2025-11-15T17:00:00Z"),
            confidence=0.85,
            conflicts=("user_def456: Back-to-back meetings",),
        ),
    ),
    constraints=SessionConstraints(
        days_of_week=(Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY),
        time_range=TimeRange(14 * 60, 18 * 60),
        exclude_dates=(date(2025, 11, 20),),
    ),
    created_at=parse_instant("2025-11-12T10:00:00Z"),
    expires_at=parse_instant("2025-11-19T10:00:00Z"),
)
"""F0's example of a session."""

FIRST_WORDS = Message(
    id=MessageId("msg_001"),
    session_id=SessionId("session_xyz789"),
    role=MessageRole.USER,
    content="Schedule a meeting with Alice and Bob next week, preferably in the afternoon",
    metadata={
        "extractedEntities": {
            "attendees": ["Alice", "Bob"],
            "timeframe": "next week",
            "preference": "afternoon",
        }
    },
    timestamp=parse_instant("2025-11-12T10:05:00Z"),
)
"""F0's example of a message."""

SLOT = TimeSlot(
    start=NOON,
    end=NOON + HOUR,
    confidence=0.5,
    conflicts=("bob: Back-to-back meetings",),
    score=-2.25,
    reasons=(
        Reason("back_to_back", BOB, -2.25, "Bob has an event right before"),
        Reason("host", None, 1, ""),
    ),
    attendees=(Attendance(BOB, Availability.TENTATIVE, True, "2025-11-12T07:00:00-05:00"),),
)

FULL = replace(
    PROJECT_SYNC,
    optional_ids=(CARA,),
    groups=(Group((UserId("dan"), UserId("eve")), 1),),
    guests=(
        Guest(address="gina@example.org", name="Gina", answered_at=NOON, suits=(NOON, NOON + DAY)),
        Guest(address="hal@example.org", required=False, away=True),
    ),
    description="Plan the term",
    location="Room 1",
    proposed_times=(SLOT,),
    final_time=SLOT,
    search=Span(NOON, NOON + DAY),
    search_days=3,
    minimum_notice=30,
    buffer_time=15,
    recurrence="FREQ=WEEKLY;COUNT=4",
    resource_ids=("car", "room"),
    rejected_slots=(SLOT,),
    withheld=(SLOT,),
    responses=(Response(BOB, Answer.DECLINED, None, NOON), Response(CARA, Answer.ACCEPTED, NOON, NOON)),
    metadata={"failureReason": "No mutual availability in next 7 days", "suggestions": ["Extend"]},
    record=SessionRecord(
        history=(Reopening(NOON, "rescheduled", "scheduled", NOON),),
        waiting_for={BOB: "his calendar is unknown"},
        not_booked="Bob's calendar refused",
        failed_bookings=2,
        conflicts=("Bob has another event",),
        change_requests={BOB: Span(NOON, NOON + HOUR)},
        relaxed=("workingHours:bob", "rule:lunch"),
        invitation="0123456789abcdef0123456789abcdef",
        round=2,
        fresh=True,
        own_changes=(OwnChange(BOB, NOON + DAY, NOON + DAY + HOUR), OwnChange(CARA, NOON + 2 * DAY, None)),
        left={CARA: NOON + 2 * DAY},
        zone="Europe/Berlin",
    ),
    scheduled_at=NOON,
    completed_at=NOON + DAY,
)
