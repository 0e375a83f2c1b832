"""What happened is told once, however many daemons follow one store."""

from collections.abc import Sequence
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from daemon.runtime import events
from daemon.runtime.events import EventLog
from engine.model.booking import AuditEntry
from engine.ports.store import Store
from tests.doubles.store.store import MemoryStore
from tests.standins.time import NOON, StillClock


def happened(store: Store, *names: str, at: int = NOON) -> None:
    with store.writing() as tx:
        for name in names:
            tx.audit.add(
                AuditEntry(
                    at=at,
                    actor="ann",
                    action="session.booked",
                    object_type="session",
                    object_id=name,
                    details={},
                )
            )


def told(*logs: EventLog) -> list[str]:
    with capture_logs() as lines:
        for log in logs:
            log.run()
    return [one["session"] for one in lines]


def daemons(store: Store, clock: StillClock, count: int) -> Sequence[EventLog]:
    return [EventLog(store, clock, shares=True) for _ in range(count)]


@pytest.fixture
def store() -> Store:
    return MemoryStore()


@pytest.mark.parametrize("count", [1, 2, 4])
def test_each_line_is_told_by_one_of_them(store: Store, count: int) -> None:
    clock = StillClock()
    happened(store, "before they were")
    logs = daemons(store, clock, count)
    happened(store, "a", "b")
    assert told(*logs) == ["a", "b"]
    happened(store, "c")
    assert told(*reversed(logs)) == ["c"]
    assert told(*logs) == []


def test_many_lines_come_in_order_over_several_looks(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_AT_A_TIME", 3)
    logs = daemons(store, StillClock(), 2)
    names = [f"s{number}" for number in range(10)]
    happened(store, *names)
    assert told(*logs) == names


def test_one_that_joins_later_goes_on_where_the_others_are(store: Store) -> None:
    clock = StillClock()
    logs = daemons(store, clock, 1)
    assert told(*logs) == []
    happened(store, "a")
    late = daemons(store, clock, 1)
    assert told(*late, *logs) == ["a"]
    happened(store, "b")
    assert told(*late, *logs) == ["b"]


def test_what_happened_while_all_were_down_is_past(store: Store) -> None:
    clock = StillClock()
    assert told(*daemons(store, clock, 2)) == []
    clock.at += 60
    happened(store, "meanwhile", at=clock.at)
    clock.at += 60
    logs = daemons(store, clock, 2)
    happened(store, "now", at=clock.at)
    assert told(*logs) == ["now"]


def test_one_that_dies_while_it_tells_leaves_the_line_to_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = daemons(store, StillClock(), 2)
    happened(store, "a")

    def killed(_: AuditEntry) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(first, "_tell", killed)
    with suppress(KeyboardInterrupt):
        first.run()
    assert told(second) == ["a"]


def test_who_is_alone_tells_all_and_writes_nothing(store: Store) -> None:
    log = EventLog(store, StillClock())
    happened(store, "a", "b")
    before = store.pulse()
    assert told(log) == ["a", "b"]
    assert store.pulse() == before
