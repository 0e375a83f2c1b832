"""Feeds made to break things: nothing uncaught, nothing slow, and both ways of reading agree."""

import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.ical.reading.interpret import interpret, interpret_body
from connectors.ical.text.body import whole_calendar
from connectors.ical.text.objects import split
from connectors.sandbox.pool import ChildPool
from engine.errors import SourceIncompleteError
from tests.connectors.ical.reading.busy_times import owned_by, window
from tests.connectors.ical.reading.hostile import feed, samples
from tests.standins.time import StillClock

TASK = "tests.connectors.ical.reading.test_fuzz:read_both_ways"
AUTUMN = window("2026-09-20T00:00:00Z", "2026-11-05T00:00:00Z")
OWNER = owned_by("p1@example.com")


def read_both_ways(body: bytes) -> bytes:
    """Run in the child: what is uncaught comes back as words instead of ending it."""
    try:
        text = whole_calendar(body, "the feed")
        apart = interpret(split(text), AUTUMN, "Europe/Berlin", owner=OWNER)
        together = interpret_body(text, AUTUMN, "Europe/Berlin", owner=OWNER)
    except SourceIncompleteError:
        return b"incomplete"
    except Exception:
        return traceback.format_exc().encode()
    same = {(one.span, one.title) for one in apart.occurrences} == {
        (one.span, one.title) for one in together.occurrences
    }
    return b"read" if same else b"the two ways differ"


@pytest.fixture(scope="module")
def children() -> Iterator[ChildPool]:
    pool = ChildPool(StillClock(), size=1)
    yield pool
    pool.close()


def answers(children: ChildPool, seeds: range) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for seed in seeds:
        answer = children(TASK, feed(seed), cpu=60.0).decode()
        found.setdefault(answer, []).append(seed)
    return found


def test_100_hostile_feeds_are_each_answered(children: ChildPool) -> None:
    found = answers(children, range(100))
    assert set(found) == {"read", "incomplete"}, found
    assert len(found["read"]) > 40


@pytest.mark.long
@pytest.mark.upload
@pytest.mark.fuzz
def test_500_hostile_feeds_are_each_answered(children: ChildPool) -> None:
    found = answers(children, range(100, 600))
    assert set(found) == {"read", "incomplete"}, found
    assert len(found["read"]) > 200


@pytest.mark.long
@pytest.mark.fuzz
def test_60_seconds_of_guided_fuzzing_find_nothing_uncaught(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris is not installed")
    for number, body in enumerate(samples()):
        (tmp_path / str(number)).write_bytes(body[:4000])
    command = [sys.executable, "-m", "tests.connectors.ical.reading.coverage_fuzz", "60", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.mark.long
@pytest.mark.fuzz
def test_10_000_hostile_feeds_are_each_answered(children: ChildPool) -> None:
    found = answers(children, range(600, 10_600))
    assert set(found) == {"read", "incomplete"}, {words: seeds[:5] for words, seeds in found.items()}
