"""`gatherly profile` says what was learned of somebody, by which name it is forgotten, and what is so now."""

from pathlib import Path

import pytest

from daemon.app.learning.profiles import forget
from daemon.app.principal import Principal, Role
from daemon.runtime.clock import SystemClock
from daemon.terminal.screen import unpainted
from engine.ids import UserId
from engine.time.span import DAY
from tests.daemon.commands.learned import PEOPLE, learned, switched
from tests.daemon.proposals.test_learning import settled
from tests.worlds.command_line import Line, on_terminal
from tests.worlds.folder_world import FolderWorld


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return learned(tmp_path)


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


def test_each_line_says_by_which_name_it_is_forgotten(world: FolderWorld, gatherly: Line) -> None:
    shown = gatherly("profile", "alice", "-c", world.file).stdout
    names = [line.split()[1] for line in shown.splitlines() if line.lstrip()[:1] in "+-"]
    assert "hour:14" in names
    for name in names:
        assert gatherly("profile", "alice", "--forget", name, "-c", world.file).returncode == 0
    assert "Nothing is learned of them" in gatherly("profile", "alice", "-c", world.file).stdout


def test_its_lines_fit_a_narrow_terminal(world: FolderWorld) -> None:
    shown = unpainted(on_terminal("profile", "alice", "-c", world.file, columns=60).stdout).splitlines()
    first = next(number for number, line in enumerate(shown) if line.startswith("points"))
    assert max(map(len, shown[first:])) <= 60


def test_a_bucket_that_cannot_be_is_refused_and_nothing_is_noted(world: FolderWorld, gatherly: Line) -> None:
    refused = gatherly("profile", "alice", "--forget", "weekday:blahday", "-c", world.file)
    assert refused.returncode == 1
    assert "Write after weekday: monday, tuesday" in refused.stderr
    assert "profile.forget" not in gatherly("log", "--json", "-c", world.file).stdout


def test_after_a_reset_it_says_since_when_nothing_is_learned(world: FolderWorld, gatherly: Line) -> None:
    shown = gatherly("profile", "alice", "--reset", "-c", world.file).stdout
    since = gatherly.asked("profile", "alice", "-c", world.file)["forgotten"]
    assert shown.startswith(f"Alice: everything up to {since} was forgotten, and no session ended since.")
    assert "Nothing is learned of them now" in shown
    never = gatherly("profile", "dave", "-c", world.file).stdout
    assert never.startswith("Dave: no session that teaches anything of them has ended yet.")
    assert gatherly.asked("profile", "dave", "-c", world.file)["forgotten"] is None


def test_what_ended_since_a_reset_is_told_as_that(world: FolderWorld, gatherly: Line) -> None:
    gatherly("profile", "alice", "--reset", "-c", world.file)
    world.clock.at = SystemClock().now() + DAY
    with world.standing():
        settled(world, "alice", "bob", between="14:00-14:30")
    since = gatherly.asked("profile", "alice", "-c", world.file)["forgotten"]
    shown = gatherly("profile", "alice", "-c", world.file).stdout
    assert shown.startswith(
        f"Alice: 1 session ended, 100 % of them with a time that suited; everything up to {since}"
    )


def test_of_whom_learning_is_off_for_it_says_so(world: FolderWorld, gatherly: Line) -> None:
    switched(world, 'name = "Bob"', 'name = "Bob"\nlearn = false')
    for who in ("bob", "carol"):
        shown = gatherly("profile", who, "-c", world.file).stdout
        assert "Learning is off for them, as long as learn = false stands" in shown
        assert "Ranked by" not in shown
        found = gatherly.asked("profile", who, "-c", world.file)
        assert (found["policy"], found["off"]) == ("fixed", "person")
    assert gatherly.asked("profile", "alice", "-c", world.file)["off"] is None
    table = gatherly("learn", "status", "-c", world.file).stdout
    for who in ("bob", "carol"):
        assert f"{who} fixed, learning is off for them" in " ".join(table.split())


def test_where_learning_is_off_nothing_is_said_to_come_next_and_nothing_is_fitted(
    world: FolderWorld, gatherly: Line
) -> None:
    before = gatherly.asked("learn", "status", "-c", world.file)
    switched(world, 'fit_every = "1s"', "enabled = false")
    shown = gatherly("learn", "status", "-c", world.file).stdout
    assert shown.startswith("Learning is off ([learning] enabled = false): ")
    assert "None" not in shown
    assert "Learning is off" in gatherly("profile", "alice", "-c", world.file).stdout
    refused = gatherly("profile", "--rebuild", "-c", world.file)
    assert refused.returncode == 1
    assert refused.stderr == (
        "gatherly: Learning is off, so nothing is fitted. First write enabled = true in [learning]\n"
    )
    after = gatherly.asked("learn", "status", "-c", world.file)
    assert after["fitted"] == before["fitted"]
    assert (before["enabled"], after["enabled"]) == (True, False)


def test_where_learning_is_off_forgetting_fits_no_model_that_was_not_there(
    tmp_path: Path, gatherly: Line
) -> None:
    world = FolderWorld(tmp_path, PEOPLE, "2025-11-16T12:00:00Z", "[learning]\nenabled = false\n")
    assert gatherly("profile", "alice", "--forget", "hour:14", "-c", world.file).returncode == 0
    assert gatherly.asked("learn", "status", "-c", world.file)["fitted"] is None


def test_rebuilding_prints_one_json_document(world: FolderWorld, gatherly: Line) -> None:
    found = gatherly.asked("profile", "--rebuild", "-c", world.file)
    status = gatherly.asked("learn", "status", "-c", world.file)
    assert found == {"fitted": status["fitted"], "sessions": 2, "people": 2}
    assert gatherly.asked("profile", "bob", "--rebuild", "-c", world.file)["samples"] == 6


@pytest.mark.parametrize("others", [("--forget", "hour:14"), ("--rebuild",)])
def test_forgetting_everything_and_something_else_at_once_is_wrong_usage(
    world: FolderWorld, gatherly: Line, others: tuple[str, ...]
) -> None:
    assert gatherly("profile", "alice", "--reset", *others, "-c", world.file).returncode == 2
    assert gatherly.asked("profile", "alice", "-c", world.file)["samples"] == 6


def test_nothing_is_rebuilt_where_it_is_not_said_whose_lesson_is_forgotten(
    world: FolderWorld, gatherly: Line
) -> None:
    refused = gatherly("profile", "--rebuild", "--forget", "hour:14", "-c", world.file)
    assert (refused.returncode, "Nobody is named" in refused.stderr) == (1, True)


def test_the_log_names_who_had_it_forgotten_and_of_whom(world: FolderWorld, gatherly: Line) -> None:
    gatherly("profile", "alice", "--forget", "hour:14", "-c", world.file)
    with world.services() as services:
        forget(services.access, Principal(Role.USER, UserId("bob")), UserId("bob"), None)
    told = gatherly("log", "-c", world.file).stdout
    assert "An operator had what was learned of Alice forgotten: hour:14" in told
    assert "Bob had what was learned of Bob forgotten: everything" in told
    (of_alice,) = forgotten(gatherly.asked("log", "--user", "alice", "-c", world.file))
    assert (of_alice["profile"], of_alice.get("user")) == ("alice", None)
    (of_bob,) = forgotten(gatherly.asked("log", "--user", "bob", "-c", world.file))
    assert (of_bob["profile"], of_bob["user"]) == ("bob", "bob")


def forgotten(log: list[dict[str, object]]) -> list[dict[str, object]]:
    return [one for one in log if one["event"] == "profile.forget"]
