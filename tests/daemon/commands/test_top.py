"""`gatherly top`: what moves, on a screen whose rows keep their places and whose changes stand out."""

import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from select import select
from typing import Any

import pytest

from daemon.app.insight.live_look import LiveLook, look
from daemon.app.session_views import SessionViews
from daemon.commands.top_words import KEYS, LIT, Memory, Part, Screen, reading_words
from daemon.terminal.paint import Role, paint
from daemon.terminal.screen import unpainted
from engine.ids import ConnectorName
from engine.model.calendar import ConnectorState
from engine.model.operations import SyncJob, SyncJobType
from engine.time.instant import parse_instant
from tests.worlds.command_line import PATIENCE, ROOT, Line
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2026-11-12T10:00:00Z"
PEOPLE = (Somebody(name="alice", zone="America/New_York"), Somebody(name="bob"))


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    world = FolderWorld(tmp_path, PEOPLE, NOW)
    world.busy("bob", ("2026-11-13T10:00:00Z", "2026-11-13T11:00:00Z"))
    return world


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> LiveLook:
    """What is seen of a world that was read once."""
    world = FolderWorld(tmp_path_factory.mktemp("read"), PEOPLE, NOW)
    world.busy("bob", ("2026-11-13T10:00:00Z", "2026-11-13T11:00:00Z"))
    with world.standing():
        world.run_once()
        return seen(world)


def seen(world: FolderWorld) -> LiveLook:
    with world.services() as services:
        return look(
            services.store, services.configuration, SessionViews(store=services.store), world.clock.now()
        )


def drawn(looked: LiveLook, memory: Memory | None = None, **given: Any) -> str:
    screen = Screen(
        **{
            "zone": "UTC",
            "host": "calendar.example.com",
            "width": 80,
            "height": 24,
            "now": 1000.0,
            "memory": memory or Memory(),
            **given,
        }
    )
    return screen.draw(looked)


def test_connectors_stand_with_when_they_were_read_and_last_changed(read: LiveLook) -> None:
    lines = drawn(read).splitlines()
    assert re.fullmatch(
        r"gatherly on calendar\.example\.com +10:00:00 UTC · no daemon runs", unpainted(lines[0])
    )
    assert len(unpainted(lines[0])) == len(unpainted(lines[1])) == 80
    plain = [unpainted(line) for line in lines]
    assert any(re.match(r"✓ bob-folder +in step +0 s +10:0\d  1 event, 10:00", line) for line in plain)
    assert any(re.match(r"✓ alice-folder +in step +0 s +10:0\d  -", line) for line in plain)
    assert plain[-1] == KEYS


def test_what_is_being_booked_shows_everybodys_calendar(world: FolderWorld) -> None:
    with world.standing():
        session = world.create("alice", "bob", title="Design critique")
        world.run_once()
        world.folder("alice").chmod(0o555)
        world.accept(session)
        world.folder("bob").rename(world.root / "elsewhere")
        world.run_once()
        looked = seen(world)
    plain = unpainted(drawn(looked))
    assert re.search(r"being booked .*alice .*bob", plain, re.IGNORECASE)
    assert re.search(r"[!·×] Design critique", plain)
    alone = unpainted(drawn(looked, only=Part.WRITES))
    assert re.search(r"Design critique +Bob", alone, re.IGNORECASE)


def test_what_happened_last_comes_first(world: FolderWorld) -> None:
    with world.standing():
        session = world.create("alice", "bob", title="Design critique")
        world.run_once()
        world.clock.at += 60
        world.accept(session)
        world.run_once()
        _, events = unpainted(drawn(seen(world))).split("as it happens\n")
    times = re.findall(r"^\d\d:\d\d:\d\d", events, re.MULTILINE)
    assert times == sorted(times, reverse=True)
    assert "is booked for" in events
    assert "asked for Design critique" in events


def test_rows_keep_their_places_though_one_falls_into_trouble(read: LiveLook) -> None:
    looked, memory = read, Memory()

    def order(one: LiveLook) -> list[str]:
        return re.findall(r"(alice|bob)-folder", drawn(one, memory))

    before = order(looked)
    broken = replace(looked.health.connectors[1], state=ConnectorState.ERROR)
    health = replace(looked.health, connectors=(looked.health.connectors[0], broken))
    assert order(replace(looked, health=health)) == before
    assert re.findall(r"(alice|bob)-folder", drawn(replace(looked, health=health))) != before
    fewer = replace(looked, health=replace(looked.health, connectors=looked.health.connectors[1:]))
    assert order(fewer) == before[1:]
    assert order(looked) == [before[1], before[0]]


