"""An app beside a real daemon: it writes a session, sees proposals, accepts one; the time is booked."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from tests.daemon.app_documents.app import App
from tests.worlds.command_line import PATIENCE, ROOT, asked, gatherly
from tests.worlds.folder_world import FolderWorld


@contextmanager
def daemon(world: FolderWorld) -> Iterator[subprocess.Popen[str]]:
    """Run gatherly as it is run, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "daemon", "run", "-c", str(world.file)],
        cwd=ROOT,
        env={**os.environ, "PATH": "/usr/bin:/bin"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    said: list[str] = []
    try:
        for line in process.stderr:
            said.append(line)
            if "listener.listening" in line:
                break
        else:
            raise AssertionError("".join(said))
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=PATIENCE)
        print("".join(said), rest)


def written(world: FolderWorld, people: Sequence[str]) -> dict[str, int]:
    return {name: len(world.events(name)) for name in people}


def proposed_after(app: App, session: str) -> float:
    """Give the seconds until a new session has proposals; a busy machine adds to them."""
    app.session(session, "alice", "bob")
    return app.sees(f"eventSessions/{session}", lambda one: one.get("proposedTimes"))[1]


@pytest.mark.bench
def test_an_app_sees_proposals_within_a_second(app: App, world: FolderWorld) -> None:
    with daemon(world):
        assert min(proposed_after(app, f"session_{number}") for number in range(3)) < 1.0


def test_an_app_creates_a_session_sees_proposals_and_accepts(app: App, world: FolderWorld) -> None:
    assert gatherly("run", "--once", "-c", world.file).returncode == 0
    with daemon(world) as process:
        ahead = 120  # minutes: the next half hour may begin before it is accepted
        app.session("session_xyz789", "alice", "bob", minimumNotice=ahead)
        proposed, _ = app.sees("eventSessions/session_xyz789", lambda one: one.get("proposedTimes"))
        assert len(proposed["proposedTimes"]) == 3
        app.change("session_xyz789", finalTime=proposed["proposedTimes"][0])
        booked, _ = app.sees("eventSessions/session_xyz789", lambda one: one.get("status") == "scheduled")
    assert process.returncode == 0
    assert booked["finalTime"]["start"] == proposed["proposedTimes"][0]["start"]
    assert booked["scheduledAt"] is not None
    assert written(world, ["alice", "bob"]) == {"alice": 1, "bob": 1}
    said = [one["role"] for one in app.messages("session_xyz789")]
    assert sorted(said) == ["assistant", "system", "system"]
    assert asked("status", "-c", world.file)["sessions"]["scheduled"] == 1
