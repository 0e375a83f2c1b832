"""What a connector's call met that nobody foresaw stands in `status` until it is over, and no longer."""

from pathlib import Path

import pytest

from daemon.commands import status
from daemon.house import House
from daemon.jobs.guard import Guard
from daemon.witness import CallWitness
from engine.ids import ConnectorName, UserId
from engine.trouble import Trouble, attempt
from tests.daemon.folder_world import FolderWorld, Somebody


def foreign() -> None:
    raise ZeroDivisionError


def trouble() -> Trouble:
    met = attempt(foreign)
    assert isinstance(met, Trouble)
    return met


def told(house: House) -> list[str]:
    with house.store.reading() as tx:
        return [one.name for one in status.gather(tx, house.configuration, house.clock.now()).set_aside]


@pytest.mark.parametrize(
    ("met", "well", "over"),
    [
        ("write", "write", True),
        ("write", "withdraw", True),
        ("write", "read", True),
        ("write", "marked", True),
        ("withdraw", "marked", True),
        ("withdraw", "read", True),
        ("write", "changes", False),
        ("write", "calendars", False),
        ("withdraw", "keep_fresh", False),
        ("changes", "marked", False),
        ("changes", "changes", True),
        ("marked", "write", False),
        ("interpret", "changes", False),
    ],
)
def test_trouble_is_over_once_what_it_hid_is_seen(tmp_path: Path, met: str, well: str, *, over: bool) -> None:
    world = FolderWorld(tmp_path, [Somebody(name="alice")], "2026-11-16T08:00:00Z")
    with world.house() as house:
        guard = Guard(house.store, house.clock)
        witness = CallWitness(guard, ConnectorName("alice-folder"), UserId("alice"))
        neighbour = CallWitness(guard, ConnectorName("alice-other"), UserId("alice"))
        for call in (met, well):
            witness.well(call)
        witness.trouble(met, trouble())
        neighbour.well(well)
        assert told(house) == [f"alice-folder {met}"]
        witness.well(well)
        assert told(house) == ([] if over else [f"alice-folder {met}"])
        witness.trouble(met, trouble())
        assert told(house) == [f"alice-folder {met}"]
