"""What breaks in earnest fires its alert and clears once mended: the daemon's figures, Prometheus's rules."""

import json
import multiprocessing
import resource
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pytest_httpserver import HTTPServer
from werkzeug import Response

from daemon.app.free_set_aside import forget
from daemon.app.insight.metrics import metrics_now
from daemon.app.principal import OPERATOR
from daemon.app.quarantine import entries
from daemon.http.exposition import exposed
from daemon.jobs.single_pass import pull, run_once
from daemon.runtime.clock import SystemRandomness
from daemon.runtime.life import Life
from daemon.services import Services
from engine.model.set_aside import Work
from engine.operations.metrics import STORE_SILENT
from engine.time.span import HOUR, MINUTE
from engine.trouble import Trouble, attempt
from tests.ops.promtool import AT, Series, Trial, tried
from tests.standins.feeds import PublishedFeed
from tests.standins.google.faults import Fault
from tests.standins.mailserver import YES, Mailroom, mail_server
from tests.standins.time import HandClock
from tests.worlds.connected_world import NAME, connected_services
from tests.worlds.folder_world import FolderWorld, Somebody

pytestmark = pytest.mark.long

NOW = "2026-11-12T10:00:00Z"
CALM, BROKEN, MENDED = 20, 90, 60
"""Minutes for which what was scraped stays so: before, while something is broken, after."""
SPAWN = multiprocessing.get_context("spawn")
FEED = """
[connectors.carol-feed]
kind = "ics"
user = "carol"
url = "{url}"
allow_private_network = true
"""
MAIL = """
[connectors.carol-mail]
kind = "email"
user = "carol"
smtp = "smtp://127.0.0.1:{port}"
from = "scheduler@example.com"
"""


def scraped(services: Services) -> str:
    """Give what Prometheus would read now."""
    samples = metrics_now(
        services.store, services.configuration, services.clock.now(), services.access.meters
    )
    return exposed(samples).decode()


def fires_and_clears(alert: str, scrapes: Sequence[str], folder: Path) -> None:
    """Have Prometheus see three scrapes, each for its while, and find the alert in the second alone."""
    values = [_values(text) for text in scrapes]
    names = dict.fromkeys(name for each in values for name in each)
    lasting = (CALM, BROKEN, MENDED)
    series: Series = {
        name: [each.get(name) for each, minutes in zip(values, lasting, strict=True) for _ in range(minutes)]
        for name in names
    }
    total = sum(lasting)
    told = tried([Trial(alert, series, (CALM + BROKEN - 1,), (CALM - 1, total - 1))], folder)
    assert told.endswith("exit 0"), told


def fires_and_clears_in_time(alert: str, scrapes: Sequence[str], folder: Path) -> None:
    """Have Prometheus see a scrape a minute, and find the alert while it is broken alone."""
    values = [_values(text) for text in scrapes]
    names = dict.fromkeys(name for each in values for name in each)
    series: Series = {name: [each.get(name) for each in values] for name in names}
    told = tried([Trial(alert, series, (CALM + BROKEN - 1,), (CALM - 1, len(scrapes) - 1))], folder)
    assert told.endswith("exit 0"), told


def _values(text: str) -> dict[str, float]:
    found = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = "".join(f', {key}="{value}"' for key, value in one.labels.items())
            found[f"{one.name}{{{AT}{labels}}}"] = one.value
    return found


@pytest.mark.parametrize("dead", [lambda: Response(status=500), lambda: Response("<html>gone</html>"), None])
def test_a_feed_that_is_dead(tmp_path: Path, httpserver: HTTPServer, dead: object) -> None:
    feed = PublishedFeed(httpserver)
    world = FolderWorld(tmp_path, (Somebody(name="carol", extra=FEED.format(url=feed.url)),), NOW)
    with world.services() as services:
        run_once(services, lambda _: None)
        scrapes = [scraped(services)]
        if dead is None:
            feed.whole = b""
        else:
            feed.fault = dead  # type: ignore[assignment] # each gives an answer
        world.clock.at += HOUR
        run_once(services, lambda _: None)
        scrapes.append(scraped(services))
        feed.fault, feed.whole = None, None
        world.clock.at += HOUR
        run_once(services, lambda _: None)
        scrapes.append(scraped(services))
    fires_and_clears("GatherlyConnectorUnreadable", scrapes, tmp_path)


