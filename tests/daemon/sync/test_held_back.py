"""What gatherly keeps from by itself is no failure: nothing is sent, and `status` says why and until when."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.gcal.pace import Pace
from daemon.app.status import gather
from daemon.commands.status_words import status_words
from daemon.jobs.single_pass import run_once
from daemon.sync.budgets import LOOK_EVERY
from daemon.terminal.times import Reader
from engine.ids import SessionId
from engine.model.booking import BookingState
from engine.model.calendar import ConnectorState
from engine.model.operations import Budget
from engine.operations.health import Health
from engine.operations.health_document import health_document
from engine.sessions.session_options import SessionOptions
from tests.standins.google.faults import Fault
from tests.worlds.connected_world import NAME, Connected, connected_services
from tests.worlds.google_world import ALICE

READER = Reader("UTC", 0)
LIST, INSERT = "calendar.events.list", "calendar.events.insert"


@pytest.fixture
def connected(tmp_path: Path) -> Iterator[Connected]:
    with connected_services(tmp_path) as made:
        yield made


def once(connected: Connected) -> tuple[int, list[str]]:
    """Do what `run --once` does; gives its failures and what it said."""
    said: list[str] = []
    done = run_once(connected.services, said.append)
    return len(done.failed), said


def health(connected: Connected) -> Health:
    with connected.services.store.reading() as tx:
        return gather(tx, connected.services.configuration, connected.here.at)


def booked(connected: Connected) -> list[str]:
    stored = connected.made.google.state.stored_calendars[ALICE]
    return [name for name, one in stored.events.items() if one.get("status") != "cancelled"]


def accepted(connected: Connected) -> SessionId:
    """Have a session of one person, proposed and accepted."""
    session = connected.services.desk.create(
        SessionOptions(host=ALICE, title="Think", duration="30m", invitees=())
    )
    once(connected)
    connected.services.desk.accept(session.id, 3)
    return session.id


def pace_of(connected: Connected) -> Pace:
    """Give the connector's pace: there is no public way to spend a budget without requests."""
    pace = connected.services.sources[NAME].connector.inner._pace  # type: ignore[attr-defined] # see above
    assert isinstance(pace, Pace)
    return pace


def state(connected: Connected, session: SessionId) -> str:
    return str(connected.services.desk.view(session)["booking"]["state"])


def test_a_pause_is_no_failure_and_is_told_with_its_end(connected: Connected) -> None:
    assert once(connected)[0] == 0
    connected.made.google.faults.then(LIST, Fault.USER_RATE)
    assert once(connected)[0] == 1
    with connected.services.store.reading() as tx:
        before = tx.calendars.account(NAME)
    connected.made.google.log.clear()
    failures, said = once(connected)
    assert (failures, connected.made.google.log) == (0, [])
    assert any("held back" in line for line in said)
    with connected.services.store.reading() as tx:
        after = tx.calendars.account(NAME)
    assert before is not None
    assert after is not None
    assert (after.failures, after.state) == (before.failures, before.state)
    (row,) = health_document(health(connected))["connectors"]
    assert row["heldBack"]["why"]
    assert row["heldBack"]["until"] == row["nextRun"]
    assert "held back until" in status_words(health(connected), READER)


def test_a_spent_budget_leaves_a_working_connector_as_it_is(connected: Connected) -> None:
    once(connected)
    pace = pace_of(connected)
    with connected.services.store.writing() as tx:
        spent = (connected.here.at + 120) * 1000
        tx.repositories.budgets.put(Budget(name=pace._own.name, spent_until=spent))
    connected.pass_by(LOOK_EVERY)
    assert once(connected)[0] == 0
    assert health(connected).connectors[0].state is ConnectorState.OK
    assert health(connected).connectors[0].held_back is not None
    connected.pass_by(300)
    assert once(connected)[0] == 0
    assert health(connected).connectors[0].held_back is None


def test_a_write_limit_of_hours_is_waited_out_with_nothing_written_and_named(connected: Connected) -> None:
    once(connected)
    connected.made.google.faults.then(INSERT, Fault.WRITE_LIMIT)
    session = accepted(connected)
    for _ in range(8):
        assert once(connected)[0] == 0
        connected.pass_by(60)
    assert booked(connected) == []
    assert state(connected, session) == BookingState.HELD
    assert connected.services.desk.view(session)["status"] == "pending"
    (held,) = health(connected).writes_held
    assert (held.session, held.user) == (session, ALICE)
    assert "limited this account's writes" in status_words(health(connected), READER)
    (copy,) = connected.services.desk.view(session)["booking"]["perCalendar"]
    assert "writes" in copy["lastError"]
    connected.pass_by(3 * 3600)
    once(connected)
    assert state(connected, session) == BookingState.CONFIRMED
    assert len(booked(connected)) == 1


def test_a_short_refusal_of_a_write_is_waited_out_where_it_is(connected: Connected) -> None:
    once(connected)
    connected.made.google.faults.then(INSERT, Fault.RATE)
    session = accepted(connected)
    assert once(connected)[0] == 0
    assert state(connected, session) == BookingState.WRITING
    connected.pass_by(15)
    assert once(connected)[0] == 0
    assert state(connected, session) == BookingState.CONFIRMED


def test_a_pause_of_reading_keeps_what_was_accepted_for_longer_than_two_minutes(connected: Connected) -> None:
    once(connected)
    session = accepted(connected)
    connected.pass_by(60)
    pace = pace_of(connected)
    pace._budgets.refused(pace._account.name, 900, 10)
    for _ in range(10):
        once(connected)
        connected.pass_by(60)
    assert state(connected, session) == BookingState.HELD
    assert "notBooked" not in connected.services.desk.view(session).get("metadata", {})
    connected.pass_by(600)
    once(connected)
    assert state(connected, session) == BookingState.CONFIRMED
