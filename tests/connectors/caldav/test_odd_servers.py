"""CalDAV servers with odd manners, each kind by its generator (`tests.connectors.caldav.odd`)."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connectors.caldav.odd import KINDS
from tests.standins.odd_dav import OddDav, odd_dav

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
