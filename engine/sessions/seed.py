"""F1's people with its five scenarios, as they stand at one moment: what a store is filled with to be tried.

Whoever is offered a time really has it: the proposals are found by the search, over busy times that are
stated here and stored nowhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.documents.slots import slot_document
from engine.find.request import BusyEntry, BusyTimes, FindRequest, search_window
from engine.find.search import find
from engine.ids import MessageId, SessionId, UserId
from engine.model.history import Outcome, SchedulingEvent
from engine.model.session import (
    EXPIRES_AFTER,
    EventSession,
    Message,
    MessageRole,
    SessionConstraints,
    SessionStatus,
    TimeRange,
)
from engine.model.session_metadata import Key
from engine.model.user import Preferences, User, WorkingHours
from engine.sessions import proposal
from engine.sessions.state_machine import reschedule
from engine.time.instant import format_instant
from engine.time.span import DAY, HOUR, MINUTE, Instant

_PEOPLE = (
    ("alice", "Alice Chen", "America/New_York", (9, 17)),
    ("bob", "Bob Martin", "America/New_York", (9, 17)),
    ("carol", "Carol Weber", "Europe/Berlin", (9, 19)),
    ("dave", "Dave Okafor", "Europe/London", (8, 18)),
    ("erin", "Erin Silva", "America/Los_Angeles", (7, 16)),
)
PAST = 24
"""Sessions of Alice's past: more than the twenty of F1's fourth scenario."""
_TUESDAY, _OFTEN = 1, 5
_HABIT = 14
"""The hour at which she mostly meets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What is put into a store."""

    users: Sequence[User]
    sessions: Sequence[EventSession]
    messages: Sequence[Message]
    past: Sequence[SchedulingEvent]


def seed(now: Instant, known: Iterable[User] = ()) -> Seed:
    """Give everything as of `now`; of two with one id or address the one that is `known` plays the part."""
    names = {one.id: one for one in known}
    addresses = {one.email.casefold(): one for one in names.values()}
    cast = [_user(*row, created_at=now - 30 * DAY) for row in _PEOPLE]
    users = [names.get(one.id) or addresses.get(one.email) or one for one in cast]
    stories = _Stories(users, now)
    stories.coffee()
    stories.team()
    stories.no_time()
    stories.moved()
    return Seed(
        users=users,
        sessions=stories.sessions,
        messages=stories.messages,
        past=[*stories.ended, *_past(users[0], now)],
    )


def _user(name: str, called: str, zone: str, hours: tuple[int, int], *, created_at: Instant) -> User:
    worked = WorkingHours(hours[0] * 60, hours[1] * 60)
    return User(
        id=UserId(name),
        email=f"{name}@example.com",
        name=called,
        timezone=zone,
        default_preferences=Preferences(preferred_duration=30, working_hours=(worked,)),
        created_at=created_at,
        updated_at=created_at,
    )


class _Stories:
    """F1's scenarios told one after the other; each appends what it leaves behind."""

    def __init__(self, users: Sequence[User], now: Instant) -> None:
        self._users = {user.id: user for user in users}
        self._alice, self._bob, self._carol, self._dave, self._erin = self._users
        self._now = now
        self.sessions: list[EventSession] = []
        self.messages: list[Message] = []
        self.ended: list[SchedulingEvent] = []

    def coffee(self) -> None:
        """Simple 1-on-1 scheduling: booked nine days ago, eight minutes after it was asked for."""
        created = self._now - 9 * DAY
        session = _session("coffee", "Coffee with Bob", self._alice, (self._bob,), 30, created)
        entities = {"attendees": ["Bob"], "timeframe": "next week", "preference": None}
        session = replace(session, metadata={Key.EXTRACTED_ENTITIES.value: entities})
        self._say(session, MessageRole.USER, "Coffee with Bob next week, half an hour", created)
        session = self._looked_for(session, created, {})
        scheduled = created + 8 * MINUTE
        chosen = session.proposed_times[0]
        session = replace(
            session,
            status=SessionStatus.SCHEDULED,
            final_time=chosen,
            scheduled_at=scheduled,
            completed_at=scheduled,
        )
        self._say(session, MessageRole.USER, "The first one, please.", scheduled - MINUTE)
        self._say(session, MessageRole.SYSTEM, f"Booked: {self._when(chosen.start, self._alice)}.", scheduled)
        self.sessions.append(session)
        self.ended.append(self._end(session, Outcome.SCHEDULED, scheduled))

    def team(self) -> None:
        """Multi-person meeting: four people in three zones, on weekday afternoons of the host's."""
        created = self._now - 10 * MINUTE
        session = _session(
            "team", "Team meeting", self._dave, (self._alice, self._carol, self._bob), 60, created
        )
        session = replace(
            session,
            optional_ids=(self._erin,),
            constraints=SessionConstraints(time_range=TimeRange(12 * 60, 18 * 60)),
        )
        words = "An hour with Alice, Carol and Bob in the afternoon; Erin if she can"
        self._say(session, MessageRole.USER, words, created)
        self.sessions.append(self._looked_for(session, created, self._some_busy()))

    def no_time(self) -> None:
        """No availability: Erin is booked whole."""
        created = self._now - HOUR
        session = _session("board", "Board preparation", self._alice, (self._erin,), 45, created)
        self._say(session, MessageRole.USER, "45 minutes with Erin this week", created)
        failed = self._looked_for(session, created, {self._erin: (BusyEntry(created, created + 7 * DAY),)})
        failed = replace(failed, completed_at=created + MINUTE)
        self.sessions.append(failed)
        self.ended.append(self._end(failed, Outcome.FAILED, created + MINUTE))

    def moved(self) -> None:
        """Real-time updates: one who attends asks for another time, and the host looks for it."""
        created = self._now - 3 * DAY
        session = _session("review", "Design review", self._carol, (self._dave,), 45, created)
        self._say(session, MessageRole.USER, "Design review with Dave, 45 minutes", created)
        session = self._looked_for(session, created, {})
        booked = replace(
            session,
            status=SessionStatus.SCHEDULED,
            final_time=session.proposed_times[-1],
            scheduled_at=created + 20 * MINUTE,
            completed_at=created + 20 * MINUTE,
        )
        asked = self._now - 30 * MINUTE
        self._say(booked, MessageRole.USER, "Something came up, could we move it?", asked)
        again = reschedule(booked, now=asked + MINUTE)
        self.sessions.append(self._looked_for(again, asked + MINUTE, self._some_busy()))

    def _some_busy(self) -> Mapping[UserId, BusyTimes]:
        """Give Bob and Dave a meeting a day."""
        days = range(8)
        morning = self._now - self._now % DAY
        taken = tuple(
            BusyEntry(morning + day * DAY + 15 * HOUR, morning + day * DAY + 16 * HOUR) for day in days
        )
        return {self._bob: taken, self._dave: taken}

    def _looked_for(
        self, session: EventSession, at: Instant, busy: Mapping[UserId, BusyTimes]
    ) -> EventSession:
        """Search as the daemon does, and say what came of it."""
        window = search_window(session, at)
        nothing: BusyTimes = ()
        request = FindRequest(
            session=session,
            users=self._users,
            busy={user: busy.get(user, nothing) for user in session.attendee_ids},
            now=at,
            window=window,
        )
        outcome = proposal.conclude(session, find(request), known_whole=True, reach=window.end)
        if outcome.says is not None:
            self._say(session, MessageRole.ASSISTANT, outcome.says, at + 2)
        return outcome.session

    def _say(self, session: EventSession, role: MessageRole, content: str, at: Instant) -> None:
        number = len(self.messages) + 1
        self.messages.append(
            Message(
                id=MessageId(f"seed-message-{number:02}"),
                session_id=session.id,
                role=role,
                content=content,
                timestamp=at,
            )
        )

    def _when(self, at: Instant, user: UserId) -> str:
        return f"{datetime.fromtimestamp(at, ZoneInfo(self._users[user].timezone)):%A %d %B, %H:%M}"

    def _end(self, session: EventSession, outcome: Outcome, at: Instant) -> SchedulingEvent:
        said = sum(one.session_id == session.id for one in self.messages)
        return SchedulingEvent(
            id=f"{session.id}-end",
            session_id=session.id,
            host_user_id=session.host_user_id,
            num_invitees=len(session.invitee_ids),
            proposed_slots=tuple(map(slot_document, session.proposed_times)),
            selected_slot=slot_document(session.final_time) if session.final_time else None,
            outcome=outcome,
            time_to_schedule=(at - session.created_at) // MINUTE if session.final_time else None,
            num_messages=said,
            created_at=at,
        )


