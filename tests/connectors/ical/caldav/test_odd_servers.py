"""CalDAV servers with odd manners, each kind by its generator (`tests.connectors.ical.caldav.odd`)."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import SourceIncompleteError
from tests.connectors.ical.caldav.odd import EVENTS, KINDS, fill, read
from tests.standins.odd_dav import Heard, OddDav, Said, odd_dav

FEW, MANY = 5, 500


@pytest.fixture(scope="module")
def odd_server() -> Iterator[OddDav]:
    with odd_dav() as running:
        yield running


def tried(kind: str, server: OddDav, base: Path, seeds: range) -> None:
    for seed in seeds:
        try:
            KINDS[kind](random.Random(seed), server.anew(), base)
        except Exception as error:
            error.add_note(f"{kind}, seed {seed}")
            raise


@pytest.mark.parametrize("kind", KINDS)
def test_what_servers_were_seen_to_do_is_read_rightly(kind: str, odd_server: OddDav, tmp_path: Path) -> None:
    tried(kind, odd_server, tmp_path, range(FEW))


@pytest.mark.long
@pytest.mark.fuzz
@pytest.mark.parametrize("kind", KINDS)
def test_500_cases_of_each_kind(kind: str, odd_server: OddDav, tmp_path: Path) -> None:
    tried(kind, odd_server, tmp_path, range(MANY))


@pytest.mark.parametrize("sync", [None, 403])
@pytest.mark.parametrize(
    "lacking", ["<d:owner/>", "<x:note xmlns:x='urn:x'/>", "", "<d:owner/><c:schedule-tag/>"]
)
@pytest.mark.parametrize("before", [True, False])
def test_what_a_resource_lacks_besides_does_not_make_it_gone(
    lacking: str, before: bool, sync: int | None, tmp_path: Path
) -> None:
    """A propstat of 404 tells of the properties in it, not of the resource whose others came."""
    part = f"<d:propstat><d:prop>{lacking}</d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>"
    old, new = (
        ("<d:propstat>", part + "<d:propstat>") if before else ("</d:propstat>", "</d:propstat>" + part)
    )
    with odd_dav() as server:
        fill(server)
        server.sync = sync
        server.before = lambda heard: _with(server, heard, old, new)
        assert len(read(server, tmp_path).objects) == EVENTS


@pytest.mark.parametrize("sync", [None, 403])
@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("gone", [3, EVENTS // 2, EVENTS - 1, EVENTS])
def test_most_of_a_listing_is_not_believed_to_be_gone(
    gone: int, status: int, sync: int | None, tmp_path: Path
) -> None:
    """Single objects may be deleted after they were listed; a server that gives hardly any has failed."""
    with odd_dav() as server:
        for href in fill(server)[:gone]:
            inner = f"<d:status>HTTP/1.1 {status} Gone</d:status>"
            server.instead[href] = f"<d:response><d:href>{href}</d:href>{inner}</d:response>"
        server.sync = sync
        with pytest.raises(SourceIncompleteError, match="not there"):
            read(server, tmp_path)


def _with(server: OddDav, heard: Heard, old: str, new: str) -> Said | None:
    """Answer as usual, but for one piece of every answer."""
    before, server.before = server.before, lambda _heard: None
    said = server.answer(heard)
    server.before = before
    return replace(said, body=said.body.replace(old.encode(), new.encode()))