def test_a_feed_that_is_dead_for_longer_than_its_busy_times_count(
    tmp_path: Path, httpserver: HTTPServer
) -> None:
    feed = PublishedFeed(httpserver)
    world = FolderWorld(tmp_path, (Somebody(name="carol", extra=FEED.format(url=feed.url)),), NOW)
    with world.services() as services:
        run_once(services, lambda _: None)
        scrapes = [scraped(services)]
        world.clock.at += 7 * HOUR
        scrapes.append(scraped(services))
        run_once(services, lambda _: None)
        scrapes.append(scraped(services))
    fires_and_clears("GatherlyConnectorStale", scrapes, tmp_path)


def test_a_grant_that_is_withdrawn(tmp_path: Path) -> None:
    with connected_services(tmp_path) as connected:
        services = connected.services
        services.pull.run(services.sources[NAME])
        scrapes = [scraped(services)]
        connected.revoke()
        services.pull.run(services.sources[NAME])
        scrapes.append(scraped(services))
        connected.made.google.state.refreshes[connected.made.refresh].dead = None
        connected.pass_by(HOUR)
        services.pull.run(services.sources[NAME])
        scrapes.append(scraped(services))
    fires_and_clears("GatherlyPermissionEnded", scrapes, tmp_path)


@pytest.mark.parametrize("fault", [Fault.RATE, Fault.TOO_MANY])
def test_an_account_that_is_refused_as_asking_too_often(tmp_path: Path, fault: Fault) -> None:
    """Google says so by 403 as well as by 429, and is asked once in many minutes meanwhile."""
    scrapes: list[str] = []
    with connected_services(tmp_path) as connected:
        for minutes, answer in ((CALM, Fault.NONE), (BROKEN, fault), (MENDED, Fault.NONE)):
            connected.made.google.faults.always("*", answer)
            for _ in range(minutes):
                pull(connected.services, connected.services.due_sources(), lambda _: None)
                scrapes.append(scraped(connected.services))
                connected.pass_by(MINUTE)
    fires_and_clears_in_time("GatherlyThrottled", scrapes, tmp_path)


def test_a_relay_that_takes_nothing(tmp_path: Path) -> None:
    room = Mailroom()
    with mail_server(room) as port:
        carol = Somebody(name="carol", writes=False, extra=MAIL.format(port=port))
        world = FolderWorld(tmp_path, (Somebody(name="ann"), carol), NOW)
        session = world.create("ann", "carol")
        world.run_once()
        world.accept(session)
        world.run_once()
        with world.services() as services:
            scrapes = [scraped(services)]
            room.at_data = room.at_recipient = "451 Come back later"
            services.desk.cancel(session)
            for _ in range(20):
                run_once(services, lambda _: None)
                world.clock.at += 2 * MINUTE
            scrapes.append(scraped(services))
            room.at_data, room.at_recipient = YES, "250 OK"
            world.clock.at += HOUR
            run_once(services, lambda _: None)
            scrapes.append(scraped(services))
    fires_and_clears("GatherlyMailHeldUp", scrapes, tmp_path)


@pytest.mark.parametrize("left", [None, b"another"])
def test_a_store_whose_disk_goes_and_comes_back(tmp_path: Path, left: bytes | None) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), NOW)
    store, away = world.root / "gatherly.db", world.root / "away.db"
    with world.services() as services:
        scrapes = [scraped(services)]
        store.rename(away)
        if left is not None:
            store.write_bytes(left)
        scrapes.append(scraped(services))
        away.replace(store)
        scrapes.append(scraped(services))
    fires_and_clears("GatherlyStoreAway", scrapes, tmp_path)


def test_a_calendar_that_is_suddenly_empty(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), NOW)
    world.busy("ann", ("2026-11-13T10:00:00Z", "2026-11-13T11:00:00Z"))
    (file,) = world.folder("ann").glob("*.ics")
    away, scrapes = tmp_path / "away.ics", []
    for step in ("there", "gone", "back"):
        if step == "gone":
            file.rename(away)
        if step == "back":
            away.rename(file)
        world.pass_time(10 * MINUTE)
        world.run_once()
        with world.services() as services:
            scrapes.append(scraped(services))
    fires_and_clears("GatherlyConnectorDegraded", scrapes, tmp_path)


def test_a_drop_in_that_is_broken(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="ann"), Somebody(name="bob")), NOW)
    drop_in = world.root / "conf.d" / "bob.toml"
    drop_in.parent.mkdir()
    scrapes = []
    for every in ("1h", "soon", "1h"):
        drop_in.write_text(f'[connectors.bob-folder]\nevery = "{every}"\n')
        with world.services() as services:
            scrapes.append(scraped(services))
    fires_and_clears("GatherlyConnectorSwitchedOff", scrapes, tmp_path)


