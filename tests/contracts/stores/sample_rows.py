"""One of each kind that is not read at every tick, with no field as by default, and the documents' own."""

from engine.ids import ConnectorName, EventId, RemoteCalendarId, SessionId
from engine.model.access import KeptAnswer, RefreshToken
from engine.model.booking import OutboxState
from engine.model.channel import Channel, KeptChannel
from engine.model.constraint import (
    BlockedWindow,
    Constraint,
    ConstraintLevel,
    CustomRule,
    MaxEventsPerDay,
    MaxEventsPerWeek,
    MinGap,
    NoEventsAfter,
    NoEventsBefore,
    PreferredWindow,
    ResourcePriority,
)
from engine.model.daemon_life import DaemonLife
from engine.model.event import (
    AttendeeResponse,
    CalendarEvent,
    EventAttendee,
    EventParticipant,
    EventPriority,
    EventStatus,
    Flexibility,
    Reminder,
    ReminderStatus,
    ReminderType,
)
from engine.model.history import Outcome, PreferenceProfile, SchedulingEvent, Tally
from engine.model.integration import GrantStatus, SyncFrequency
from engine.model.invitation import Invitation, Visit
from engine.model.learning import LearningNote
from engine.model.notices import Cursor, Dispatch, Link, LinkVerb, Outage
from engine.model.operations import (
    Budget,
    Grant,
    Notification,
    NotificationPriority,
    NotificationStatus,
    SyncJob,
    SyncJobStatus,
    SyncJobType,
)
from engine.model.personal_settings import PersonalSettings
from engine.model.relations import (
    Contact,
    ContactSource,
    Direction,
    Embedding,
    Encounter,
    Interaction,
    InteractionFrequency,
    InteractionType,
    Interest,
    KnownAddress,
    MeetingSource,
    Memory,
    MemoryType,
    Relationship,
    RelationshipType,
    Upcoming,
)
from engine.model.reservation import (
    Conflict,
    ConflictStatus,
    ConflictType,
    ResolutionMethod,
    ResourceReservation,
    Severity,
)
from engine.model.resource import Resource, ResourceType
from engine.model.session import SessionConstraints, TimeRange
from engine.model.set_aside import SetAside, Work
from engine.model.turn import Turn
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, MINUTE, Instant
from engine.time.weekday import WORKDAYS, Weekday
from tests.contracts.stores.samples import ALICE, NOON, key


def event(
    name: str = "soccer", *, start: Instant = NOON, minutes: int = 60, status: str = "confirmed"
) -> CalendarEvent:
    """Something in Alice's calendar."""
    return CalendarEvent(
        id=name,
        calendar=key(),
        title=name.title(),
        start_time=start,
        end_time=start + minutes * MINUTE,
        status=EventStatus(status),
        proposed_at=NOON,
        created_by=ALICE,
        created_at=NOON,
        updated_at=NOON,
    )