def test_a_change_is_in_the_accent_for_three_seconds(read: LiveLook) -> None:
    looked, memory = read, Memory()
    accent = paint(Role.ACCENT, "x").split("x")[0]

    def row(one: LiveLook, now: float) -> bool:
        return f"{accent} bob-folder" in drawn(one, memory, now=now)

    assert not row(looked, 1000)
    names = {one.name: one for one in looked.health.connectors}
    broken = replace(names[ConnectorName("bob-folder")], state=ConnectorState.ERROR)
    health = replace(looked.health, connectors=(names[ConnectorName("alice-folder")], broken))
    changed = replace(looked, health=health)
    assert row(changed, 1001)
    assert row(changed, 1001 + LIT - 0.1)
    assert not row(changed, 1001 + LIT)
    older = replace(looked, at=looked.at + 60, health=health)
    assert not row(older, 1010)  # an age that grows is no change


def test_a_read_that_goes_on_is_told_with_how_far_it_has_come(read: LiveLook) -> None:
    looked = read
    at = parse_instant(NOW)
    job = SyncJob(
        id="j",
        user_id=looked.health.connectors[0].user or next(iter(looked.people)),
        connector=ConnectorName("bob-folder"),
        job_type=SyncJobType.INCREMENTAL,
        items_processed=1240,
        progress_percentage=50,
        created_at=at - 4,
    )
    plain = unpainted(drawn(replace(looked, reading={job.connector: job})))
    assert re.search(r"bob-folder +reading … +4 s +now", plain)
    assert list(reading_words([job], at)) == [
        "Reading   bob-folder, 1,240 events, 50 % of its calendars (4 s)"
    ]


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 12), (40, 8), (200, 60)])
@pytest.mark.parametrize("only", [None, *Part])
def test_it_fits_whatever_terminal(busy_look: LiveLook, width: int, height: int, only: Part | None) -> None:
    lines = drawn(busy_look, width=width, height=height, only=only).splitlines()
    assert len(lines) <= height
    if only is not Part.SESSIONS:
        assert max(len(unpainted(line)) for line in lines[1:-1]) <= width


@pytest.fixture(scope="module")
def busy_look(tmp_path_factory: pytest.TempPathFactory) -> LiveLook:
    people = tuple(Somebody(name=f"somebody-with-a-long-name-{number}") for number in range(6))
    world = FolderWorld(tmp_path_factory.mktemp("busy"), people, NOW)
    host, *guests = (one.name for one in people)
    title = "A title\x1b[2J that is longer than a terminal " + "x" * 90
    with world.standing():
        session = world.create(host, *guests, title=title)
        world.run_once()
        world.accept(session)
        return seen(world)


def test_what_was_accepted_stands_with_its_time_though_nothing_is_written_yet(busy_look: LiveLook) -> None:
    plain = unpainted(drawn(busy_look, width=200))
    assert re.search(r"· A title\[2J .*… +\w{3} 1\d Nov \d\d:\d\d( +·){6}", plain), plain


def test_without_a_terminal_it_is_shown_once(world: FolderWorld, capsys: pytest.CaptureFixture[str]) -> None:
    done = Line(capsys)("top", "-c", world.file)
    assert (done.returncode, done.stderr) == (0, "")
    assert "bob-folder" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.long
@pytest.mark.upload
def test_q_ends_it(world: FolderWorld) -> None:
    world.run_once()
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "daemon", "top", "-c", str(world.file)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    screen, sent = "", ["cq"]  # so quickly that both are there at once
    try:
        while shown := _shown(ours):
            screen += shown
            if "q ends it" in screen.rpartition("\x1b[H")[2] and sent:
                os.write(ours, sent.pop(0).encode())
        code = process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert (code, sent) == (0, [])
    assert "bob-folder" in screen


def _shown(terminal: int) -> str:
    """Wait for what is drawn; an empty text once nobody draws any more."""
    ready, _, _ = select([terminal], [], [], PATIENCE)
    assert ready
    try:
        return os.read(terminal, 65536).decode(errors="replace")
    except OSError:
        return ""