def _session(
    name: str, title: str, host: UserId, guests: tuple[UserId, ...], minutes: int, created_at: Instant
) -> EventSession:
    return EventSession(
        id=SessionId(f"seed-{name}"),
        host_user_id=host,
        invitee_ids=guests,
        title=title,
        duration=minutes,
        created_at=created_at,
        expires_at=created_at + EXPIRES_AFTER,
    )


def _past(host: User, now: Instant) -> Sequence[SchedulingEvent]:
    """Preference learning: a session a week, four of five on a Tuesday, nine of ten at two o'clock."""
    zone = ZoneInfo(host.timezone)
    today = datetime.fromtimestamp(now, zone).date()
    monday = today - timedelta(days=today.weekday())
    found = []
    for week in range(1, PAST + 1):
        day = monday - timedelta(weeks=week) + timedelta(days=_TUESDAY if week % _OFTEN else _TUESDAY + 1)
        hour = _HABIT if week % (2 * _OFTEN) else _HABIT - 4
        start = int(datetime(day.year, day.month, day.day, hour, tzinfo=zone).timestamp())
        slot = {
            "start": format_instant(start),
            "end": format_instant(start + 30 * MINUTE),
            "confidence": 0.9,
            "conflicts": [],
        }
        found.append(
            SchedulingEvent(
                id=f"seed-past-{week:02}",
                session_id=SessionId(f"seed-past-{week:02}"),
                host_user_id=host.id,
                num_invitees=1,
                proposed_slots=(slot,),
                selected_slot=slot,
                outcome=Outcome.SCHEDULED,
                time_to_schedule=5 + week % 7,
                num_messages=3,
                created_at=start - DAY,
            )
        )
    return found
