"""Times on offer that have passed are offered no longer, of a series as of a single meeting."""

from pathlib import Path
from typing import Any

import pytest

from engine.time.instant import parse_instant
from engine.time.span import MINUTE
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
NOW = "2025-11-12T09:58:00Z"
TODAY = ("2025-11-12T00:00:00Z", "2025-11-13T00:00:00Z")
TWICE = {"repeat": "FREQ=WEEKLY;COUNT=3", "at_least": 2, "within": "1d"}


@pytest.mark.parametrize(("asked", "busy"), [({}, ()), ({**TWICE, "at_least": 3}, ()), (TWICE, (TODAY,))])
def test_once_a_time_has_passed_it_is_not_on_offer_nor_looked_at_each_second(
    tmp_path: Path, asked: dict[str, Any], busy: tuple[tuple[str, str], ...]
) -> None:
    """Of a series the first time may be one that somebody cannot make: it passes all the same."""
    world = FolderWorld(tmp_path, PEOPLE, NOW)
    world.busy("bob", *busy)
    world.run_once()
    session = world.create("alice", "bob", **asked)
    world.run_once()
    with world.services() as services:
        first = min(parse_instant(slot["start"]) for slot in services.desk.view(session)["proposedTimes"])
        world.pass_time(first - services.clock.now() + 2 * MINUTE)
    with world.services() as services:
        services.propose.run()  # before anybody's calendar is read again
        left = [parse_instant(slot["start"]) for slot in services.desk.view(session)["proposedTimes"]]
        assert left
        assert min(left) > services.clock.now()
        assert not services.propose.due()
