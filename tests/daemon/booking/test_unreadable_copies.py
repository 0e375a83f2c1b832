"""A copy in a folder that its owner's program made unreadable is not taken for deleted."""

import re
from pathlib import Path

import pytest

from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = (Somebody(name="alice"), Somebody(name="bob"))
HOUR = 3600


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, PEOPLE, "2026-10-12T06:00:00Z", settings='[sync]\nmax_age = "30d"\n')


def test_a_booking_stands_though_one_of_its_copies_cannot_be_read_for_a_while(world: FolderWorld) -> None:
    session = world.create("alice", "bob")
    world.run_once()
    world.accept(session)
    world.run_once()
    (copy,) = world.folder("bob").glob("*@*.ics")
    whole = copy.read_bytes()
    at = whole.index(b"BEGIN:VEVENT")
    copy.write_bytes(whole[:at] + re.sub(rb"DTSTART[^\r]*", b"DTSTART:tomorrow", whole[at:]))
    for _ in range(5):
        world.pass_time(HOUR)
        world.run_once()
        assert world.view(session)["status"] == "scheduled"
    copy.write_bytes(whole)
    world.pass_time(HOUR)
    world.run_once()
    assert world.view(session)["status"] == "scheduled"
    assert len(world.events("alice")) == len(world.events("bob")) == 1
