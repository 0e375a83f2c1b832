"""A small question pays for what it needs alone; each command that is listed is there."""

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
    "engine.find",
    "engine.model.app_document",
    "engine.model.history",
    "engine.model.operations",
    "engine.recurrence",
    "store.firestore",
    "store.sql.schema",
}
"""What changes something, and entities that are not looked at."""
NOT_FOR_A_LIST = {"sqlalchemy", "pydantic", "cryptography", "engine.model", "store", "connectors"}
ASK = (
    "import sys; from daemon.cli import answer; code = answer(sys.argv[1:]); "
    "print('', *sys.modules, sep='\\n', file=sys.stderr); sys.exit(code)"
)
GROUPS = ("session", "quarantine", "config", "keys", "db")


def imported(words: Sequence[str]) -> set[str]:
    """Give the modules that a process has imported once it has answered."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr  # a world of another day is not well
    return set(done.stderr.splitlines())


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
    found = imported(["--help"])
    assert found & (NEVER | NOT_FOR_A_LIST) == set()
    assert not [name for name in found if name.startswith("daemon.commands.")]


@pytest.mark.parametrize("words", ["status", "session list", "session show"])
def test_a_look_at_the_store_imports_nothing_that_only_a_daemon_needs(
    world: FolderWorld, session: SessionId, words: str
) -> None:
    shown = [session] if words == "session show" else []
    found = imported([*words.split(), *shown, "-c", str(world.file)])
    assert "sqlalchemy.dialects.sqlite" in found
    assert found & (NEVER | NOT_FOR_A_LOOK) == set()


def test_explaining_somebody_who_is_free_imports_no_connector(world: FolderWorld) -> None:
    found = imported(["explain", "--user", "ann", "--at", FREE, "-c", str(world.file)])
    assert "sqlalchemy.dialects.sqlite" in found
    assert found & NEVER == set()
    assert found & {"daemon.wire", "daemon.wire_desk", "daemon.services", "engine.find.search"} == set()


def test_explaining_an_event_imports_what_reads_its_title_and_no_more(world: FolderWorld) -> None:
    found = imported(["explain", "--user", "ann", "--at", NOW, "-c", str(world.file)])
    assert "connectors.ical.folder.connector" in found
    assert found & (NEVER - FOR_A_CONNECTOR) == set()
    assert found & {"daemon.wire", "daemon.services", "engine.find.search"} == set()


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
