"""Bombs: each is answered soon, alone in its quarantine, and the process that asked goes on."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from connectors.ical.reading.sandboxed import SandboxedReader
from connectors.sandbox.pool import ChildPool
from connectors.sandbox.task import Runner
from engine.model.calendar_object import Interpretation
from engine.time.instant import format_instant
from tests.connectors.ical.reading.bombs import BOMBS, bomb, crowd
from tests.connectors.ical.reading.busy_times import window
from tests.standins.time import StillClock
from tests.work import Charged, work_of

OCTOBER = window("2026-10-05T00:00:00Z", "2026-10-19T00:00:00Z")
OWN_CALLS = 100_000
"""Calls in this process for a whole body."""
HELD_TO = 5.0
"""Seconds of processor that children may use for it, whatever it holds."""
GOOD = ("2026-10-12T08:00:00Z", "2026-10-12T09:00:00Z")


@pytest.fixture(scope="module")
def children() -> Iterator[ChildPool]:
    pool = ChildPool(StillClock(), size=2)
    yield pool
    pool.close()


def read(children: Runner, body: bytes) -> Interpretation:
    reader = SandboxedReader(children)
    return reader.interpret(reader.feed(body, "the feed", "").objects, OCTOBER, "UTC")


@dataclass(slots=True)
class Reading:
    """A body read, and what that cost: calls in this process, and what children were held to."""

    answer: Interpretation
    calls: int
    seconds: float


def weighed(children: Runner, body: bytes) -> Reading:
    found: list[Interpretation] = []
    charged = Charged(children)
    calls = work_of(lambda: found.append(read(charged, body))).calls
    return Reading(found[0], calls, charged.seconds)


def has_good(answer: Interpretation) -> bool:
    found = {(format_instant(one.span.start), format_instant(one.span.end)) for one in answer.occurrences}
    return GOOD in found


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_costs_little_and_its_neighbour_counts(name: str) -> None:
    body = bomb(name)
    pool = ChildPool(StillClock(), size=1)
    found = weighed(pool, body)
    pool.close()
    assert found.calls < OWN_CALLS
    assert found.seconds < HELD_TO
    assert has_good(found.answer)
    assert all(one.uid == "bomb" or one.uid.startswith("content:") for one in found.answer.quarantined)


def test_what_is_refused_says_why(children: ChildPool) -> None:
    reasons = {
        name: read(children, bomb(name)).quarantined for name in ("interval zero", "exrule", "200,000 RDATEs")
    }
    assert "INTERVAL=0" in reasons["interval zero"][0].reason
    assert "EXRULE" in reasons["exrule"][0].reason
    assert "more than 5000 RDATEs" in reasons["200,000 RDATEs"][0].reason


def test_a_crowd_of_bombs_costs_five_seconds_together_and_holds_nobody_up() -> None:
    pool = ChildPool(StillClock(), size=2)
    answers: list[Reading] = []
    held = threading.Thread(target=lambda: answers.append(weighed(pool, crowd(60))))
    held.start()
    assert has_good(read(pool, bomb("secondly")))
    assert not answers
    held.join()
    pool.close()
    assert answers[0].calls < OWN_CALLS
    assert answers[0].seconds < HELD_TO
    assert answers[0].answer.quarantined
    assert has_good(answers[0].answer)
