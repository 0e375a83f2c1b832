"""A folder that somebody touched is read at the second look after, not at its next turn."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

from connectors.registry import KINDS, kind_of
from daemon.services import Services
from engine.ids import ConnectorName
from engine.ports.connector import Connector
from tests.worlds.folder_world import FolderWorld, Somebody, event

NOW = "2026-11-12T10:00:00Z"
SPAN = ("2026-11-14T10:00:00Z", "2026-11-14T11:00:00Z")


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    world = FolderWorld(tmp_path, (Somebody(name="ann"), Somebody(name="bob")), NOW)
    world.busy("ann", ("2026-11-13T10:00:00Z", "2026-11-13T11:00:00Z"))
    return world


@pytest.fixture
def services(world: FolderWorld) -> Iterator[Services]:
    with world.services() as services:
        for source in services.sources.values():
            assert services.pull.run(source).error is None
        assert due(services) == due(services) == []
        yield services


def due(services: Services) -> list[str]:
    return [str(one.name) for one in services.due_sources()]


def put(world: FolderWorld) -> None:
    world.busy("ann", SPAN)


def take_away(world: FolderWorld) -> None:
    next(world.folder("ann").glob("*.ics")).unlink()


def rename(world: FolderWorld) -> None:
    file = next(world.folder("ann").glob("*.ics"))
    file.rename(file.with_name("other.ics"))


def put_in_its_place(world: FolderWorld) -> None:
    """Change a file as programs do that lose nothing: beside it, then in its place."""
    file = next(world.folder("ann").glob("*.ics"))
    beside = file.with_name(".beside")
    beside.write_text(event("ann-changed", *SPAN), newline="")
    os.replace(beside, file)


def put_another_folder(world: FolderWorld) -> None:
    other = world.root / "calendars" / "new"
    other.mkdir()
    (other / "one.ics").write_text(event("one", *SPAN), newline="")
    world.folder("ann").rename(world.root / "old")
    other.rename(world.folder("ann"))


@pytest.mark.parametrize("touch", [put, take_away, rename, put_in_its_place, put_another_folder])
def test_a_folder_that_was_touched_is_due_once_it_lies_still(
    world: FolderWorld, services: Services, touch: Callable[[FolderWorld], None]
) -> None:
    touch(world)
    assert due(services) == []
    assert due(services) == ["ann-folder"]
    assert services.pull.run(services.source("ann-folder")).error is None
    assert due(services) == due(services) == []


def test_a_folder_that_goes_on_changing_waits_for_its_turn(world: FolderWorld, services: Services) -> None:
    for number in range(5):
        (world.folder("ann") / f"{number}.ics").write_text(event(f"e{number}", *SPAN), newline="")
        assert due(services) == []
    world.clock.at += 600
    assert "ann-folder" in due(services)


def test_what_is_touched_while_it_is_read_is_read_again(world: FolderWorld, services: Services) -> None:
    source = services.source("ann-folder")
    services.pull.stirrings.reading(source)
    put(world)
    assert due(services) == []
    assert due(services) == ["ann-folder"]


def test_a_folder_that_is_gone_waits_for_its_turn_and_is_read_when_it_is_back(
    world: FolderWorld, services: Services
) -> None:
    away = world.root / "away"
    world.folder("ann").rename(away)
    assert due(services) == due(services) == []
    put_there = event("back", *SPAN)
    (away / "back.ics").write_text(put_there, newline="")
    away.rename(world.folder("ann"))
    assert due(services) == []
    assert due(services) == ["ann-folder"]


@dataclass
class Told:
    """A connector that only counts how often it is asked whether it was touched."""

    asked: int = 0

    def stamp(self) -> int:
        self.asked += 1
        return self.asked


def test_only_what_lies_on_this_machine_is_asked_whether_it_was_touched(services: Services) -> None:
    told = {name: Told() for name in ("folder", "ics")}
    (like,) = [one for one in services.sources.values() if one.name == "ann-folder"]
    sources = {
        ConnectorName(kind): replace(
            like,
            name=ConnectorName(kind),
            capabilities=kind_of(kind).capabilities,
            connector=cast(Connector, connector),
        )
        for kind, connector in told.items()
    }
    for _ in range(3):
        replace(services, sources=sources).has_stirred()
    assert [connector.asked for connector in told.values()] == [3, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_whether_its_calendars_lie_on_this_machine(kind: str) -> None:
    module = import_module(KINDS[kind].factory.split(":")[0])
    watchable = [one for one in vars(module).values() if isinstance(one, type) and hasattr(one, "stamp")]
    made_here = [one for one in watchable if one.__module__ == module.__name__]
    assert kind_of(kind).capabilities.local == bool(made_here)
