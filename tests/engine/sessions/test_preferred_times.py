"""What is said softly ranks: the times that would be liked come first, and none is ruled out."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from engine.availability.evidence import Known
from engine.find.search import find
from engine.ids import SessionId, UserId
from engine.model.session import EventSession
from engine.model.user import User
from engine.sessions.preferred_times import preferred_rules
from engine.sessions.proposal import request_for
from engine.sessions.spoken import context_of, message_metadata, refined, requested
from engine.time.instant import parse_instant, to_datetime
from engine.time.local_time import zone_info
from engine.time.span import DAY
from engine.understand.grammar import understand
from engine.understand.reading import Context

NOW = parse_instant("2026-11-13T09:00:00Z")
ANN, BO = UserId("ann"), UserId("bo")


def person(name: str, zone: str) -> User:
    return User(
        id=UserId(name),
        email=f"{name}@example.com",
        name=name.title(),
        timezone=zone,
        created_at=NOW,
        updated_at=NOW,
    )


def asked(text: str, zone: str = "Europe/Berlin") -> tuple[EventSession, dict[UserId, User]]:
    users = {ANN: person("ann", zone), BO: person("bo", "Europe/Berlin")}
    reading = understand(text, NOW, zone, Context())
    assert reading.sure, reading.question
    return requested(reading, users[ANN], users, SessionId("s"), NOW, 7 * DAY), users


def offered(session: EventSession, users: dict[UserId, User]) -> list[datetime]:
    """Give the local starts of what is proposed, the best first."""
    known = {user: Known(user=user, taken=(), until=NOW + 60 * DAY) for user in users}
    answer = find(request_for(session, users, known, NOW))
    zone = zone_info(users[ANN].timezone)
    return [to_datetime(slot.start).astimezone(zone) for slot in answer.proposed]


SOFT = [
    ("Meet Bo for an hour next week, preferably in the afternoon", lambda at: 12 <= at.hour < 18),
    ("Meet Bo for an hour next week, preferably on Thursday", lambda at: at.weekday() == 3),
    ("Meet Bo for an hour next week, ideally around 3", lambda at: at.hour == 15 and at.minute == 0),
    ("Meet Bo for an hour next week, ideally Friday morning", lambda at: at.weekday() == 4 and at.hour < 12),
    ("Meet Bo for an hour in the next two weeks, ideally after the 20th", lambda at: at.day > 20),
    ("Meet Bo for 30 minutes in the next two weeks, preferably next week", lambda at: 16 <= at.day <= 22),
    ("Meet Bo for an hour next week, I'd prefer 10:30", lambda at: (at.hour, at.minute) == (10, 30)),
]


@pytest.mark.parametrize(("text", "liked"), SOFT)
def test_acceptance_30_what_is_preferred_comes_first(text: str, liked: object) -> None:
    session, users = asked(text)
    assert callable(liked)
    starts = offered(session, users)
    assert starts
    assert liked(starts[0]), starts


def test_acceptance_30_the_first_message_of_f0_is_read_as_it_says() -> None:
    text = "Schedule a meeting with Alice and Bob next week, preferably in the afternoon"
    reading = understand(text, parse_instant("2025-11-12T10:05:00Z"), "America/Los_Angeles", Context())
    entities = message_metadata(reading)["extractedEntities"]
    assert {key: entities[key] for key in ("attendees", "timeframe", "preference")} == {
        "attendees": ["Alice", "Bob"],
        "timeframe": "next week",
        "preference": "afternoon",
    }


def test_what_is_preferred_rules_nothing_out() -> None:
    only = asked("Meet Bo for an hour next week between 9 and 11, preferably in the afternoon")
    assert [at.hour for at in offered(*only)]


def test_a_preferred_time_in_another_zone_is_the_hosts_own_there() -> None:
    session, users = asked("Meet Bo for an hour next week, ideally around 3pm London time")
    assert offered(session, users)[0].hour == 16


def test_a_later_word_takes_the_place_of_the_wish() -> None:
    session, users = asked("Meet Bo for an hour next week, preferably in the afternoon")
    reading = understand("preferably Tuesday morning", NOW, "Europe/Berlin", context_of(session, users))
    changed = refined(session, reading, users, NOW)
    assert offered(changed, users)[0].weekday() == 1
    assert offered(changed, users)[0].hour < 12


@pytest.mark.parametrize(
    "value",
    [
        None,
        "afternoon",
        3,
        [],
        {},
        {"at": "late"},
        {"at": {}},
        {"timeRange": {"start": "9"}},
        {"timeRange": []},
        {"daysOfWeek": ["someday"]},
        {"dates": {"from": "soon", "to": None}},
        {"dates": "x"},
    ],
)
def test_what_cannot_be_read_says_nothing(value: object) -> None:
    session, users = asked("Meet Bo for an hour next week")
    kept = replace(session, metadata={**session.metadata, "preferredTimes": value})
    assert preferred_rules(kept) == ()
    assert offered(kept, users) == offered(session, users)


def test_the_wish_stands_with_the_session_as_it_was_read() -> None:
    session, _ = asked("Meet Bo for an hour next week, preferably on Tuesday after 2pm")
    document = json.loads(json.dumps(session.metadata["preferredTimes"]))
    assert document == {"timeRange": {"start": "14:00", "end": "24:00"}, "daysOfWeek": ["tuesday"]}
