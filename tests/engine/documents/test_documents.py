"""The schema documents' own examples survive reading and writing; broken ones are refused by name."""

import pytest

from engine.documents.app_documents import parse_message
from engine.documents.messages import message_document
from engine.documents.sessions import parse_session, session_document
from engine.documents.users import parse_user, user_document
from engine.errors import InputError
from engine.model.session import SessionStatus
from engine.model.user import Provider, WorkingHours
from engine.time.weekday import Weekday
from tests.acceptance.stores.f0 import MESSAGE, SESSION, USER


def test_acc_18_the_documents_user_round_trips() -> None:
    user = parse_user(USER)
    assert user_document(user) == USER
    assert user.calendars[0].provider is Provider.GOOGLE
    assert user.default_preferences.working_hours == (WorkingHours(9 * 60, 17 * 60),)


@pytest.mark.parametrize("field", ["id", "email", "name", "timezone", "createdAt", "updatedAt"])
def test_acc_16_a_user_without_a_required_field_is_refused(field: str) -> None:
    with pytest.raises(InputError, match=rf"user\.{field} is missing"):
        parse_user({key: value for key, value in USER.items() if key != field})


@pytest.mark.parametrize(
    "zone", ["Mars/Olympus", "EST+5", "America", "", "/etc/localtime", "../UTC", "localtime"]
)
def test_acc_16_a_zone_that_is_not_ianas_is_refused(zone: str) -> None:
    with pytest.raises(InputError, match=r"user\.timezone.*not an IANA time zone"):
        parse_user(USER | {"timezone": zone})


def test_acc_16_the_optional_fields_may_lack() -> None:
    required = {key: USER[key] for key in ("id", "email", "name", "timezone", "createdAt", "updatedAt")}
    assert user_document(parse_user(required)) == required


@pytest.mark.parametrize("provider", ["google", "outlook", "apple"])
def test_acc_17_a_calendar_connection_names_one_of_three_providers(provider: str) -> None:
    document = USER | {"calendars": [USER["calendars"][0] | {"provider": provider}]}
    assert user_document(parse_user(document)) == document


def test_acc_17_another_provider_is_refused() -> None:
    with pytest.raises(InputError, match=r"user\.calendars\[0\]\.provider is 'fax'"):
        parse_user(USER | {"calendars": [USER["calendars"][0] | {"provider": "fax"}]})


def test_acc_24_the_documents_session_round_trips() -> None:
    session = parse_session(SESSION)
    assert session_document(session) == SESSION
    assert session.constraints.days_of_week == (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY)
    assert [slot.span.seconds for slot in session.proposed_times] == [3600, 3600]


@pytest.mark.parametrize(
    "field", ["id", "hostUserId", "inviteeIds", "title", "duration", "status", "createdAt"]
)
def test_acc_20_a_session_without_a_required_field_is_refused(field: str) -> None:
    with pytest.raises(InputError, match=rf"session\.{field} is missing"):
        parse_session({key: value for key, value in SESSION.items() if key != field})


@pytest.mark.parametrize("status", list(SessionStatus))
def test_acc_21_a_session_has_one_of_four_states(status: SessionStatus) -> None:
    assert parse_session(SESSION | {"status": status.value}).status is status


def test_acc_21_another_state_is_refused() -> None:
    with pytest.raises(InputError, match=r"session\.status is 'confirmed'"):
        parse_session(SESSION | {"status": "confirmed"})


@pytest.mark.parametrize("confidence", [-0.01, 1.01, "0.9", True])
def test_acc_23_a_confidence_outside_0_to_1_is_refused(confidence: object) -> None:
    slot = SESSION["proposedTimes"][0] | {"confidence": confidence}
    with pytest.raises(InputError, match=r"session\.proposedTimes\[0\]\.confidence"):
        parse_session(SESSION | {"proposedTimes": [slot]})


def test_acc_25_a_session_expires_after_seven_days_unless_it_says_otherwise() -> None:
    session = parse_session({key: value for key, value in SESSION.items() if key != "expiresAt"})
    assert session.expires_at - session.created_at == 7 * 86400


def test_gatherlys_own_fields_of_a_session_round_trip() -> None:
    document = SESSION | {
        "optionalIds": ["o1"],
        "groups": [{"anyOf": ["g1", "g2"], "count": 1}],
        "finalTime": SESSION["proposedTimes"][0],
        "recurrence": "FREQ=WEEKLY;BYDAY=MO",
        "rejectedSlots": [SESSION["proposedTimes"][1]],
        "responses": [
            {"userId": "o1", "answer": "declined", "slot": None, "at": "2025-11-13T10:00:00Z"},
            {
                "userId": "g1",
                "answer": "accepted",
                "slot": "2025-11-15T14:00:00Z",
                "at": "2025-11-13T10:00:00Z",
            },
        ],
        "metadata": {"failureReason": "none"},
        "search": {"start": "2025-11-12T10:00:00Z", "end": "2025-11-15T10:00:00Z"},
        "searchDays": 5,
        "minimumNotice": 120,
        "bufferTime": 10,
        "description": "Weekly sync",
        "location": "Gates 100",
        "scheduledAt": "2025-11-13T10:00:00Z",
        "completedAt": "2025-11-16T10:00:00Z",
    }
    assert session_document(parse_session(document)) == document


def test_acc_29_30_the_documents_message_round_trips() -> None:
    message = parse_message(MESSAGE)
    assert message_document(message) == MESSAGE
    assert message.metadata is not None
    assert message.metadata["extractedEntities"]["attendees"] == ["Alice", "Bob"]


@pytest.mark.parametrize("role", ["user", "assistant", "system"])
def test_acc_29_a_message_is_spoken_by_one_of_three(role: str) -> None:
    assert message_document(parse_message(MESSAGE | {"role": role})) == MESSAGE | {"role": role}


def test_a_key_that_nobody_knows_is_named() -> None:
    with pytest.raises(InputError, match=r"session\.colour is not known"):
        parse_session(SESSION | {"colour": "red"})


def test_nobody_has_two_roles() -> None:
    with pytest.raises(InputError, match="'user_abc123' twice"):
        parse_session(SESSION | {"optionalIds": ["user_abc123"]})
