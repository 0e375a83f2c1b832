"""Who rests after a refusal: the account's writes, the account, and the project only when many are."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.gcal.options import GoogleOptions
from connectors.gcal.pace import Pace
from engine.errors import HeldBackError, SourceUnavailableError
from tests.connectors.gcal.world import GoogleWorld, google_world
from tests.contracts.connector import draft_for
from tests.standins.google.faults import Fault
from tests.standins.surroundings import surroundings

LIST, INSERT, DELETE = "calendar.events.list", "calendar.events.insert", "calendar.events.delete"
LIMITS = (Fault.RATE, Fault.USER_RATE, Fault.DAILY_QUOTA, Fault.WRITE_LIMIT, Fault.TOO_MANY)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[GoogleWorld]:
    with google_world(tmp_path) as made:
        yield made


def another(world: GoogleWorld, folder: Path, owner: str) -> Pace:
    """Give another account of the same project."""
    options = GoogleOptions.model_validate({"client_secret_file": "client.json"})
    around = replace(surroundings(folder), clock=world.clock, budgets=world.budgets)
    return Pace(options, replace(around, owner_email=owner, grants=None))


def refuse(world: GoogleWorld, folder: Path, owner: str, *, writing: bool = True) -> None:
    """Let another account of the same project be refused."""
    from connectors.gcal.refusals import Refusal

    another(world, folder, owner).refused(Refusal(403, "rateLimitExceeded", "", None), writing=writing)


def write(world: GoogleWorld) -> None:
    world.connector.write(world.calendar, draft_for(world))


@pytest.mark.parametrize("fault", LIMITS)
def test_a_refused_write_pauses_the_writes_of_its_account_and_nothing_else(
    world: GoogleWorld, tmp_path: Path, fault: Fault
) -> None:
    world.google.faults.then(INSERT, fault)
    with pytest.raises(SourceUnavailableError):
        write(world)
    assert world.everything().whole
    another(world, tmp_path, "else@example.com").allow()
    asked = len(world.google.log)
    with pytest.raises(HeldBackError) as held:
        write(world)
    assert len(world.google.log) == asked
    assert world.connector.writes_held() is not None
    world.clock.at += held.value.retry_after or 0
    assert world.connector.writes_held() is None
    write(world)


def test_a_refused_deletion_pauses_writes_too(world: GoogleWorld) -> None:
    write(world)
    world.google.faults.then(DELETE, Fault.RATE)
    with pytest.raises(SourceUnavailableError):
        world.connector.withdraw(world.calendar, draft_for(world).event_id)
    with pytest.raises(HeldBackError):
        world.connector.withdraw(world.calendar, draft_for(world).event_id)
    assert world.connector.read(world.calendar, draft_for(world).event_id)


def test_good_reads_do_not_shorten_the_pauses_of_writes(world: GoogleWorld) -> None:
    pauses = []
    for _ in range(4):
        world.google.faults.then(INSERT, Fault.USER_RATE)
        with pytest.raises(SourceUnavailableError) as refused:
            write(world)
        pauses.append(refused.value.retry_after or 0)
        assert world.everything().whole
        world.clock.at += pauses[-1]
    assert pauses == [10, 20, 40, 80]


def test_the_project_rests_when_three_accounts_are_refused_within_ten_minutes(
    world: GoogleWorld, tmp_path: Path
) -> None:
    for owner in ("ann@example.com", "bob@example.com"):
        refuse(world, tmp_path, owner)
        assert world.everything().whole
    world.clock.at += 599
    refuse(world, tmp_path, "cy@example.com")
    with pytest.raises(HeldBackError):
        world.everything()
    world.clock.at += 10
    assert world.everything().whole


def test_three_refusals_of_one_account_are_one_account_s(world: GoogleWorld, tmp_path: Path) -> None:
    for _ in range(5):
        refuse(world, tmp_path, "ann@example.com", writing=False)
    assert world.everything().whole


def test_refusals_that_lie_ten_minutes_apart_are_not_put_together(world: GoogleWorld, tmp_path: Path) -> None:
    for owner in ("ann@example.com", "bob@example.com", "cy@example.com", "dee@example.com"):
        refuse(world, tmp_path, owner)
        world.clock.at += 400
        assert world.everything().whole


def test_a_refused_read_pauses_its_account_and_no_other(world: GoogleWorld, tmp_path: Path) -> None:
    world.google.faults.then(LIST, Fault.RATE)
    with pytest.raises(SourceUnavailableError):
        world.everything()
    another(world, tmp_path, "else@example.com").allow()
    with pytest.raises(HeldBackError):
        write(world)
