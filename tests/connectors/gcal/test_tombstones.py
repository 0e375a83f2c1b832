"""A copy that is gone at Google: only its id is promised of it, and that is enough for everything."""

from dataclasses import replace

import pytest

from engine.errors import SourceIncompleteError, WriteConflictError
from engine.ids import EventId
from engine.model.booking import Observed
from tests.connectors.gcal.world import GoogleWorld
from tests.contracts.connector import draft_for
from tests.standins.google.answers import ApiError
from tests.standins.google.faults import ANSWERS, Fault

GET = "calendar.events.get"


def written(source: GoogleWorld) -> EventId:
    draft = draft_for(source)
    return source.connector.write(source.calendar, draft).event_id


def delete(source: GoogleWorld, event: EventId) -> None:
    source.owner.delete({"calendarId": "primary", "eventId": event}, {}, None)


def test_a_deleted_copy_is_told_by_its_id_alone(source: GoogleWorld) -> None:
    event = written(source)
    delete(source, event)
    assert source.owner.get({"calendarId": "primary", "eventId": event}, {}) == {
        "id": event,
        "status": "cancelled",
    }
    assert source.connector.read(source.calendar, event) == Observed(event_id=event, live=False)


def test_a_copy_that_was_moved_to_another_calendar_is_gone_from_this_one(source: GoogleWorld) -> None:
    event = written(source)
    other = source.google.account("other@example.com")
    other.acl[source.stored.id] = "owner"
    source.owner.move({"calendarId": "primary", "eventId": event}, {"destination": other.id})
    found = source.connector.read(source.calendar, event)
    assert found is not None
    assert (found.event_id, found.live) == (event, False)


def test_a_copy_that_google_has_forgotten_is_not_there(source: GoogleWorld) -> None:
    event = written(source)
    delete(source, event)
    source.google.state.clock.advance(40 * 86400)
    source.google.expire_access_tokens()
    assert source.connector.read(source.calendar, event) is None


def test_410_of_an_event_says_that_it_is_gone(source: GoogleWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    event = written(source)
    monkeypatch.setitem(ANSWERS, Fault.UNAVAILABLE, ApiError(410, "deleted", "Resource has been deleted"))
    source.google.faults.then(GET, Fault.UNAVAILABLE)
    assert source.connector.read(source.calendar, event) == Observed(event_id=event, live=False)


def test_what_is_gone_is_withdrawn_without_a_word(source: GoogleWorld) -> None:
    event = written(source)
    delete(source, event)
    source.connector.withdraw(source.calendar, event)
    source.connector.withdraw(source.calendar, event)
    assert [one.method for one in source.google.log if one.method.endswith("delete")] == []


def test_what_is_gone_is_in_no_list_of_ours(source: GoogleWorld) -> None:
    event = written(source)
    assert [one.event_id for one in source.connector.marked(source.calendar, None)] == [event]
    delete(source, event)
    assert source.connector.marked(source.calendar, None) == []


def test_an_id_whose_event_is_gone_is_not_written_again(source: GoogleWorld) -> None:
    draft = draft_for(source)
    event = source.connector.write(source.calendar, draft).event_id
    delete(source, event)
    with pytest.raises(WriteConflictError):
        source.connector.write(source.calendar, replace(draft, title="again"))


def test_a_live_event_without_times_is_an_error_and_no_tombstone(source: GoogleWorld) -> None:
    event = written(source)
    del source.stored.events[event]["start"]
    with pytest.raises(SourceIncompleteError):
        source.connector.read(source.calendar, event)
