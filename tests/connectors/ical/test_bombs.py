"""Bombs: each is answered soon, alone in its quarantine, and the process that asked goes on."""

import threading
import time
from collections.abc import Iterator

import pytest

from connectors.ical.body import whole_calendar
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


class Heart:
    """Beats every 10 ms in a thread of its own; remembers the longest pause."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat)

    def __enter__(self) -> "Heart":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        last = time.monotonic()
        while not self._stop.wait(0.01):
            now = time.monotonic()
            self.longest = max(self.longest, now - last)
            last = now


def read(children: ChildPool, body: bytes) -> Interpretation:
    reader = GuardedReader(children, StillClock())
    return reader.interpret(reader.split(whole_calendar(body, "the feed"), "the feed"), OCTOBER, "UTC", "")


def has_good(answer: Interpretation) -> bool:
    found = {(format_instant(one.span.start), format_instant(one.span.end)) for one in answer.occurrences}
    return GOOD in found


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_answered_soon_and_its_neighbour_counts(name: str, children: ChildPool) -> None:
    body = bomb(name)
    with Heart() as heart:
        began = time.monotonic()
        answer = read(children, body)
        took = time.monotonic() - began
    assert took < 3
    assert heart.longest < 1
    assert has_good(answer)
    assert all(one.uid == "bomb" or one.uid.startswith("content:") for one in answer.quarantined)


def test_what_is_refused_says_why(children: ChildPool) -> None:
    reasons = {
        name: read(children, bomb(name)).quarantined for name in ("interval zero", "exrule", "200,000 RDATEs")
    }
    assert "INTERVAL=0" in reasons["interval zero"][0].reason
    assert "EXRULE" in reasons["exrule"][0].reason
    assert "more than 5000 RDATEs" in reasons["200,000 RDATEs"][0].reason


def test_a_crowd_of_bombs_is_answered_within_five_seconds_and_holds_nobody_up(children: ChildPool) -> None:
    answers: list[Interpretation] = []
    held = threading.Thread(target=lambda: answers.append(read(children, crowd(60))))
    began = time.monotonic()
    held.start()
    assert has_good(read(children, bomb("secondly")))
    assert time.monotonic() - began < 2
    held.join()
    assert time.monotonic() - began < 5.5
    assert answers[0].quarantined
