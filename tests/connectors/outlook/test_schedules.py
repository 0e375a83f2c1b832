"""Free/busy only: of people named in `schedule`, and of calendars that show no more."""

from pathlib import Path

import pytest

from config.configuration import Kinds
from config.loader import load
from connectors.registry import options_types
from engine.errors import ConfigurationError, SourceIncompleteError
from engine.ids import RemoteCalendarId
from engine.model.calendar import BusyStatus
from engine.time.instant import parse_instant
from engine.time.span import HOUR, Span
from tests.connectors.outlook.world import OutlookWorld, moved
from tests.contracts.connector import WINDOW, ZONE
from tests.standins.outlook.owner import Owner

CAROL = "carol@corp.example"
SCHEDULE = RemoteCalendarId(f"schedule:{CAROL}")
TEN = parse_instant("2026-10-20T10:00:00Z")
CONFIGURATION = """\
[users."dave@corp.example"]
name = "Dave"

[users.carol]
name = "Carol"
addresses = ["Carol@Corp.Example"]

[connectors.dave-work]
kind = "outlook"
user = "dave@corp.example"
read = ["primary"]
client_id = "app"
schedule = ["carol@corp.example"]
"""


def carol(source: OutlookWorld) -> Owner:
    return Owner(source.outlook, source.outlook.account(CAROL))


def test_somebody_elses_free_busy_is_read_through_the_account(source: OutlookWorld) -> None:
    owner = carol(source)
    owner.put("2026-10-20T10:00:00", "2026-10-20T11:00:00", subject="Secret")
    owner.put("2026-10-20T12:00:00", "2026-10-20T13:00:00", showAs="free")
    owner.put("2026-10-20T14:00:00", "2026-10-20T15:00:00", showAs="oof")
    read = source.connector.changes(SCHEDULE, None, {})
    found = source.connector.interpret(read.objects, WINDOW, ZONE).occurrences
    assert [(one.span, one.status, one.title) for one in found] == [
        (Span(TEN, TEN + HOUR), BusyStatus.BUSY, ""),
        (Span(TEN + 4 * HOUR, TEN + 5 * HOUR), BusyStatus.OUT_OF_OFFICE, ""),
    ]


def test_a_second_look_at_the_same_schedule_tells_nothing_new(source: OutlookWorld) -> None:
    carol(source).put("2026-10-20T10:00:00", "2026-10-20T11:00:00")
    read = source.connector.changes(SCHEDULE, None, {})
    assert source.connector.changes(SCHEDULE, read.token, {}).unchanged


def test_a_schedule_that_cannot_be_told_is_unknown_and_never_free(source: OutlookWorld) -> None:
    with pytest.raises(SourceIncompleteError, match="ErrorMailRecipientNotFound"):
        source.connector.changes(SCHEDULE, None, {})


def test_a_shared_calendar_that_shows_nothing_but_busy_times_is_asked_for_those(source: OutlookWorld) -> None:
    owner = carol(source)
    owner.stored.shared["dave@example.com"] = "freeBusyRead"
    owner.put("2026-10-20T10:00:00", "2026-10-20T11:00:00", subject="Secret")
    place = RemoteCalendarId(owner.stored.id)
    read = source.connector.changes(place, None, {})
    found = source.connector.interpret(read.objects, WINDOW, ZONE).occurrences
    assert [(one.span, one.title) for one in found] == [(Span(TEN, TEN + HOUR), "")]
    owner.change(next(iter(owner.stored.events)), **moved("2026-10-21T10:00:00", "2026-10-21T11:00:00"))
    assert source.connector.changes(place, read.token, {}).whole


def test_each_person_of_a_schedule_is_a_connector_of_theirs(tmp_path: Path) -> None:
    file = tmp_path / "gatherly.toml"
    file.write_text(CONFIGURATION)
    connectors = load(file, kinds=Kinds(options_types()), env={}).settings.connectors
    one = connectors["dave-work:carol@corp.example"]
    assert (one.user, one.read, one.write, one.through) == ("carol", (str(SCHEDULE),), None, "dave-work")


def test_a_schedule_of_nobody_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "gatherly.toml"
    file.write_text(CONFIGURATION.replace("Carol@Corp.Example", "carol@example.com"))
    with pytest.raises(ConfigurationError, match=r"no user has the address carol@corp\.example"):
        load(file, kinds=Kinds(options_types()), env={})
