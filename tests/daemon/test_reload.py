"""The files read anew: what changed is applied as a whole, what did not is not disturbed."""

import gc
from pathlib import Path
from weakref import ref

import pytest

from daemon.jobs.single_pass import run_once
from daemon.services import Services
from engine.errors import ConfigurationError
from engine.ids import ConnectorName, UserId
from tests.conftest import NOTHING_SERVED
from tests.worlds.folder_world import FolderWorld, Somebody

ALICE, BOB = ConnectorName("alice-folder"), ConnectorName("bob-folder")


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, (Somebody(name="alice"), Somebody(name="bob")), "2026-11-12T10:00:00Z")


def change(world: FolderWorld, old: str, new: str) -> None:
    text = world.file.read_text()
    assert old in text
    world.file.write_text(text.replace(old, new))


def add(world: FolderWorld, text: str) -> None:
    with world.file.open("a") as file:
        file.write(text)


def due(services: Services) -> list[str]:
    return sorted(one.name for one in services.due_sources())


def test_what_has_not_changed_is_the_same_and_not_read_again(world: FolderWorld) -> None:
    with world.services() as services:
        run_once(services, print)
        after = services.again(services)
        assert after.sources == services.sources
        assert all(after.sources[name] is services.sources[name] for name in services.sources)
        assert due(after) == []


def test_what_a_reload_has_replaced_is_kept_by_nothing(world: FolderWorld) -> None:
    """A daemon that is told of new files each hour holds what it was a year ago no more."""
    with world.services() as services:
        first = services.again(services)
        last = first.again(first)
        replaced = [ref(one) for one in (first.pull, first.book, first.sweep, first.propose, first.dispatch)]
        del first
        gc.collect()
        assert [one() for one in replaced] == [None] * len(replaced)
        assert last.sources


def test_a_connector_that_is_new_or_changed_is_read_at_once_and_no_other(world: FolderWorld) -> None:
    (world.root / "elsewhere").mkdir()
    with world.services() as services:
        run_once(services, print)
        change(world, 'path = "calendars/bob"', 'path = "elsewhere"')
        add(world, '[connectors.more]\nkind = "folder"\nuser = "alice"\npath = "calendars/alice"\n')
        after = services.again(services)
        assert after.sources[ALICE] is services.sources[ALICE]
        assert due(after) == ["bob-folder", "more"]


def test_a_connector_that_is_gone_makes_nobody_busy_any_more(world: FolderWorld) -> None:
    world.busy("bob", ("2026-11-13T00:00:00Z", "2026-11-30T00:00:00Z"))
    with world.services() as services:
        run_once(services, print)
        lines = world.file.read_text()
        world.file.write_text(lines[: lines.index("[connectors.bob-folder]")])
        after = services.again(services)
        assert list(after.sources) == [ALICE]
        with after.store.reading() as tx:
            assert tx.calendars.of_connector(BOB) == []


def test_a_persons_habits_are_taken_up(world: FolderWorld) -> None:
    with world.services() as services:
        change(world, 'email = "bob@example.com"\ntimezone = "UTC"', 'name = "Bob"\ntimezone = "Asia/Tokyo"')
        after = services.again(services)
        with after.store.reading() as tx:
            bob = tx.users.get(UserId("bob"))
        assert bob is not None
        assert bob.timezone == "Asia/Tokyo"
        assert after.sources[BOB].zone == "Asia/Tokyo"
        assert after.sources[ALICE] is services.sources[ALICE]


def test_a_secret_that_was_changed_makes_its_connector_anew(world: FolderWorld) -> None:
    secret = world.root / "address"
    secret.write_text("http://127.0.0.1:1/a.ics")
    secret.chmod(0o600)
    feed = (
        '[connectors.feed]\nkind = "ics"\nuser = "bob"\nurl_file = "address"\nallow_private_network = true\n'
    )
    add(world, feed)
    with world.services() as services:
        secret.write_text("http://127.0.0.1:1/another.ics")
        after = services.again(services)
        feed_name = ConnectorName("feed")
        assert after.sources[feed_name] is not services.sources[feed_name]
        assert after.sources[BOB] is services.sources[BOB]


WRONG = {
    "a kind that is none": ('kind = "folder"\nuser = "bob"', 'kind = "foldr"\nuser = "bob"', "foldr"),
    "no TOML": ("[connectors.bob-folder]", "[connectors.bob-folder", "TOML"),
    "a zone that is none": ('timezone = "UTC"', 'timezone = "Mars"', "Mars"),
    "another store": ("[users", '[store]\nurl = "sqlite:///other.db"\n[users', "start alone"),
    "another key": ("[users", '[secrets]\nkey_file = "other.key"\n[users', "start alone"),
    "another address": ("[users", '[api]\nlisten = "127.0.0.1:1"\n[users', "start alone"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_files_that_are_wrong_change_nothing(
    world: FolderWorld, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NOTHING_SERVED)
    old, new, names = WRONG[wrong]
    text = world.file.read_text()
    with world.services() as services:
        run_once(services, print)
        world.file.write_text(text.replace(old, new, 1).replace("calendars/alice", "elsewhere"))
        with pytest.raises(ConfigurationError, match=names):
            services.again(services)
        assert due(services) == []
        world.file.write_text(text)
        assert services.again(services).sources[BOB] is services.sources[BOB]


def test_a_drop_in_that_breaks_does_not_switch_off_what_works(world: FolderWorld) -> None:
    drop_in = world.root / "conf.d" / "bob.toml"
    drop_in.parent.mkdir()
    drop_in.write_text('[connectors.bob-folder]\nevery = "1h"\n')
    with world.services() as services:
        drop_in.write_text('[connectors.bob-folder]\nevery = "soon"\n')
        with pytest.raises(ConfigurationError, match="soon"):
            services.again(services)
    with world.services() as services:  # it is broken from the start: what else changed is taken up
        assert list(services.sources) == [ALICE]
        add(world, '[connectors.more]\nkind = "folder"\nuser = "bob"\npath = "calendars/bob"\n')
        assert "more" in services.again(services).sources