@pytest.mark.parametrize("freed", ["mended", "let be"])
def test_a_session_whose_row_was_damaged(tmp_path: Path, freed: str) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="ann"), Somebody(name="bob")), NOW)
    session = world.create("ann", "bob")
    world.run_once()
    with world.services() as services:
        scrapes = [scraped(services)]
    title = damaged(world.root / "gatherly.db")
    world.busy("ann", ("2026-11-12T00:00:00Z", "2026-11-16T00:00:00Z"))
    world.pass_time(HOUR)
    world.run_once()
    with world.services() as services:
        scrapes.append(scraped(services))
        with services.store.reading() as tx:
            (entry,) = entries(OPERATOR, tx, [], ())
        assert (entry.step, entry.session) == (Work.PROPOSE, session)
        if freed == "let be":
            with services.store.writing() as tx:
                forget(tx, entry, world.clock.at)
    if freed == "mended":
        damaged(world.root / "gatherly.db", title)
        world.pass_time(HOUR)
        world.run_once()
    with world.services() as services:
        scrapes.append(scraped(services))
    fires_and_clears("GatherlySetAside", scrapes, tmp_path)


def damaged(store: Path, into: str | None = None) -> str:
    """Turn the sealed title of the one session into another, as a disk may; gives what stood there."""
    with closing(sqlite3.connect(store)) as file, file:
        ((title,),) = file.execute("SELECT title FROM event_sessions").fetchall()
        file.execute("UPDATE event_sessions SET title = ?", (into or f"{title[:-4]}AAAA",))
    return str(title)


@pytest.mark.parametrize("more", ["# a word more\n", "[sync]\nevery = 'soon'\n"])
def test_files_that_were_changed_and_not_taken(tmp_path: Path, more: str) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), NOW)
    written = world.file.read_text()
    with world.services() as services:
        digest = services.configuration.digest
        life = Life(services.store, services.clock, SystemRandomness(), digest, services.lasting)
        life.beat()
        scrapes = [scraped(services)]
        world.file.write_text(written + more)
        scrapes.append(scraped(services))
        if "soon" in more:
            refused = attempt(lambda: services.again(services))
            assert isinstance(refused, Trouble)
            life.refused(refused.line)
            world.file.write_text(written)
        after = services.again(services)
        life.took(after.configuration.digest)
        scrapes.append(scraped(after))
    fires_and_clears("GatherlyConfigurationOld", scrapes, tmp_path)


GOOGLE = """
[connectors.ann-google]
kind = "google"
user = "ann"
client_secret_file = "client.json"
read = [{names}]
every = "{every}"
"""


def test_reading_so_often_that_it_takes_most_of_a_daily_budget(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, (Somebody(name="ann"),), NOW)
    (world.root / "client.json").write_text('{"installed": {"client_id": "x", "client_secret": "y"}}')
    (world.root / "client.json").chmod(0o600)
    names = ", ".join(f'"c{number}@group.calendar.google.com"' for number in range(100))
    written, scrapes = world.file.read_text(), []
    for every in ("15m", "10s", "15m"):
        world.file.write_text(written + GOOGLE.format(names=names, every=every))
        with world.services() as services:
            scrapes.append(scraped(services))
    fires_and_clears("GatherlyQuotaNearlySpent", scrapes, tmp_path)


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    told = tmp_path / "scrapes.json"
    worker = SPAWN.Process(target=fill_the_disk, args=(tmp_path, told))
    worker.start()
    worker.join()
    assert worker.exitcode == 0
    fires_and_clears("GatherlyStoreTakesNoWrites", json.loads(told.read_text()), tmp_path)


def fill_the_disk(folder: Path, told: Path) -> None:
    """Let a daemon give signs of life while its files may not grow, in a process whose limits are its own."""
    clock = HandClock()
    world = FolderWorld(folder, (Somebody(name="ann"),), NOW)
    world.run_once()
    with world.services() as services:
        life = Life(services.store, clock, SystemRandomness(), "ab", services.lasting)
        services.access.meters.watch(STORE_SILENT, life.seconds_silent)
        life.beat()
        scrapes = [scraped(services)]
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, unlimited[1]))
        for _ in range(10):
            clock.at += 25
            attempt(life.beat)
        scrapes.append(scraped(services))
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        life.beat()
        scrapes.append(scraped(services))
    told.write_text(json.dumps(scrapes))
