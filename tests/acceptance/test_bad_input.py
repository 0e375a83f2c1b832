"""Bad input: one line that names the thing and the remedy, and the last good busy times stay."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from daemon.app.status import gather
from engine.ids import ConnectorName, UserId
from engine.model.calendar import ConnectorState
from engine.operations.health import ConnectorHealth
from engine.time.instant import parse_instant
from engine.time.span import HOUR, MINUTE, Span
from tests.worlds.folder_world import FolderWorld, Somebody, event

NOW = "2025-11-12T10:00:00Z"
BUSY = ("2025-11-13T09:00:00Z", "2025-11-13T17:00:00Z")


def missing(folder: Path) -> None:
    shutil.rmtree(folder)


def truncated(folder: Path) -> None:
    file = next(folder.glob("*.ics"))
    file.write_text(file.read_text()[:-30])


def page(folder: Path) -> None:
    next(folder.glob("*.ics")).write_text("<!DOCTYPE html><html>Please log in</html>")


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("this is no folder")


@pytest.mark.parametrize("damage", [missing, truncated, page, no_folder])
def test_a_damaged_folder_is_named_and_its_owner_stays_busy(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    world = FolderWorld(tmp_path, [Somebody(name="alice"), Somebody(name="bob")], NOW)
    world.busy("bob", BUSY)
    assert not world.run_once().failed
    damage(world.folder("bob"))
    world.pass_time(10 * MINUTE)
    done = world.run_once()
    assert [failed.connector for failed in done.failed] == ["bob-folder"]
    error = done.failed[0].error or ""
    assert "\n" not in error
    assert str(world.folder("bob")) in error
    health = _health(world)["bob-folder"]
    assert health.state is ConnectorState.ERROR
    session = world.create("alice", "bob", duration="60m")
    world.run_once()
    starts = [slot["start"] for slot in world.view(session)["proposedTimes"]]
    assert starts
    assert not any("2025-11-13T08:15" < start < "2025-11-13T17:00" for start in starts)


def test_a_source_that_stays_away_makes_its_owner_unknown_after_max_age(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, [Somebody(name="alice"), Somebody(name="bob")], NOW)
    world.run_once()
    missing(world.folder("bob"))
    world.pass_time(7 * HOUR)
    session = world.create("alice", "bob")
    world.run_once()
    view = world.view(session)
    assert view["status"] == "pending"
    assert view["proposedTimes"] == []
    assert list(view["metadata"]["waitingFor"]) == ["bob"]


def test_a_folder_that_is_suddenly_empty_is_held_back_until_accepted(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, [Somebody(name="alice"), Somebody(name="bob")], NOW)
    world.busy("bob", BUSY)
    world.run_once()
    next(world.folder("bob").glob("*.ics")).unlink()
    world.pass_time(10 * MINUTE)
    world.run_once()
    health = _health(world)["bob-folder"]
    assert health.state is ConnectorState.DEGRADED
    assert "suddenly empty" in (health.last_error or "")
    assert "accept-change" in (health.last_error or "")


def test_two_files_with_one_uid_both_count(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, [Somebody(name="alice"), Somebody(name="bob")], NOW)
    (world.folder("bob") / "one.ics").write_text(event("same", *BUSY))
    (world.folder("bob") / "two.ics").write_text(
        event("same", "2025-11-14T09:00:00Z", "2025-11-14T17:00:00Z")
    )
    assert world.run_once().changed == 2
    with world.services() as services:
        notes = services.sources[ConnectorName("bob-folder")].connector.probe().notes
    assert any("one.ics, two.ics" in note for note in notes)


def test_a_feed_that_turns_into_a_login_page_keeps_its_last_good_busy_times(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    world = FolderWorld(tmp_path, [Somebody(name="alice")], NOW)
    with world.file.open("a") as file:
        file.write(
            f'[users.carol]\nemail = "carol@example.com"\n[connectors.feed]\nkind = "ics"\nuser = "carol"\n'
            f'url = "{httpserver.url_for("/carol.ics")}"\nallow_private_network = true\n'
        )
    httpserver.expect_request("/carol.ics").respond_with_data(
        event("one", *BUSY), content_type="text/calendar"
    )
    assert not world.run_once().failed
    httpserver.clear()
    httpserver.expect_request("/carol.ics").respond_with_data("<html>Log in</html>", content_type="text/html")
    world.pass_time(10 * MINUTE)
    assert [failed.connector for failed in world.run_once().failed] == ["feed"]
    with world.services() as services, services.store.reading() as tx:
        kept = tx.calendars.busy(UserId("carol"), Span(parse_instant(BUSY[0]), parse_instant(BUSY[1])))
    assert len(kept) == 1


def _health(world: FolderWorld) -> dict[str, ConnectorHealth]:
    with world.services() as services, services.store.reading() as tx:
        health = gather(tx, services.configuration, services.clock.now())
    return {one.name: one for one in health.connectors}
