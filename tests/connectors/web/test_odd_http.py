"""HTTP servers with odd manners, each kind by its generator (`tests.connectors.web.odd_http`)."""

import random
from pathlib import Path

import pytest

from tests.connectors.web.odd_http import KINDS

FEW, MANY = 12, 500


def tried(kind: str, base: Path, seeds: range) -> None:
    for seed in seeds:
        try:
            KINDS[kind](random.Random(seed), base)
        except BaseException as error:
            error.add_note(f"{kind}, seed {seed}")
            raise


@pytest.mark.parametrize("kind", KINDS)
def test_what_servers_were_seen_to_do_is_answered_rightly(kind: str, tmp_path: Path) -> None:
    tried(kind, tmp_path, range(FEW))


@pytest.mark.long
@pytest.mark.fuzz
@pytest.mark.parametrize("kind", KINDS)
def test_500_cases_of_each_kind(kind: str, tmp_path: Path) -> None:
    tried(kind, tmp_path, range(MANY))
