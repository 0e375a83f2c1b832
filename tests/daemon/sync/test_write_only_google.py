"""A connector that writes and reads nothing: a grant that is refused is known wherever one asks."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.gcal.scopes import READ_SCOPES, WRITE_SCOPES
from daemon.app.status import gather
from daemon.jobs.jobs import work
from daemon.jobs.single_pass import run_once
from engine.ids import SessionId
from engine.model.calendar import ConnectorState
from engine.operations.health import ConnectorHealth
from engine.sessions.session_options import SessionOptions
from engine.time.span import HOUR
from tests.standins.google.faults import Fault
from tests.worlds.command_line import Line
from tests.worlds.connected_world import NAME, USER, Connected, connected_services
from tests.worlds.google_world import ALICE, CONFIGURATION, google_services

INSERT = "calendar.events.insert"
WRITE_ONLY = CONFIGURATION.replace('read = ["primary"]', "read = []") + (
    '\n[connectors.alice-folder]\nkind = "folder"\nuser = "alice@example.com"\npath = "calendars"\n'
)


@pytest.fixture
def connected(tmp_path: Path) -> Iterator[Connected]:
    (tmp_path / "calendars").mkdir()
    with connected_services(tmp_path, WRITE_ONLY) as made:
        yield made


def once(connected: Connected) -> None:
    run_once(connected.services, lambda line: None)


def shown(connected: Connected) -> ConnectorHealth:
    with connected.services.store.reading() as tx:
        found = gather(tx, connected.services.configuration, connected.here.at)
    return next(one for one in found.connectors if one.name == NAME)


def session(connected: Connected) -> SessionId:
    return connected.services.desk.create(
        SessionOptions(host=ALICE, title="Think", duration="30m", invitees=())
    ).id


def waited_for(connected: Connected) -> str:
    view = connected.services.desk.view(session(connected))
    return str(view.get("metadata", {}).get("waitingFor", ""))


def accepted(connected: Connected) -> SessionId:
    made = session(connected)
    once(connected)
    connected.services.desk.accept(made, 1)
    return made


def notices(connected: Connected) -> list[str]:
    with connected.services.store.reading() as tx:
        return [one.notification_type for one in tx.repositories.notifications.of_user(USER)]


def revoke(connected: Connected) -> None:
    connected.revoke()


def change_client(connected: Connected) -> None:
    for refresh in connected.made.google.state.refreshes.values():
        refresh.client = "another.apps.googleusercontent.com"
    connected.made.google.expire_access_tokens()


def take_scope(connected: Connected) -> None:
    for refresh in connected.made.google.state.refreshes.values():
        refresh.scopes = READ_SCOPES
    connected.made.google.expire_access_tokens()


def take_lists(connected: Connected) -> None:
    for refresh in connected.made.google.state.refreshes.values():
        refresh.scopes = WRITE_SCOPES[2:]
    connected.made.google.expire_access_tokens()


def refuse_insert(connected: Connected) -> None:
    connected.made.google.faults.then(INSERT, Fault.UNAUTHORIZED, Fault.UNAUTHORIZED)


TAKEN = [revoke, change_client, take_scope, take_lists, refuse_insert]


def test_one_that_writes_only_and_works_is_well(connected: Connected) -> None:
    once(connected)
    assert shown(connected).state is ConnectorState.OK
    connected.pass_by(30 * 24 * HOUR)
    once(connected)
    assert shown(connected).state is ConnectorState.OK


@pytest.mark.parametrize("take", TAKEN)
def test_a_write_that_is_refused_for_its_grant_is_known_afterwards(
    connected: Connected, take: Callable[[Connected], None]
) -> None:
    booked = accepted(connected)
    take(connected)
    work(connected.services)
    assert shown(connected).state is ConnectorState.EXPIRED
    assert shown(connected).last_error
    assert "alice-work is expired" in waited_for(connected)
    assert notices(connected).count("connection_lost") == 1
    connected.pass_by(300)
    connected.services.sweep.run()
    assert shown(connected).state is ConnectorState.EXPIRED
    assert connected.services.desk.view(booked)["status"] == "pending"


@pytest.mark.parametrize("take", [revoke, change_client])
def test_a_refused_renewal_ahead_of_time_is_known_though_nothing_was_ever_read(
    connected: Connected, take: Callable[[Connected], None]
) -> None:
    take(connected)
    connected.pass_by(HOUR)
    connected.services.refresh.run()
    assert shown(connected).state is ConnectorState.EXPIRED
    assert "alice-work is expired" in waited_for(connected)
    work(connected.services)
    assert notices(connected) == ["connection_lost"]


@pytest.mark.parametrize("take", [revoke, change_client, take_scope, take_lists])
def test_the_sweep_and_the_daemons_own_round_find_it_without_any_booking(
    connected: Connected, take: Callable[[Connected], None]
) -> None:
    once(connected)
    take(connected)
    connected.pass_by(2 * HOUR)
    connected.services.sweep.run()
    for source in connected.services.due_sources():
        connected.services.pull.run(source)
    assert shown(connected).state is ConnectorState.EXPIRED
    assert "alice-work is expired" in waited_for(connected)


@pytest.mark.parametrize("take", [revoke, take_scope])
def test_it_stays_known_while_it_is_so_and_no_longer(
    connected: Connected, take: Callable[[Connected], None]
) -> None:
    once(connected)
    take(connected)
    for _ in range(3):
        connected.pass_by(2 * HOUR)
        once(connected)
        assert shown(connected).state is ConnectorState.EXPIRED
    for refresh in connected.made.google.state.refreshes.values():
        refresh.dead, refresh.scopes = None, WRITE_SCOPES
    connected.made.google.expire_access_tokens()
    connected.pass_by(2 * HOUR)
    once(connected)
    assert shown(connected).state is ConnectorState.OK
    assert waited_for(connected) == ""


def test_a_scope_that_only_writing_lacks_is_kept_though_reading_goes_well(tmp_path: Path) -> None:
    with connected_services(tmp_path) as both:
        booked = accepted(both)
        take_scope(both)
        work(both.services)
        assert shown(both).state is ConnectorState.EXPIRED
        both.pass_by(2 * HOUR)
        once(both)
        assert shown(both).state is ConnectorState.EXPIRED
        assert "lacks the scope" in str(shown(both).last_error)
        assert both.services.desk.view(booked)["status"] == "pending"


def test_check_status_and_create_name_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "calendars").mkdir()
    gatherly = Line(capsys)
    with google_services(tmp_path, configuration=WRITE_ONLY) as services:
        assert (
            gatherly("connect", "alice-work", "-c", services.file, "--from", services.grant).returncode == 0
        )
        assert gatherly("run", "--once", "-c", services.file).returncode == 0
        assert gatherly("status", "-c", services.file).returncode == 0
        services.google.state.refreshes[services.refresh].dead = "revoked"
        services.google.expire_access_tokens()
        assert gatherly("run", "--once", "-c", services.file).returncode == 1
        told = gatherly("status", "--json", "-c", services.file)
        (row,) = (one for one in json.loads(told.stdout)["connectors"] if one["name"] == NAME)
        assert (told.returncode, row["state"]) == (1, "expired")
        assert "the grant was revoked" in row["lastError"]
        assert gatherly("check", "-c", services.file).returncode == 1
        words = ("--host", ALICE, "--duration", "30m", "--title", "Sync", "-c", services.file)
        assert "! Alice: alice-work is expired" in gatherly("session", "create", *words).stdout
