"""A small question pays for what it needs alone; each command that is listed is there."""

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest

from engine.ids import SessionId
from tests.worlds.command_line import PATIENCE, ROOT, Line
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2026-11-12T10:00:00Z"
FREE = "2026-11-13T10:00:00Z"
NEVER = {
    "alembic",
    "apscheduler",
    "fastapi",
    "google",
    "googleapiclient",
    "grpc",
    "httpx2",
    "icalendar",
    "numpy",
    "psycopg",
    "recurring_ical_events",
    "rich",
    "sqlalchemy.dialects.postgresql",
    "starlette",
    "structlog",
}
"""What answers no small question: web frameworks, providers' clients, parsers, other databases, loggers."""
FOR_A_CONNECTOR = {"httpx2", "rich", "structlog"}
NOT_FOR_A_LOOK = {
    "connectors.context",
    "daemon.app.sessions",
    "daemon.booking",
    "daemon.services",
    "daemon.wire",
    "daemon.wire_desk",
    "engine.booking.outbox",
    "engine.booking.steps",
    "engine.find",
    "engine.model.app_document",
    "engine.model.calendar_object",
    "engine.model.event",
    "engine.model.history",
    "engine.model.operations",
    "engine.model.reservation",
    "engine.operations.custody",
    "engine.operations.metrics",
    "engine.recurrence",
    "store.firestore",
    "store.sql.schema",
}
"""What changes something, and entities that are not looked at."""
NOT_FOR_A_LIST = {"sqlalchemy", "pydantic", "cryptography", "engine.model", "store", "connectors"}
ASK = """
import json, sys
from daemon.cli import answer
for words in json.loads(sys.argv[1]):
    assert answer(words) in (0, 1)  # a world of another day is not well
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
GROUPS = ("session", "quarantine", "config", "keys", "db")


def imported(*asked: Sequence[str]) -> list[set[str]]:
    """Give the modules that one process has imported once it has answered each, one after the other."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, json.dumps(asked)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("[")]
    return [set(json.loads(line)) for line in told]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> FolderWorld:
    """Somebody with an event that is on now, once read."""
    world = FolderWorld(tmp_path_factory.mktemp("start"), (Somebody(name="ann"),), NOW)
    world.busy("ann", (NOW, "2026-11-12T11:00:00Z"))
    world.run_once()
    return world


@pytest.fixture(scope="module")
def session(world: FolderWorld) -> SessionId:
    return world.create("ann")


def test_a_list_of_the_commands_imports_none_of_them() -> None:
    (found,) = imported(["--help"])
    assert found & (NEVER | NOT_FOR_A_LIST) == set()
    assert not [name for name in found if name.startswith("daemon.commands.")]


def test_a_question_imports_what_it_needs_and_no_more(world: FolderWorld, session: SessionId) -> None:
    """Looks at the store, then why somebody is free, then which event they are busy with."""
    config = ("-c", str(world.file))
    why = ("explain", "--user", "ann", *config, "--at")
    looks = (("session", "list", *config), ("session", "show", session, *config), ("status", *config))
    *looked, free, taken = imported(*looks, (*why, FREE), (*why, NOW))
    assert all("sqlalchemy.dialects.sqlite" in found for found in looked)
    assert [found & (NEVER | NOT_FOR_A_LOOK) for found in looked] == [set()] * len(looks)
    assert ["engine.operations.health" in found for found in looked] == [False, False, True]
    not_for_why = {"daemon.wire", "daemon.services", "engine.find.search"}
    not_for_a_moment = {"daemon.resource_uses", "daemon.wire_desk", "engine.sessions.proposal"}
    assert free & (NEVER | not_for_why | not_for_a_moment) == set()
    assert "connectors.ical.folder.connector" in taken
    assert taken & ((NEVER - FOR_A_CONNECTOR) | not_for_why) == set()


@pytest.mark.parametrize("group", [(), *((group,) for group in GROUPS)], ids=["", *GROUPS])
def test_every_command_that_is_listed_is_there(
    group: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    line = Line(capsys)
    listed = line(*group, "--help").stdout.partition("Commands:\n")[2].splitlines()
    names = [row.split()[0] for row in listed if row.startswith("  ") and row[2] != " "]
    assert names
    for name in names:
        told = line(*group, name, "--help")
        assert told.returncode == 0, told.stderr
        assert f"gatherly {' '.join((*group, name))}" in told.stdout
