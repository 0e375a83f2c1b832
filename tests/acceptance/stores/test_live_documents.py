"""F0's users, sessions and messages as documents: what is asked for is kept, word for word."""

from typing import Any

import pytest

from engine.documents.app_documents import parse_message
from engine.documents.messages import message_document
from engine.documents.sessions import parse_session, session_document
from engine.documents.users import parse_user, user_document
from engine.errors import ConfigurationError, InputError, UnknownThingError
from engine.ids import SessionId, UserId
from engine.ports.store import Store
from tests.acceptance.stores.conftest import MakeWorld
from tests.acceptance.stores.f0 import MESSAGE, SESSION, USER
from tests.worlds.folder_world import Somebody

WHOLE_USER = USER | {"avatarURL": "https://example.com/milan.png"}
WHOLE_SESSION = SESSION | {
    "finalTime": SESSION["proposedTimes"][0],
    "scheduledAt": "2025-11-12T10:20:00Z",
    "metadata": {"failureReason": "none", "suggestions": ["Extend search window"]},
}


def user_kept(store: Store, document: dict[str, Any]) -> dict[str, Any]:
    """Put a user's document into the store, and give what the store then holds."""
    with store.writing() as work:
        put = work.users.put(parse_user(document))
    with store.reading() as look:
        found = look.users.get(put.id)
    assert found == put
    return user_document(put)


def session_kept(store: Store, document: dict[str, Any]) -> dict[str, Any]:
    """Put a session's document into the store, and give what the store then holds."""
    with store.writing() as work:
        put = work.sessions.put(parse_session(document))
    with store.reading() as look:
        found = look.sessions.get(put.id)
    assert found == put
    return session_document(put)


def test_acceptance_16_a_user_is_kept_with_and_without_the_optional_fields(live: MakeWorld) -> None:
    required = {key: USER[key] for key in ("id", "email", "name", "timezone", "createdAt", "updatedAt")}
    with live().services() as services:
        assert user_kept(services.store, WHOLE_USER) == WHOLE_USER
        other = required | {"id": "user_def456"}
        assert user_kept(services.store, other) == other
        for field in required:
            with pytest.raises(InputError, match=rf"user\.{field}"):
                user_kept(services.store, {key: value for key, value in WHOLE_USER.items() if key != field})


def test_acceptance_16_a_zone_that_is_not_ianas_gets_in_by_no_door(live: MakeWorld) -> None:
    with live().services() as services, pytest.raises(InputError, match="IANA"):
        user_kept(services.store, USER | {"timezone": "Mars/Olympus"})
    with (
        pytest.raises(ConfigurationError, match="Mars/Olympus"),
        live([Somebody(name="ann", zone="Mars/Olympus")]).services(),
    ):
        pass
    with live().services() as services, services.store.reading() as look:
        assert not look.users.all()


@pytest.mark.parametrize("provider", ["google", "outlook", "apple"])
def test_acceptance_17_a_calendar_connection_is_kept(live: MakeWorld, provider: str) -> None:
    connection = {
        "provider": provider,
        "calendarId": f"{provider}-1",
        "isPrimary": False,
        "readOnly": True,
        "syncedAt": "2025-11-12T10:00:01Z",
    }
    document = USER | {"calendars": [*USER["calendars"], connection]}
    with live().services() as services:
        assert user_kept(services.store, document) == document
        with pytest.raises(InputError, match="fax"):
            user_kept(services.store, USER | {"calendars": [connection | {"provider": "fax"}]})


def test_acceptance_18_the_documents_user_round_trips(live: MakeWorld) -> None:
    with live().services() as services:
        assert user_kept(services.store, USER) == USER


def test_acceptance_20_a_session_is_kept_with_and_without_the_optional_fields(live: MakeWorld) -> None:
    required = ("id", "hostUserId", "inviteeIds", "title", "duration", "status", "createdAt")
    with live().services() as services:
        assert session_kept(services.store, WHOLE_SESSION) == WHOLE_SESSION
        bare = {key: SESSION[key] for key in required} | {"id": "session_bare"}
        assert session_kept(services.store, bare) == bare | {
            "proposedTimes": [],
            "expiresAt": "2025-11-19T10:00:00Z",
        }
        for field in required:
            with pytest.raises(InputError, match=rf"session\.{field}"):
                session_kept(services.store, {key: value for key, value in SESSION.items() if key != field})


@pytest.mark.parametrize("confidence", [0, 0.5, 1])
def test_acceptance_23_a_slot_keeps_its_confidence_and_conflicts(live: MakeWorld, confidence: float) -> None:
    slot = {
        "start": "2025-11-18T15:00:00Z",
        "end": "2025-11-18T15:30:00Z",
        "confidence": confidence,
        "conflicts": ["bob: Back-to-back meetings", "cy: Tentative"],
    }
    document = SESSION | {"proposedTimes": [slot]}
    with live().services() as services:
        assert session_kept(services.store, document) == document
        for outside in (-0.01, 1.01):
            with pytest.raises(InputError, match="confidence"):
                session_kept(services.store, SESSION | {"proposedTimes": [slot | {"confidence": outside}]})


def test_acceptance_24_the_documents_session_round_trips(live: MakeWorld) -> None:
    with live().services() as services:
        assert session_kept(services.store, SESSION) == SESSION


def test_acceptance_29_the_documents_message_round_trips_in_its_session(live: MakeWorld) -> None:
    others = [
        MESSAGE | {"id": f"msg_{role}", "role": role, "timestamp": f"2025-11-12T10:0{6 + at}:00Z"}
        for at, role in enumerate(("assistant", "system"))
    ]
    del others[0]["metadata"]
    with live().services() as services:
        session_kept(services.store, SESSION)
        for document in (MESSAGE, *others, MESSAGE):
            with services.store.writing() as work:
                work.messages.add(parse_message(document))
        with services.store.reading() as look:
            said = look.messages.of(SessionId("session_xyz789"))
        assert [message_document(message) for message in said] == [MESSAGE, *others]
        with pytest.raises(UnknownThingError), services.store.writing() as work:
            work.messages.add(parse_message(MESSAGE | {"sessionId": "session_none"}))
        with pytest.raises(InputError, match="role"):
            parse_message(MESSAGE | {"role": "robot"})


def test_acceptance_29_a_message_goes_with_its_session(live: MakeWorld) -> None:
    with live().services() as services:
        session_kept(services.store, SESSION)
        with services.store.writing() as work:
            work.messages.add(parse_message(MESSAGE))
        with services.store.writing() as work:
            work.sessions.delete(SessionId("session_xyz789"))
        with services.store.reading() as look:
            assert not look.messages.of(SessionId("session_xyz789"))
            assert look.users.get(UserId("user_abc123")) is None
