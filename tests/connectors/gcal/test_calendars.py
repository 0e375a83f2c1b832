"""The account's list of calendars, and what `check` makes of it: names, zones, rights."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.ids import RemoteCalendarId
from tests.connectors.gcal.world import GoogleWorld, google_world
from tests.standins.google.state import StoredCalendar
from tests.standins.surroundings import OWNER

TEAM = "team@group.calendar.google.com"


@pytest.fixture
def source(tmp_path: Path) -> Iterator[GoogleWorld]:
    with google_world(tmp_path) as made:
        yield made


def subscribe(source: GoogleWorld, role: str, **entry: object) -> None:
    state = source.google.state
    state.stored_calendars[TEAM] = StoredCalendar(
        id=TEAM, owner="else@example.com", summary="The team", acl={OWNER: role}
    )
    state.lists.setdefault(OWNER, {})[TEAM] = dict(entry)


@pytest.mark.parametrize(
    ("role", "read_only"), [("freeBusyReader", True), ("reader", True), ("writer", False), ("owner", False)]
)
def test_who_may_write_where_is_what_google_says(source: GoogleWorld, role: str, read_only: bool) -> None:
    subscribe(source, role)
    assert {str(one.calendar): one.read_only for one in source.connector.calendars()} == {
        "primary": False,
        TEAM: read_only,
    }
    context = replace(source.connector._context, write=RemoteCalendarId(TEAM))
    source.connector._context = context
    probe = source.connector.probe()
    assert (probe.authorised, probe.can_write, probe.problems) == (True, not read_only, ())


def test_a_connector_that_is_not_to_write_cannot(source: GoogleWorld) -> None:
    source.connector._context = replace(source.connector._context, write=None)
    probe = source.connector.probe()
    assert (probe.reachable, probe.authorised, probe.can_write) == (True, True, False)


def test_a_calendar_goes_by_the_name_that_its_reader_gave_it(source: GoogleWorld) -> None:
    subscribe(source, "reader", summaryOverride="Work")
    assert [one.name for one in source.connector.calendars() if one.calendar == TEAM] == ["Work"]
    subscribe(source, "reader")
    assert [one.name for one in source.connector.calendars() if one.calendar == TEAM] == ["The team"]


def test_the_accounts_own_calendar_has_one_name_and_is_never_listed_twice(source: GoogleWorld) -> None:
    primary = [one for one in source.connector.calendars() if one.is_primary]
    assert [(one.calendar, one.is_hidden) for one in primary] == [("primary", False)]
    assert source.connector.probe().account == OWNER


def test_a_calendar_that_is_configured_and_not_there_is_named(source: GoogleWorld) -> None:
    source.connector._context = replace(source.connector._context, read=(RemoteCalendarId(TEAM),))
    assert [TEAM in problem for problem in source.connector.probe().problems] == [True]
