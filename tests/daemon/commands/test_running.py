"""Who asks for a daemon finds it by what it told of itself, on any store, and by its lock before that."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.app.insight.running import Running, running
from daemon.runtime.clock import SystemClock, SystemRandomness
from daemon.runtime.lasting import Lasting
from daemon.runtime.life import Life
from daemon.store_access import StoreAccess, open_store_only
from engine.errors import InputError, UnknownThingError
from engine.model.daemon_life import DaemonLife
from store.lock import DaemonLock
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

ME = os.getpid()


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, (Somebody(name="alice"),), "2026-11-12T10:00:00Z")


@pytest.fixture
def gatherly(capsys: pytest.CaptureFixture[str]) -> Line:
    return Line(capsys)


@contextmanager
def told(world: FolderWorld, *changes: dict[str, object]) -> Iterator[StoreAccess]:
    """A store in which daemons told of themselves: each as this process would, but for its changes."""
    with open_store_only(world.file) as view:
        life = Life(view.store, view.clock, SystemRandomness(), "ab", Lasting(SystemClock()))
        life.beat()
        with view.store.writing() as tx:
            (mine,) = tx.repositories.daemons.all()
            tx.repositories.daemons.delete(mine.id)
            for number, change in enumerate(changes):
                row: DaemonLife = replace(mine, id=f"d{number}", version=0, **change)  # type: ignore[arg-type] # by name
                tx.repositories.daemons.put(row)
        yield view


def found(view: StoreAccess, url: str = "postgresql+psycopg:///elsewhere") -> Running:
    return running(view.store, url, view.clock.now())


def test_a_daemon_on_this_machine_is_found_without_a_lock(world: FolderWorld) -> None:
    with told(world, {}) as view:
        assert found(view) == Running((ME,))


def test_one_on_another_machine_is_known_and_cannot_be_asked(world: FolderWorld) -> None:
    with told(world, {"place": "another boot", "host": "second"}) as view:
        assert found(view) == Running((), ("second",))


def test_of_several_those_here_are_asked_and_the_others_named(world: FolderWorld) -> None:
    far = {"place": "another boot", "pid": 7}
    with told(world, {}, far | {"host": "second"}, far | {"host": "third"}) as view:
        assert found(view) == Running((ME,), ("second", "third"))


GONE: dict[str, dict[str, object]] = {
    "its process is gone": {"pid": 2**22 - 3},
    "another process has its number": {"born": 1},
    "it ended by itself": {"ended": 1},
    "it fell silent on another machine": {"place": "another boot", "last_seen": 0},
}


@pytest.mark.parametrize("how", GONE)
def test_one_that_is_gone_is_none(world: FolderWorld, how: str) -> None:
    with told(world, GONE[how]) as view, pytest.raises(UnknownThingError, match="No daemon runs"):
        found(view)


def test_one_that_has_only_begun_is_found_by_its_lock(world: FolderWorld) -> None:
    before = signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        with told(world) as view, held(world):
            assert found(view, f"sqlite:///{world.root}/gatherly.db") == Running((ME,))
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_command_at_work_is_told_as_what_it_is(world: FolderWorld) -> None:
    with told(world) as view, held(world), pytest.raises(InputError, match="is no daemon"):
        found(view, f"sqlite:///{world.root}/gatherly.db")


@contextmanager
def held(world: FolderWorld) -> Iterator[None]:
    lock = DaemonLock(world.root / "gatherly.db")
    lock.take(0)
    try:
        yield
    finally:
        lock.release()


def test_a_reload_says_where_the_daemon_runs_that_it_cannot_reach(world: FolderWorld, gatherly: Line) -> None:
    with told(world, {"place": "another boot", "host": "second"}):
        pass
    refused = gatherly("reload", "-c", world.file)
    assert (refused.returncode, "second" in refused.stderr, "there" in refused.stderr) == (1, True, True)


def test_a_copy_whose_connector_left_the_files_is_told_of(tmp_path: Path, gatherly: Line) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="alice"), Somebody(name="bob")), "2026-11-12T10:00:00Z")
    session = world.create("alice", "bob", title="Roadmap")
    world.run_once()
    world.accept(session)
    world.run_once()
    assert gatherly.asked("status", "-c", world.file)["writes"]["left"] == []
    whole = world.file.read_text()
    world.file.write_text(whole.partition("[connectors.bob-folder]")[0])
    with world.services() as services:
        services.desk.cancel(session)
    world.run_once()
    found = gatherly("status", "--json", "-c", world.file)
    left = {"session": session, "user": "bob", "calendar": "bob-folder/.", "stuck": False}
    assert (found.returncode, json.loads(found.stdout)["writes"]["left"]) == (1, [left])
    told = gatherly("status", "-c", world.file).stdout
    assert f"Session {session[:8]} waits for bob-folder/., and bob-folder is in the files no more." in told
    assert "Put [connectors.bob-folder] back, then gatherly reload." in told
    world.file.write_text(whole)
    world.pass_time(3600)
    world.run_once()
    assert gatherly.asked("status", "-c", world.file)["writes"]["left"] == []
