"""What a calendar is read further for is looked at again once it is."""

from pathlib import Path

import pytest

from daemon.services import Services
from engine.ids import ConnectorName, RemoteCalendarId
from engine.time.span import DAY
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2025-11-12T09:58:00Z"
PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))


def read(services: Services, name: str, *, between: bool) -> None:
    """Read somebody's calendar; a tick may come `between` what is stored and what is read further."""
    source = services.sources[ConnectorName(f"{name}-folder")]
    planned = services.pull.calendar.plan(source, RemoteCalendarId("."))
    services.pull.calendar.store(source, planned)
    if between:
        services.propose.run()
    services.pull.calendar.extend(source, planned.before.key)


@pytest.mark.parametrize("days", [30, 59, 61, 90])
@pytest.mark.parametrize("between", [False, True])
def test_a_session_is_proposed_after_a_long_time_whenever_a_tick_comes(
    tmp_path: Path, days: int, between: bool
) -> None:
    world = FolderWorld(tmp_path, PEOPLE, NOW)
    with world.standing(), world.services() as services:
        world.run_once()
        world.pass_time(days * DAY)
        session = world.create("alice", "bob")
        services.propose.run()
        for name in ("alice", "bob"):
            read(services, name, between=between)
        services.propose.run()
        assert len(world.view(session)["proposedTimes"]) == 3
