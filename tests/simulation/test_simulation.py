"""The whole daemon in simulated time: what must hold each hour holds, and one seed tells one story.

Where it fails, the shortest story that fails alike is printed: it needs a few minutes.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.simulation.acts import Act, story_of
from tests.simulation.life import Life, lived
from tests.simulation.shrinking import shortest

pytestmark = pytest.mark.simulate
DAYS, SHORT, QUARTER = 5, 2, 90
SEED = 7
MOST_MEGABYTES = 60
"""By so much a process may have grown after a quarter of a year, with the calendars of the town, too."""
SEEDS = range(100, 120)
MEMORY = next((one for one in Path("/dev").glob("shm") if one.is_dir()), None)
"""Where a town's files lie: in memory, so that it waits for no disk."""
SHRINK = "SIMULATE_SHRINK"
"""A variable that has a failure's story cut down."""


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """Give a folder in memory."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


def resident() -> float:
    """Give this process's memory in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


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


def test_a_day_of_a_town_goes_well(in_memory: Path) -> None:
    assert goes_well(in_memory, SEED, 1).mails >= 1


@pytest.mark.long
@pytest.mark.upload
def test_five_days_of_a_town_go_well(in_memory: Path) -> None:
    life = goes_well(in_memory, SEED, DAYS)
    assert life.booked >= 3
    assert life.mails >= 3


@pytest.mark.long
@pytest.mark.upload
def test_one_seed_tells_one_story(in_memory: Path) -> None:
    once, again = (lived(_made(in_memory / name), story_of(SEED, SHORT), SHORT) for name in ("once", "again"))
    assert once.violations == []
    assert once.digest == again.digest


@pytest.mark.long
def test_a_quarter_of_a_year_goes_well(in_memory: Path) -> None:
    """With the clock changes of two continents; descriptors and memory are flat, and it tells its time."""
    goes_well(in_memory, SEED + 1, SHORT)
    before, held, began = len(os.listdir("/proc/self/fd")), resident(), time.monotonic()
    life = goes_well(in_memory, SEED, QUARTER)
    sys.stderr.write(
        f"{QUARTER} days in {time.monotonic() - began:.0f} s: {life.booked} booked, {life.kills} kills, "
        f"{life.mails} mails, {held:.0f} MB before and {resident():.0f} MB after\n"
    )
    assert life.kills >= 10
    assert life.booked >= 50
    assert len(os.listdir("/proc/self/fd")) <= before + 2
    assert resident() < held + MOST_MEGABYTES


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_other_towns_go_well_too(in_memory: Path, seed: int) -> None:
    goes_well(in_memory, seed, QUARTER // 3)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
