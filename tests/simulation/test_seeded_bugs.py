"""Bugs that somebody could write, each switched on by a patch: simulated days find it and tell by which acts.

Where one is found, the rest of its story is of no use; so each is looked for in rough days of several seeds,
one after the other, up to a bound.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest

from daemon.booking.outbox import OutboxJob
from daemon.sync import calendar_pull
from engine.model.booking import OutboxEntry
from tests.chaos import mutants
from tests.simulation.acts import ROUGH, Act, story_of
from tests.simulation.life import Life, lived
from tests.simulation.shrinking import shortest
from tests.simulation.test_simulation import MEMORY

pytestmark = [pytest.mark.long, pytest.mark.simulate]
DAYS, SEEDS = 3, range(1, 6)
"""Days of a story, and so many stories at most: within 15 days each is found."""
SHORT = 12
"""Acts that a failure's shortest story has at most."""


def nobody_is_woken() -> AbstractContextManager[object]:
    """A calendar that changes is read, and no session looks at it."""
    return patch.object(calendar_pull, "wake", lambda tx, user, now: None)


def told_again_and_again() -> AbstractContextManager[object]:
    """What was told is not written down."""
    record = OutboxJob._record

    def mutated(job: OutboxJob, entry: OutboxEntry) -> None:
        with job._deps.store.reading() as tx:
            there = tx.outbox.get(entry.id)
        record(job, entry if there is None else there)

    return patch.object(OutboxJob, "_record", mutated)


BUGS: Sequence[mutants.Mutant] = (
    mutants.random_ids,
    mutants.no_holds,
    mutants.conflict_is_failure,
    mutants.ambiguous_is_failure,
    mutants.only_written_is_undone,
    mutants.holds_freed_early,
    mutants.epoch_not_raised,
    mutants.audit_row_skipped,
    mutants.unwanted_forgotten,
    mutants.confirmed_with_one_missing,
    mutants.undo_never_resumed,
    mutants.undo_without_limit,
    mutants.offers_stay,
    mutants.not_held_when_accepted,
    nobody_is_woken,
    told_again_and_again,
)


@pytest.fixture
def folders() -> Iterator[Callable[[], Path]]:
    """Folders that are in memory: a simulated town waits for no disk."""
    with TemporaryDirectory(dir=MEMORY) as root:
        numbers = count()

        def made() -> Path:
            folder = Path(root) / f"{next(numbers)}"
            folder.mkdir()
            return folder

        yield made


@pytest.mark.parametrize("bug", BUGS, ids=[bug.__name__ for bug in BUGS])
def test_a_seeded_bug_is_found(folders: Callable[[], Path], bug: mutants.Mutant) -> None:
    for seed in SEEDS:
        with bug():
            life = lived(folders(), story_of(seed, DAYS, ROUGH), DAYS, closely=True)
        if life.violations:
            sys.stderr.write(f"{bug.__name__}: seed {seed}, hour {life.hours}: {life.violations[0]}\n")
            return
    pytest.fail(f"{len(SEEDS) * DAYS} days went well with {bug.__name__}: {bug.__doc__}")


def test_without_one_the_same_days_go_well(folders: Callable[[], Path]) -> None:
    for seed in SEEDS:
        assert lived(folders(), story_of(seed, DAYS, ROUGH), DAYS, closely=True).violations == []


def test_the_shortest_story_of_a_bug_is_told(folders: Callable[[], Path]) -> None:
    """Nobody's time is held: two who ask for the same people and accept are enough."""

    def life(story: Sequence[Act]) -> Life:
        with mutants.no_holds():
            return lived(folders(), story, DAYS, closely=True)

    failing = (story_of(seed, DAYS, ROUGH) for seed in SEEDS)
    story, first = next((one, found) for one in failing if (found := life(one)).violations)
    told = shortest(story, lambda tried: bool(life(tried).violations), tries=60)
    sys.stderr.write("\n".join([f"of {len(story)} acts, {first.violations[0]}:", *map(str, told)]) + "\n")
    assert len(told) <= SHORT
