"""What a daemon does when it starts, before anything is due, and then again every five minutes."""

import threading
from pathlib import Path

from daemon.jobs.serve import Daemon
from engine.booking.timing import QUARANTINE
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))


def ours(world: FolderWorld) -> dict[Path, bytes]:
    found = {path: path.read_bytes() for path in world.folder("bob").glob("*.ics")}
    return {path: content for path, content in found.items() if b"X-GATHERLY-SESSION" in content}


def test_a_start_deletes_what_a_worker_wrote_too_late_and_so_does_every_fifth_minute(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, PEOPLE, "2025-11-12T09:58:00Z")
    session = world.create("alice", "bob", title="Quarterly figures")
    world.run_once()
    world.accept(session)
    world.run_once()
    ((late, content),) = ours(world).items()
    with world.services() as services:
        services.desk.cancel(session)
    for _ in range(2):
        world.run_once()
        world.clock.at += QUARANTINE
    assert ours(world) == {}
    late.write_bytes(content)
    with world.services() as services:
        daemon = Daemon(services, threading.Event())
        daemon.start({})
        assert ours(world) == {}
        assert daemon.finish(10)
        assert daemon._ticks()["sweep"][0] == 300
