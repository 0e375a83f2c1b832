"""A CalDAV connector that writes and reads nothing: a password that is refused is known wherever one asks."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from daemon.app.status import gather
from daemon.jobs.jobs import work
from engine.ids import ConnectorName
from engine.model.calendar import ConnectorState
from engine.operations.health import ConnectorHealth
from tests.standins.dav_hand import PASSWORD
from tests.standins.radicale import Answered, Exchange, Radicale, radicale
from tests.worlds.folder_world import FolderWorld, Somebody

NAME = ConnectorName("dave-dav")
DAV = """
[connectors.dave-dav]
kind = "caldav"
user = "dave"
url = "{url}"
username = "dave"
password_file = "password"
read = []
write = "Home"
allow_private_network = true
"""
NO = Answered("401 Unauthorized", (("WWW-Authenticate", 'Basic realm="x"'),))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Radicale]:
    with radicale(tmp_path / "radicale") as running:
        running.calendar("dave", "home", "Home")
        yield running


@pytest.fixture
def world(server: Radicale, tmp_path: Path) -> FolderWorld:
    root = tmp_path / "home"
    root.mkdir()
    (root / "password").write_text(PASSWORD)
    dave = Somebody(name="dave", writes=False, extra=DAV.format(url=server.url))
    return FolderWorld(root, [dave], "2026-10-14T12:00:00Z")


def shown(world: FolderWorld) -> ConnectorHealth:
    with world.services() as services, services.store.reading() as tx:
        found = gather(tx, services.configuration, services.clock.now())
    return next(one for one in found.connectors if one.name == NAME)


def waited_for(world: FolderWorld) -> str:
    return str(world.view(world.create("dave")).get("metadata", {}).get("waitingFor", ""))


def refuse(server: Radicale, *methods: str) -> None:
    """Refuse the password to requests of these methods; to all where none is named."""

    def between(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        return NO if not methods or exchange.method in methods else serve()

    server.between = between


def test_one_that_writes_only_and_works_is_well(world: FolderWorld) -> None:
    assert shown(world).state is ConnectorState.STALE, "nobody has asked it yet"
    world.run_once()
    assert shown(world).state is ConnectorState.OK


@pytest.mark.parametrize("methods", [(), ("PUT",), ("PUT", "GET"), ("PUT", "REPORT")])
def test_a_write_that_is_refused_for_its_password_is_known_afterwards(
    world: FolderWorld, server: Radicale, methods: tuple[str, ...]
) -> None:
    session = world.create("dave")
    world.run_once()
    world.accept(session)
    refuse(server, *methods)
    with world.services() as services:
        work(services)
    assert shown(world).state is ConnectorState.EXPIRED
    assert "password" in str(shown(world).last_error)
    assert "dave-dav is expired" in waited_for(world)
    assert world.view(session)["status"] == "pending"


def test_the_sweep_finds_it_and_a_good_password_ends_it(world: FolderWorld, server: Radicale) -> None:
    world.run_once()
    (server.folder / "users").write_text("dave:another\n")
    with world.services() as services:
        services.sweep.run()
    assert shown(world).state is ConnectorState.EXPIRED
    world.run_once()
    assert shown(world).state is ConnectorState.EXPIRED
    (server.folder / "users").write_text(f"dave:{PASSWORD}\n")
    world.run_once()
    assert shown(world).state is ConnectorState.OK
    assert waited_for(world) == ""


def test_a_server_that_is_down_refuses_no_password(world: FolderWorld, server: Radicale) -> None:
    world.run_once()
    server.between = lambda exchange, serve: Answered("503 Service Unavailable")
    with world.services() as services:
        services.sweep.run()
    world.run_once()
    assert shown(world).state is ConnectorState.OK
    assert shown(world).held_back