FULL_EVENT = CalendarEvent(
    id="event_456",
    calendar=key(),
    title="Soccer Practice",
    description="Bring the ball",
    start_time=NOON,
    end_time=NOON + HOUR,
    all_day=True,
    zone="America/New_York",
    location="Field 2",
    status=EventStatus.CANCELLED,
    priority=EventPriority.CRITICAL,
    flexibility=Flexibility.FLEXIBLE,
    recurrence_rule="RRULE:FREQ=WEEKLY;BYDAY=MO",
    recurrence_parent_id="event_123",
    original_start_time=NOON - HOUR,
    attendees=(EventAttendee("bob@example.com", AttendeeResponse.DECLINED), EventAttendee("c@example.com")),
    external_ids={"google": "abc"},
    mirror_id=EventId("abc@install"),
    mirror_due=NOON + 5,
    proposed_at=NOON,
    confirmed_at=NOON + 1,
    cancelled_at=NOON + 2,
    created_by=ALICE,
    created_at=NOON + 3,
    updated_at=NOON + 4,
)
PARTICIPANT = EventParticipant(
    id="p1", event_id="event_123", user_id=ALICE, required=True, created_at=NOON, updated_at=NOON + 1
)
REMINDER = Reminder(
    id="r1",
    event_id="event_123",
    user_id=ALICE,
    reminder_type=ReminderType.BOTH,
    minutes_before=15,
    status=ReminderStatus.FAILED,
    due_at=NOON - 15 * MINUTE,
    created_at=NOON,
)
RULE = Constraint(
    id="dinner",
    name="Family dinner time",
    user=ALICE,
    level=ConstraintLevel.HARD,
    priority=8,
    rule=BlockedWindow(18 * 60, 19 * 60, WORKDAYS),
    active=False,
    created_at=NOON,
    updated_at=NOON + 1,
)
RULES = (
    NoEventsBefore(8 * 60),
    NoEventsAfter(21 * 60),
    PreferredWindow(9 * 60, 17 * 60),
    BlockedWindow(22 * 60, 6 * 60, (Weekday.SUNDAY,)),
    MinGap(30),
    MaxEventsPerDay(3),
    MaxEventsPerWeek(10),
    ResourcePriority({"prefer": ["car"]}),
    CustomRule({"note": "as you like"}),
)
CAR = Resource(
    id="car",
    name="Family Car",
    type=ResourceType.VEHICLE,
    capacity=1,
    attributes={"make": "Toyota", "seats": 5},
    location="Garage",
    active=True,
    created_at=NOON,
    updated_at=NOON + 1,
)
RESERVATION = ResourceReservation(
    id="res1",
    resource_id="car",
    event_id="event_123",
    session_id=SessionId("session_xyz789"),
    reserved_by=ALICE,
    start_time=parse_instant("2026-01-11T14:00:00Z"),
    end_time=parse_instant("2026-01-11T16:00:00Z"),
    status=EventStatus.CONFIRMED,
    notes="Picking up groceries",
    created_at=NOON,
    updated_at=NOON + 1,
)
CONFLICT = Conflict(
    id="conflict_123",
    type=ConflictType.TIME,
    severity=Severity.HIGH,
    status=ConflictStatus.RESOLVED,
    detected_at=parse_instant("2026-01-08T10:00:00Z"),
    resolved_at=NOON,
    resolution_method=ResolutionMethod.USER_MANUAL,
    description="Soccer practice overlaps with dentist appointment by 60 minutes (2:30pm-3:30pm)",
    involved_events=("event_soccer", "event_dentist"),
    involved_resources=("car",),
    proposed_resolution={
        "option_1": {
            "strategy": "move_event",
            "event_id": "event_soccer",
            "new_start_time": "2026-01-11T16:00:00",
            "score": 0.90,
        },
        "option_2": {"strategy": "cancel_event", "event_id": "event_soccer", "score": 0.50},
    },
    undo={"at": NOON, "before": [{"id": "event_soccer", "start": NOON}]},
    ends_at=parse_instant("2026-01-11T15:30:00Z"),
    created_at=NOON,
    updated_at=NOON + 1,
)
PROFILE = PreferenceProfile(
    user_id=ALICE,
    day_of_week_patterns={
        "monday": 0.85,
        "tuesday": 0.90,
        "wednesday": 0.88,
        "thursday": 0.82,
        "friday": 0.65,
        "saturday": 0.10,
        "sunday": 0.05,
    },
    time_of_day_patterns={"09": 0.15, "10": 0.30, "11": 0.45, "14": 0.80, "15": 0.90, "16": 0.75},
    duration_preferences={"30": 0.60, "60": 0.35, "90": 0.05},
    acceptance_rate=78.5,
    avg_response_time=45,
    sample_size=42,
    counts={"day": {"tuesday": Tally(9, 10), "friday": Tally(0.5, 4)}},
    last_updated=parse_instant("2025-11-12T10:00:00Z"),
    created_at=NOON,
)
ENDED = SchedulingEvent(
    id="se1",
    session_id=SessionId("session_001"),
    host_user_id=ALICE,
    num_invitees=1,
    proposed_slots=({"start": "2025-11-18T15:00:00Z", "end": "2025-11-18T15:30:00Z"},),
    selected_slot={"start": "2025-11-18T15:00:00Z", "end": "2025-11-18T15:30:00Z"},
    rejected_slots=({"start": "2025-11-18T16:00:00Z", "end": "2025-11-18T16:30:00Z"},),
    shown=({"start": "2025-11-18T15:00:00Z", "propensity": 0.4},),
    outcome=Outcome.SCHEDULED,
    time_to_schedule=5,
    num_messages=3,
    created_at=NOON,
    anonymised_at=NOON + HOUR,
)
NOTIFICATION = Notification(
    id="n1",
    user_id=ALICE,
    contact_id="c1",
    notification_type="booking_confirmed",
    title="Coffee with Bob",
    message="It stands in your calendar.",
    priority=NotificationPriority.URGENT,
    status=NotificationStatus.READ,
    action_url="/sessions/s1",
    metadata={"session": "s1"},
    scheduled_for=NOON,
    delivered_at=NOON + 1,
    read_at=NOON + 2,
    created_at=NOON + 3,
)
SYNC_JOB = SyncJob(
    id="j1",
    user_id=ALICE,
    connector=ConnectorName("alice-google"),
    job_type=SyncJobType.INCREMENTAL,
    status=SyncJobStatus.RUNNING,
    progress_percentage=40,
    items_processed=4,
    items_total=10,
    error_message="slow",
    started_at=NOON,
    completed_at=NOON + 1,
    metadata={"pages": 2},
    created_at=NOON + 2,
)
GRANT = Grant(
    connector=ConnectorName("alice-google"),
    user_id=ALICE,
    provider="google",
    account_email="alice@example.com",
    access_token="canary-access",
    refresh_token="canary-refresh",
    token_expires_at=NOON,
    scope=("calendar.events", "calendar.readonly"),
    status=GrantStatus.CONNECTED,
    sync_frequency=SyncFrequency.DAILY,
    error_message="once away",
    lease_owner="daemon-1",
    lease_until=NOON + 60,
    created_at=NOON,
    updated_at=NOON + 1,
)
BUDGET = Budget(
    name="google-user",
    spent_until=1000 * NOON + 250,
    quiet_until=NOON + 60,
    refusals=2,
    refused_by={"ann": NOON},
)
CHANNEL = KeptChannel(
    id="c0de",
    user_id=ALICE,
    connector=ConnectorName("alice-outlook"),
    calendar=RemoteCalendarId("AAMkAGI2="),
    place="5a" * 32,
    channel=Channel(id="new", resource="o3hg", opened=NOON, expires=NOON + DAY),
    former=Channel(id="old", resource="", opened=NOON - DAY, expires=NOON + 60),
    claimed=NOON + 120,
)
DAEMON = DaemonLife(
    id="d1",
    host="calendar.example.com",
    place="boot pid:[4026531836]",
    pid=4127,
    born=81_234_567,
    since=NOON,
    last_seen=NOON + 20,
    release="0.2.0",
    configuration="ab" * 32,
    refused="gatherly.toml:9: no connector is of kind 'foldr'",
    ended=NOON + 30,
    role="poll",
)
TURN = Turn(id="sweep", taken_at=NOON, taken_by="d1")
REFRESH_TOKEN = RefreshToken(
    id="f00d",
    user_id=ALICE,
    family="c0ffee",
    name="phone",
    expires_at=NOON + 30 * DAY,
    used_at=NOON + 60,
    created_at=NOON,
)
KEPT_ANSWER = KeptAnswer(
    id="cafe",
    user_id=ALICE,
    request="5ca1ab1e",
    status=201,
    answer={"id": "session_001", "title": "Planning"},
    created_at=NOON,
)
LEARNING_NOTE = LearningNote(id="model", document={"version": 1, "people": {}}, updated_at=NOON)
PERSONAL_SETTINGS = PersonalSettings(user_id=ALICE, values={"timezone": "Europe/Berlin"}, updated_at=NOON)
SET_ASIDE = SetAside(
    id="abc123",
    user_id=ALICE,
    step=Work.PROPOSE,
    name="session_001",
    session_id=SessionId("session_001"),
    reason="Something unforeseen happened (OverflowError at engine/time/instant.py:61)",
    mark="3",
    since=NOON,
    attempts=4,
    next_at=NOON + HOUR,
    forgotten=True,
)
DISPATCH = Dispatch(
    id="dispatch-1",
    user_id=ALICE,
    outlet="email",
    subject="n1",
    state=OutboxState.FAILED,
    attempts=3,
    next_at=NOON + HOUR,
    created_at=NOON,
    told_at=NOON + 5,
    last_error="the mail server 127.0.0.1:25 answered 550 no such person here",
)
LINK = Link(
    id="0123456789abcdef0123456789abcdef",
    user_id=ALICE,
    session_id=SessionId("session_001"),
    epoch="2.1",
    verbs=(LinkVerb.TAKE, LinkVerb.CANNOT),
    detail="duration",
    expires_at=NOON + HOUR,
    used_at=NOON + 7,
    created_at=NOON,
)
INVITATION = Invitation(
    id="1123456789abcdef0123456789abcdef",
    user_id=ALICE,
    title="Office hour",
    duration=30,
    search_days=7,
    constraints=SessionConstraints(days_of_week=(Weekday.TUESDAY,), time_range=TimeRange(540, 900)),
    uses=2,
    expires_at=NOON + HOUR,
    revoked_at=NOON + 7,
    created_at=NOON,
)
VISIT = Visit(
    id="2123456789abcdef0123456789abcdef",
    invitation_id=INVITATION.id,
    user_id=ALICE,
    session_id=SessionId("session_002"),
    start=NOON + HOUR,
    end=NOON + 2 * HOUR,
    person={"address": "vera@example.org", "name": "Vera", "zone": "Asia/Tokyo"},
    address_mark="a" * 64,
    client_mark="c" * 64,
    expires_at=NOON + 900,
    confirmed_at=NOON + 7,
    over_at=NOON + 8,
    created_at=NOON,
)
OUTAGE = Outage(
    connector=ConnectorName("alice-google"),
    user_id=ALICE,
    number=3,
    since=NOON,
    told_at=NOON + HOUR,
    over_at=NOON + 2 * HOUR,
)
CURSOR = Cursor(name="webhook/crm", position=4711)
ANA = Contact(
    id="contact_1",
    user_id=ALICE,
    email="ana@example.org",
    emails=("ana@example.org", "ana@home.example"),
    full_name="Ana Kovač",
    first_name="Ana",
    last_name="Kovač",
    company="Umbra",
    job_title="Glazier",
    linkedin_url="https://linkedin.example/in/ana",
    phone="+1-555-0100",
    avatar_url="https://umbra.example/ana.png",
    location="Ulm",
    bio="Grinds glass",
    birthday="1980-11-27",
    relationship_strength=0.625,
    last_interaction_at=NOON,
    interaction_frequency=InteractionFrequency.WEEKLY,
    rhythm=7 * DAY,
    contact_source=ContactSource.CALENDAR,
    is_archived=True,
    tags=("choir", "glass"),
    notes="Met at a fair",
    edited=True,
    merged_into="contact_0",
    measure_at=NOON + DAY,
    created_at=NOON,
    updated_at=NOON + 1,
)
KNOWN_ADDRESS = KnownAddress(id="ab" * 32, user_id=ALICE, contact_id="known", before="contact_0")
INTERACTION = Interaction(
    id="interaction_1",
    user_id=ALICE,
    contact_id="known",
    interaction_type=InteractionType.CALL,
    direction=Direction.OUTBOUND,
    subject="Marmots",
    content="Talked about the gazebo",
    content_summary="The gazebo",
    sentiment_score=-0.5,
    interaction_date=NOON,
    duration_minutes=25,
    meeting_attendees=("ana@example.org",),
    external_id="uid@example.org",
    source_platform=ContactSource.CALENDAR,
    metadata={"mergedFrom": "contact_0"},
    people=3,
    source_id="source_1",
    created_at=NOON,
    updated_at=NOON + 1,
)
INTEREST = Interest(
    id="interest_1",
    user_id=ALICE,
    contact_id="known",
    interest_category="sports",
    interest_topic="football",
    mark="cd" * 32,
    confidence_score=0.625,
    evidence_count=3,
    first_detected_at=NOON - DAY,
    last_reinforced_at=NOON,
    decay_factor=0.5,
    source_interactions=("interaction_1",),
    entered=True,
    created_at=NOON,
    updated_at=NOON + 1,
)
RELATIONSHIP = Relationship(
    id="relationship_1",
    user_id=ALICE,
    contact_a_id="known",
    contact_b_id="other",
    relationship_type=RelationshipType.FRIEND,
    strength_score=0.25,
    mutual_connections=2,
    shared_interactions=4,
    evidence_interactions=("interaction_1",),
    entered=True,
    detected_at=NOON,
    last_updated_at=NOON + 1,
    created_at=NOON,
)
MEMORY = Memory(
    id="memory_1",
    user_id=ALICE,
    contact_id="known",
    session_id="session_1",
    memory_type=MemoryType.BRIEFING,
    title="Briefing",
    content="Ana grinds glass.",
    confidence_score=0.75,
    source_interactions=("interaction_1",),
    sentences=(("Ana grinds glass.", ("known",)),),
    tags=("glass",),
    rule="habit",
    is_archived=True,
    expires_at=NOON + DAY,
    created_at=NOON,
    updated_at=NOON + 1,
)
MEETING_SOURCE = MeetingSource(
    id="source_1",
    user_id=ALICE,
    uid="uid@example.org",
    due_at=NOON,
    birthday=("Ana Kovač", "--11-27"),
    upcoming=Upcoming(NOON, NOON + HOUR, "Marmots", ("ana@example.org",)),
)
EMBEDDING = Embedding(
    id="embedding_1",
    user_id=ALICE,
    contact_id="known",
    mark="ab" * 32,
    text="Marmots",
    model="local",
    vector="AAA8AA==",
    topic=("sports", "football"),
    created_at=NOON,
    updated_at=NOON + 1,
)
ENCOUNTER = Encounter(id="encounter_1", user_id=ALICE, source_id="known_source", mark="ef" * 32, meetings=2)
