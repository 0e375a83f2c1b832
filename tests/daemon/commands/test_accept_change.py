"""`gatherly accept-change`: what is held back is taken as real at an operator's word, and not before."""

from pathlib import Path

import pytest

from daemon.runtime.clock import SystemClock
from engine.ids import ConnectorName, UserId
from engine.model.calendar import CalendarState
from engine.time.instant import format_instant
from engine.time.span import DAY, HOUR, MINUTE, Span
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

BOB = ConnectorName("bob-folder")


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    """Bob's folder is suddenly empty."""
    now = SystemClock().now()
    made = FolderWorld(tmp_path, [Somebody(name="bob")], format_instant(now))
    made.busy("bob", (format_instant(now + DAY), format_instant(now + DAY + HOUR)))
    made.run_once()
    next(made.folder("bob").glob("*.ics")).unlink()
    pass_by(made)
    return made


def pass_by(world: FolderWorld) -> None:
    world.pass_time(10 * MINUTE)
    world.run_once()


def held(world: FolderWorld) -> tuple[CalendarState, int]:
    """Tell how the calendar stands, and how many busy times are kept of it."""
    window = Span(world.clock.at, world.clock.at + 7 * DAY)
    with world.services() as services, services.store.reading() as tx:
        (calendar,) = tx.calendars.of_connector(BOB)
        return calendar.state, len(tx.calendars.busy(UserId("bob"), window))


def due(world: FolderWorld) -> int:
    with world.services() as services, services.store.reading() as tx:
        account = tx.calendars.account(BOB)
    assert account is not None
    return account.next_run


def test_it_stays_held_back_until_somebody_says_so(world: FolderWorld, gatherly: Line) -> None:
    assert held(world) == (CalendarState.DEGRADED, 1)
    assert gatherly("accept-change", BOB, "elsewhere", "-c", world.file).returncode == 1
    pass_by(world)
    assert held(world) == (CalendarState.DEGRADED, 1)
    done = gatherly("accept-change", BOB, "-c", world.file)
    assert (done.returncode, done.stderr) == (0, "")
    assert "accepted: " in done.stdout
    assert due(world) <= world.clock.at
    pass_by(world)
    assert held(world) == (CalendarState.OK, 0)


def test_what_was_accepted_is_accepted_once(world: FolderWorld, gatherly: Line) -> None:
    """The next sudden change is held back again."""
    gatherly("accept-change", BOB, "-c", world.file)
    pass_by(world)
    at = world.clock.at + DAY
    world.busy("bob", (format_instant(at), format_instant(at + HOUR)))
    pass_by(world)
    assert held(world) == (CalendarState.OK, 1)
    next(world.folder("bob").glob("*.ics")).unlink()
    pass_by(world)
    assert held(world) == (CalendarState.DEGRADED, 1)
