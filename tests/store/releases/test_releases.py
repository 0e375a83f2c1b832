"""What an earlier release stored is read, holds, and goes on under today's code; see the package."""

import gzip
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from daemon.app.examine import examine
from daemon.app.principal import OPERATOR
from daemon.app.quarantine import entries
from daemon.app.status import gather
from daemon.jobs.single_pass import run_once
from daemon.services import Services
from daemon.wire import open_daemon
from engine.ids import ConnectorName, SessionId, UserId
from engine.time.instant import parse_instant
from engine.time.span import HOUR
from tests.standins.time import StillClock

RELEASES = Path(__file__).parents[2] / "data" / "releases"
VERSIONS = sorted(folder.name for folder in RELEASES.iterdir())
WORDS = {"waitsFor"}
"""Sentences that are made when a session is shown; everything else that a release said was stored."""


class Left:
    """A release's store as it was left, unpacked for today's code, at the moment that it was left at."""

    def __init__(self, version: str, folder: Path) -> None:
        shutil.copytree(RELEASES / version, folder)
        self.said = json.loads((folder / "said.json").read_text())
        self.said_now: list[str] = []
        self.clock = StillClock(parse_instant(self.said["made"]))
        self.file = folder / "gatherly.toml"
        store, key = folder / "gatherly.db", folder / "gatherly.key"
        store.write_bytes(gzip.decompress((folder / "gatherly.db.gz").read_bytes()))
        for secret in (store, key):
            secret.chmod(0o600)

    @contextmanager
    def opened(self) -> Iterator[Services]:
        with open_daemon(self.file, clock=self.clock) as services:
            yield services

    def id_of(self, title: str) -> SessionId:
        return next(SessionId(one["id"]) for one in self.said["sessions"] if one["title"] == title)


@pytest.fixture(params=VERSIONS)
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Left:
    return Left(request.param, tmp_path / "left")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_release_is_small_enough_to_be_kept_for_ever(version: str) -> None:
    assert sum(file.stat().st_size for file in (RELEASES / version).rglob("*") if file.is_file()) < 300_000


def test_every_session_says_what_it_said_then_in_many_states(left: Left) -> None:
    with left.opened() as services:
        shown = {one["id"]: services.desk.view(SessionId(one["id"])) for one in left.said["sessions"]}
        assert {one["id"] for one in services.desk.listed()} == shown.keys()
    for one in left.said["sessions"]:
        assert _lost(one, shown[one["id"]]) == [], one["title"]
        assert one["messages"], one["title"]
    states = {one["booking"]["state"] for one in left.said["sessions"]}
    assert {"draft", "proposed", "accepted", "confirmed", "quarantine", "failed"} <= states


def test_the_ledger_holds_and_nothing_of_the_store_is_damaged(left: Left) -> None:
    with left.opened() as services:
        assert services.store.check() == []
        found = examine(services.book_deps)
        assert (found.violations, dict(found.unread)) == ([], {})


def test_everything_that_is_kept_of_a_person_is_unsealed(left: Left) -> None:
    with left.opened() as services:
        with services.store.reading() as tx:
            users = [user.id for user in tx.users.all()]
        archives = {user: services.custody.export(user) for user in users}
        with services.store.reading() as tx:
            grant = tx.repositories.grants.get(ConnectorName("erin-google"))
    assert set(users) == {f"{name}@example.com" for name in ("alice", "bob", "carol", "dora", "erin")}
    said = json.dumps(archives[UserId("alice@example.com")], default=str)
    assert "Bob is ill" in said
    assert "Another day, please" in said
    assert grant is not None
    assert grant.refresh_token == "refresh"


def test_what_was_set_aside_is_told_of_and_what_was_let_be_stays_so(left: Left) -> None:
    with left.opened() as services, services.store.reading() as tx:
        found = entries(OPERATOR, tx, services.sources, ())
        states = {
            one.name: one.state.value
            for one in gather(tx, services.configuration, services.clock.now()).connectors
        }
    assert [one.document() for one in found if not one.forgotten] == left.said["quarantine"]
    assert [one.name for one in found if one.forgotten] == ["let-be"]
    assert states == left.said["connectors"]


def test_the_work_goes_on_where_that_release_left_it(left: Left) -> None:
    with left.opened() as services:
        for _ in range(5):
            run_once(services, left.said_now.append)
            left.clock.at += HOUR
        view = services.desk.view
        assert view(left.id_of("Just accepted"))["booking"]["state"] == "confirmed"
        assert view(left.id_of("Just asked"))["proposedTimes"]
        assert view(left.id_of("Called off"))["booking"]["state"] == "cancelled"
        assert view(left.id_of("Put off"))["booking"]["state"] == "proposed"
        assert examine(services.book_deps).violations == []


def _lost(then: Any, now: Any, place: str = "") -> list[str]:
    """Name what was said then and is not said now."""
    if isinstance(then, dict) and isinstance(now, dict):
        return [
            lost
            for key, value in then.items()
            if key not in WORDS
            for lost in _lost(value, now.get(key), f"{place}.{key}")
        ]
    if isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        return [
            lost
            for n, pair in enumerate(zip(then, now, strict=True))
            for lost in _lost(*pair, f"{place}.{n}")
        ]
    return [] if then == now else [f"{place}: {then!r} became {now!r}"]
