"""Bombs: each is answered soon, alone in its quarantine, and the process that asked goes on."""

import resource
import threading
import time
from collections.abc import Iterator

import pytest

from connectors.ical.guarded import GuardedReader
from connectors.isolation import ChildPool
from engine.instants import format_instant
from engine.model.calendar import Interpretation
from tests.connectors.ical.bombs import BOMBS, bomb, crowd
from tests.connectors.ical.reading import window
from tests.standins.time import StillClock

OCTOBER = window("2026-10-05T00:00:00Z", "2026-10-19T00:00:00Z")
GOOD = ("2026-10-12T08:00:00Z", "2026-10-12T09:00:00Z")


@pytest.fixture(scope="module")
def children() -> Iterator[ChildPool]:
    pool = ChildPool(StillClock(), size=2)
    yield pool
    pool.close()


def read(children: ChildPool, body: bytes) -> Interpretation:
    reader = GuardedReader(children)
    return reader.interpret(reader.feed(body, "the feed", "").objects, OCTOBER, "UTC")


def spent() -> tuple[float, float]:
    """Seconds of processor of this process, and of its children that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), ended.ru_utime + ended.ru_stime


def has_good(answer: Interpretation) -> bool:
    found = {(format_instant(one.span.start), format_instant(one.span.end)) for one in answer.occurrences}
    return GOOD in found


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_costs_little_and_its_neighbour_counts(name: str) -> None:
    body = bomb(name)
    pool = ChildPool(StillClock(), size=1)
    here, there = spent()
    answer = read(pool, body)
    pool.close()
    assert spent()[0] - here < 1
    assert spent()[1] - there < 5
    assert has_good(answer)
    assert all(one.uid == "bomb" or one.uid.startswith("content:") for one in answer.quarantined)


def test_what_is_refused_says_why(children: ChildPool) -> None:
    reasons = {
        name: read(children, bomb(name)).quarantined for name in ("interval zero", "exrule", "200,000 RDATEs")
    }
    assert "INTERVAL=0" in reasons["interval zero"][0].reason
    assert "EXRULE" in reasons["exrule"][0].reason
    assert "more than 5000 RDATEs" in reasons["200,000 RDATEs"][0].reason


def test_a_crowd_of_bombs_costs_five_seconds_together_and_holds_nobody_up() -> None:
    pool = ChildPool(StillClock(), size=2)
    answers: list[Interpretation] = []
    here, there = spent()
    held = threading.Thread(target=lambda: answers.append(read(pool, crowd(60))))
    held.start()
    assert has_good(read(pool, bomb("secondly")))
    assert not answers
    held.join()
    pool.close()
    assert spent()[0] - here < 2
    assert spent()[1] - there < 6
    assert answers[0].quarantined
    assert has_good(answers[0])
