"""The command line: an operator's first day, and what each mistake is answered with."""

import json
from importlib import metadata
from pathlib import Path

import pytest

from daemon.cli import main
from tests.worlds.command_line import AHEAD, Line
from tests.worlds.folder_world import FolderWorld, Somebody

FAR_AHEAD = "2026-11-12T10:00:00Z"
PEOPLE = (Somebody(name="alice"), Somebody(name="bob", zone="Europe/Berlin"))


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, PEOPLE, FAR_AHEAD)


def test_an_operators_first_day(world: FolderWorld, gatherly: Line) -> None:
    config = ("-c", world.file)
    assert gatherly("check", *config, "--offline").returncode == 0
    created = gatherly.asked(
        "session",
        "create",
        *config,
        "--host",
        "alice",
        "--with",
        "bob",
        "--title",
        "Plan",
        "--duration",
        "30m",
        *AHEAD,
    )
    assert created["status"] == "pending"
    assert created["booking"]["state"] == "draft"
    once = gatherly("run", *config, "--once")
    assert once.returncode == 0, once.stderr
    assert once.stdout == ""
    proposed = gatherly.asked("session", "show", *config, created["id"])
    assert len(proposed["proposedTimes"]) == 3
    assert gatherly("session", "accept", *config, created["id"], "--slot", "2").returncode == 0
    assert gatherly("run", *config, "--once").returncode == 0
    booked = gatherly.asked("session", "show", *config, created["id"])
    assert (booked["status"], booked["booking"]["allOrNone"]) == ("scheduled", "all")
    assert booked["finalTime"] == proposed["proposedTimes"][1]
    at = booked["finalTime"]["start"]
    assert gatherly.asked("explain", *config, "--user", "bob", "--at", at)["state"] == "busy"
    status = gatherly.asked("status", *config)
    assert status["ok"]
    assert status["sessions"]["scheduled"] == 1
    assert gatherly.asked("plan", *config)["writes"] == []
    assert [one["calendar"] for one in gatherly.asked("calendars", "alice-folder", *config)] == ["."]
    assert [one["id"] for one in gatherly.asked("session", "list", *config)] == [created["id"]]


@pytest.mark.parametrize(
    "words", [(), ("nonsense",), ("run", "--twice"), ("session", "show"), ("find", "--jsonl", "--unheard-of")]
)
def test_wrong_usage_is_exit_2(words: tuple[str, ...], gatherly: Line) -> None:
    assert gatherly(*words).returncode == 2


def test_a_wrong_configuration_is_exit_78_with_every_problem(world: FolderWorld, gatherly: Line) -> None:
    with world.file.open("a") as file:
        file.write('\n[sync]\nevery = "soon"\n[users.eve]\ntimezone = "Mars/Olympus"\n')
    done = gatherly("run", "-c", world.file, "--once")
    assert done.returncode == 78
    assert "sync.every" in done.stderr
    assert "Mars/Olympus" in done.stderr
    assert f"{world.file}:" in done.stderr


def test_with_json_what_went_wrong_is_one_document(world: FolderWorld, gatherly: Line) -> None:
    unknown = gatherly("session", "show", "none", "--json", "-c", world.file)
    assert unknown.returncode == 1
    assert json.loads(unknown.stdout)["error"] == "There is no session 'none'"
    with world.file.open("a") as file:
        file.write('\n[sync]\nevery = "soon"\n[users.eve]\ntimezone = "Mars/Olympus"\n')
    wrong = gatherly("check", "--json", "-c", world.file)
    assert wrong.returncode == 78
    told = json.loads(wrong.stdout)
    assert (told["ok"], told["connectors"]) == (False, [])
    assert [one["key"] for one in told["problems"]] == ["sync.every", "users.eve.timezone"]
    assert all({"file", "line", "key", "problem", "remedy"} == set(one) for one in told["problems"])


@pytest.mark.parametrize(
    ("text", "names"),
    [("[sync", "TOML"), (None, "gatherly.toml")],
    ids=["broken TOML", "missing file"],
)
def test_a_main_file_that_cannot_be_read_is_exit_78(
    world: FolderWorld, gatherly: Line, text: str | None, names: str
) -> None:
    if text is None:
        world.file.unlink()
    else:
        world.file.write_text(text)
    done = gatherly("status", "-c", world.file)
    assert done.returncode == 78
    assert names in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("session", "show", "nobody-knows"), "nobody-knows"),
        (("session", "list", "--status", "lost"), "lost"),
        (("session", "create", "--host", "zoe", "--title", "x"), "zoe"),
        (("calendars", "nowhere"), "nowhere"),
        (("explain", "--user", "alice", "--at", "noon"), "noon"),
        (("accept-change", "alice-folder"), "alice-folder"),
    ],
)
def test_a_mistake_is_one_line_and_exit_1(
    world: FolderWorld, gatherly: Line, words: tuple[str, ...], names: str
) -> None:
    done = gatherly(*words, "-c", world.file)
    lines = [line for line in done.stderr.splitlines() if "key file" not in line]
    assert done.returncode == 1
    assert len(lines) == 1
    assert names in lines[0]


def test_the_version_is_one_line_and_h_is_help(gatherly: Line) -> None:
    version = gatherly("--version")
    assert (version.returncode, version.stdout) == (0, f"gatherly {metadata.version('gatherly')}\n")
    assert gatherly("-h") == gatherly("--help")
    assert "--config" in gatherly("status", "-h").stdout
    assert "--slot" in gatherly("session", "accept", "-h").stdout


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("gatherly ses", ["session"]),
        ("gatherly session rel", ["relax", "release"]),
        ("gatherly plan --js", ["--json"]),
    ],
)
def test_a_shell_completes_commands_and_options(
    line: str, found: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), "_GATHERLY_COMPLETE": "complete_bash"}
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["gatherly"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().out.split() == found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(gatherly: Line, shell: str) -> None:
    script = gatherly("completion", shell).stdout
    assert f"_GATHERLY_COMPLETE=complete_{shell}" in script


def test_without_a_configuration_the_ways_out_are_named(
    gatherly: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.delenv("GATHERLY_CONFIG", raising=False)
    done = gatherly("status")
    assert done.returncode == 78
    assert "gatherly init" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("simulate", "people", "--world", "mars"), "'--world': 'mars' is not one of 'plain'"),
        (("simulate", "people", "--seed", "x"), "'--seed': it should be a valid integer"),
        (("learn", "export", "rows", "--format", "pq"), "'--format': 'pq' is not one of 'jsonl'"),
    ],
)
def test_an_option_that_is_no_choice_is_told_in_plain_words(
    words: tuple[str, ...], said: str, gatherly: Line
) -> None:
    refused = gatherly(*words)
    assert refused.returncode == 2
    assert f"Error: Invalid value for {said}" in refused.stderr
