"""An account's further addresses, and rooms: told where the app may ask, and no matter where it may not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.outlook.auth import exchange_of
from engine.ids import RemoteCalendarId
from tests.connectors.outlook.world import SCOPES, OutlookWorld, outlook_world
from tests.standins.outlook.faults import Fault
from tests.standins.outlook.outlook import APP
from tests.standins.surroundings import OWNER

ROOM = {"id": "r5", "displayName": "Room 5", "emailAddress": "Room-5@corp.example", "capacity": 12}
DECLINED = [{"emailAddress": {"address": "Dave.Old@corp.example"}, "status": {"response": "declined"}}]
ALLOWED = ("User.Read", "Place.Read.All")


def furnish(world: OutlookWorld) -> OutlookWorld:
    world.outlook.state.mailboxes[OWNER].aliases = ("dave.old@corp.example",)
    world.outlook.state.rooms.append(dict(ROOM))
    world.owner.put("2026-10-20T10:00:00", "2026-10-20T11:00:00", attendees=DECLINED)
    return world


@pytest.fixture(params=["a person", "an app alone"])
def allowed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OutlookWorld]:
    alone = request.param == "an app alone"
    with outlook_world(tmp_path, alone=alone, scopes=(*SCOPES, *ALLOWED)) as world:
        client = world.outlook.state.clients[APP.id]
        client.roles = (*client.roles, "User.Read.All", "Place.Read.All")
        if not alone:
            world.keeper.renewed(
                None,
                exchange_of(world.connector._options, world.connector._context, world.connector._guarded),
            )
        yield furnish(world)


def test_what_the_owner_declined_by_a_further_address_is_free(allowed: OutlookWorld) -> None:
    assert allowed.interpreted(allowed.everything()).occurrences == ()
    assert allowed.asked("users.get") == 1
    allowed.everything()
    assert allowed.asked("users.get") == 1


def test_further_addresses_are_told_by_check(allowed: OutlookWorld) -> None:
    assert "its further addresses are dave.old@corp.example" in allowed.connector.probe().notes


def test_check_tells_whose_account_it_is_and_how_microsoft_is_spoken_to(source: OutlookWorld) -> None:
    assert source.connector.probe().notes == (f"the account is {OWNER}", "without TLS")


def test_rooms_are_listed_and_make_nobody_busy_until_they_are_named(allowed: OutlookWorld) -> None:
    (room,) = [one for one in allowed.connector.calendars() if one.calendar.startswith("schedule:")]
    assert (room.name, room.is_hidden, room.read_only) == ("Room 5 (12 seats)", True, True)
    assert room.calendar == "schedule:room-5@corp.example"
    allowed.connector.calendars()
    assert allowed.asked("places.list") == 1


def test_a_room_that_is_named_is_read_as_its_free_busy(allowed: OutlookWorld) -> None:
    allowed.outlook.account("room-5@corp.example")
    read = allowed.connector.changes(RemoteCalendarId("schedule:room-5@corp.example"), None, {})
    assert len(read.objects) == 1


def test_where_it_was_not_allowed_nothing_is_asked_and_calendars_are_listed(source: OutlookWorld) -> None:
    furnish(source)
    assert len(source.connector.calendars()) == 1
    assert len(source.interpreted(source.everything()).occurrences) == 1
    assert source.asked("users.get") == source.asked("places.list") == 0


def test_an_app_alone_that_may_not_finds_out_once(tmp_path: Path) -> None:
    with outlook_world(tmp_path, alone=True) as world:
        furnish(world)
        for _ in range(3):
            assert len(world.connector.calendars()) == 1
        assert (world.asked("users.get"), world.asked("places.list")) == (1, 1)


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.HTML, Fault.UNAVAILABLE])
def test_calendars_do_not_wait_for_a_directory_that_is_away(allowed: OutlookWorld, fault: Fault) -> None:
    allowed.outlook.faults.then("places.list", fault)
    assert len(allowed.connector.calendars()) == 1


@pytest.mark.parametrize("odd", [None, "SMTP:x@example.com", [3, None, "smtp:"], {"a": 1}])
def test_a_directory_that_tells_oddly_is_no_trouble(allowed: OutlookWorld, odd: object) -> None:
    mailbox = allowed.outlook.state.mailboxes[OWNER]
    real = allowed.outlook._profile
    allowed.outlook._profile = lambda *asked: {**real(*asked), "proxyAddresses": odd}  # type: ignore[method-assign]
    allowed.outlook.state.mailboxes[OWNER] = replace(mailbox)
    assert allowed.everything().whole
