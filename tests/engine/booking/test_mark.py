"""A copy tells by its mark whether it is of a session or of an event of gatherly's own."""

import pytest

from engine.ids import InstallId, SessionId
from engine.model.booking import Mark, native_session


def mark(session: SessionId) -> Mark:
    return Mark(install=InstallId("here"), session=session, epoch=1)


@pytest.mark.parametrize("event", ["e1", "", "event/", "a/b"])
def test_an_events_copy_is_known_by_its_mark(event: str) -> None:
    assert mark(native_session(event)).is_native


@pytest.mark.parametrize("session", ["s1", "event", "event:1", "event:", "Event1", "events", ""])
def test_no_name_that_an_app_may_give_its_session_makes_it_an_event(session: str) -> None:
    assert not mark(SessionId(session)).is_native
