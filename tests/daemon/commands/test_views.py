"""Which commands tell when somebody is free, or whom they know: each leaves a line in the log (F4)."""

from collections.abc import Iterable, Iterator

import pytest
from typer.core import TyperGroup

from daemon.command_table import every_command
from engine.model.booking import AuditEntry
from tests.daemon.http.asking import PEOPLE
from tests.daemon.http.conftest import NOW
from tests.daemon.relations.acquainted import ON
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld

AT, FROM, TO = "2025-11-13T14:00:00Z", "2025-11-13T00:00:00Z", "2025-11-14T00:00:00Z"
VIEWS = {
    "explain": (("explain", "--user", "bob", "--at", AT), ("availability", "bob")),
    "busy": (("busy", "bob-folder", "--from", FROM, "--to", TO), ("availability", "bob")),
    "contact show": (("contact", "show", "ANA", "--as", "alice"), ("contact", "ANA")),
    "contact brief": (("contact", "brief", "ANA", "--as", "alice"), ("contact", "ANA")),
}
EXPORTS = {"export", "contact export", "event export"}
"""They leave `export`: what is given out whole."""
AS_A_CALENDAR_LETS = {"event", "resource", "rule", "conflict"}
"""What the family shares; of a private calendar others see that it takes time."""
WITH_OTHERS = {"session"}
"""What its people have agreed on."""
ONES_OWN = {"contact", "interaction", "interest", "relationship", "memory"}
"""Only ever those of whoever is named with --as; one of them as a whole is `contact show`."""
NOBODYS_TIME = {
    *("init", "install", "demo", "run", "reload", "sync", "check", "connect", "calendars", "find", "say"),
    *("understand", "profile", "plan", "status", "top", "log", "fsck", "purge", "token", "invite"),
    *("accept-change", "backup", "restore", "doctor", "seed", "erase", "completion"),
    *("quarantine", "learn", "simulate", "config", "keys", "db"),
}


def leaves(commands: Iterable[object], group: str = "") -> Iterator[str]:
    for one in commands:
        if isinstance(one, TyperGroup):
            yield from leaves(one.commands.values(), f"{one.name} ")
        else:
            yield f"{group}{one.name}"  # type: ignore[attr-defined] # a command has one


def test_each_command_is_known_for_whose_time_it_tells() -> None:
    every = set(leaves(every_command()))
    assert every >= VIEWS.keys() | EXPORTS
    kinds = AS_A_CALENDAR_LETS | WITH_OTHERS | ONES_OWN | NOBODYS_TIME
    assert {one for one in every - VIEWS.keys() - EXPORTS if one.partition(" ")[0] not in kinds} == set()
    assert {one.partition(" ")[0] for one in every} >= kinds


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> FolderWorld:
    return FolderWorld(tmp_path_factory.mktemp("views"), PEOPLE, NOW, ON)


def noted(world: FolderWorld) -> list[AuditEntry]:
    with world.services() as services, services.store.reading() as tx:
        return [one for one in tx.audit.listed() if one.action == "view"]


@pytest.mark.parametrize("command", VIEWS)
def test_whose_time_or_contact_a_command_has_told_is_in_the_log(
    command: str, world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    line = Line(capsys)
    ana = ""
    if "contact" in command:
        named = ("--name", f"Ana for {command}")
        ana = line.asked("contact", "add", "--as", "alice", *named, "-c", world.file)["id"]
    words, (kind, about) = VIEWS[command]
    before = len(noted(world))
    done = line(*(word.replace("ANA", ana) for word in words), "-c", world.file)
    assert done.returncode == 0, done
    (entry,) = noted(world)[before:]
    assert (entry.object_type, entry.object_id) == (kind, about.replace("ANA", ana))
    assert entry.actor == ("alice" if "contact" in command else "operator")
    if kind == "availability":
        assert entry.details["route"] == f"gatherly {command}"
        assert entry.details["from"] == (AT if command == "explain" else FROM)


def test_a_moment_that_is_nobodys_leaves_nothing(
    world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    before = len(noted(world))
    for words in (("explain", "--user", "nobody", "--at", AT), ("busy", "none", "--from", FROM, "--to", TO)):
        assert Line(capsys)(*words, "-c", world.file).returncode == 1
    assert len(noted(world)) == before
