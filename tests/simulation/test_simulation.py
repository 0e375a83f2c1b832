"""The whole daemon in simulated time: what must hold each hour holds, and one seed tells one story.

Where it fails, the shortest story that fails alike is printed: it needs a few minutes.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.simulation.acts import Act, story_of
from tests.simulation.life import Life, lived
from tests.simulation.shrinking import shortest

pytestmark = pytest.mark.simulate
DAYS, SHORT, QUARTER = 5, 2, 90
SEED = 7
SEEDS = range(100, 120)
SHRINK = "SIMULATE_SHRINK"
"""A variable that has a failure's story cut down."""


def told(life: Life, story: Sequence[Act], days: int, folder: Path) -> str:
    """Tell what did not hold, and by what story."""
    if not life.violations:
        return ""
    lines = life.violations[:5]
    if os.environ.get(SHRINK):
        number = 0

        def fails(tried: Sequence[Act]) -> bool:
            nonlocal number
            number += 1
            place = folder / f"try-{number}"
            place.mkdir()
            return bool(lived(place, tried, days).violations)

        lines += ["by:", *map(str, shortest(story, fails, tries=60))]
    return "\n".join(lines)


def goes_well(folder: Path, seed: int, days: int) -> Life:
    story = story_of(seed, days)
    place = folder / f"{seed}"
    place.mkdir()
    life = lived(place, story, days)
    assert told(life, story, days, folder) == ""
    assert life.hours >= days * 24
    return life


def test_a_day_of_a_town_goes_well(tmp_path: Path) -> None:
    assert goes_well(tmp_path, SEED, 1).mails >= 1


@pytest.mark.long
@pytest.mark.upload
def test_five_days_of_a_town_go_well(tmp_path: Path) -> None:
    life = goes_well(tmp_path, SEED, DAYS)
    assert life.booked >= 3
    assert life.mails >= 3


@pytest.mark.long
@pytest.mark.upload
def test_one_seed_tells_one_story(tmp_path: Path) -> None:
    once, again = (lived(_made(tmp_path / name), story_of(SEED, SHORT), SHORT) for name in ("once", "again"))
    assert once.violations == []
    assert once.digest == again.digest


@pytest.mark.long
def test_a_quarter_of_a_year_goes_well(tmp_path: Path) -> None:
    """With the clock changes of two continents; descriptors are no more at its end than at its beginning."""
    goes_well(tmp_path, SEED + 1, SHORT)
    before = len(os.listdir("/proc/self/fd"))
    life = goes_well(tmp_path, SEED, QUARTER)
    assert life.kills >= 10
    assert life.booked >= 50
    assert len(os.listdir("/proc/self/fd")) <= before + 2


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_other_towns_go_well_too(tmp_path: Path, seed: int) -> None:
    goes_well(tmp_path, seed, QUARTER // 3)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
