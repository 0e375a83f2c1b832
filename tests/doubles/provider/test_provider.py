"""The in-memory provider keeps the promises of every connector, and breaks them exactly as it is told to."""

from collections import Counter

import pytest

from engine.errors import (
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)
from engine.ids import EventId, RemoteCalendarId
from engine.time.instant import parse_instant
from engine.time.span import HOUR, Span
from tests.contracts.connector import INSTALL, ReadingContract, Source, WritingContract, draft
from tests.doubles.provider.connector import MemoryConnector
from tests.doubles.provider.faults import KINDS, Fault, Operation, ScriptedFaults, SeededFaults
from tests.doubles.provider.provider import MemoryProvider
from tests.worlds.book_world import SimClock

CALENDAR = RemoteCalendarId("main")


class Down:
    """Nothing answers any more."""

    def next(self, operation: Operation) -> Fault:
        return Fault.UNAVAILABLE


class Maybe:
    """Faults that can be exchanged."""

    def __init__(self) -> None:
        self.inner: ScriptedFaults | Down = ScriptedFaults()

    def next(self, operation: Operation) -> Fault:
        return self.inner.next(operation)


class MemorySource:
    """One calendar, and its owner."""

    def __init__(self, *, keeps_ids: bool) -> None:
        self.clock = SimClock()
        self.faults = Maybe()
        self.provider = MemoryProvider(self.clock, keeps_ids=keeps_ids)
        self.connector = MemoryConnector(self.provider, INSTALL, [CALENDAR], faults=self.faults)
        self.calendar = CALENDAR

    def put(self, uid: str, start: str, title: str) -> None:
        text = f"{start[:4]}-{start[4:6]}-{start[6:11]}:{start[11:13]}:{start[13:]}"
        at = parse_instant(text)
        self.provider.add_foreign(CALENDAR, EventId(uid), Span(at, at + HOUR), title)

    def remove(self, uid: str) -> None:
        self.provider.owner_deletes(CALENDAR, EventId(uid))

    def fail(self) -> None:
        self.faults.inner = Down()


class TestMemoryConnector(ReadingContract, WritingContract):
    @pytest.fixture(params=[True, False], ids=["keeps ids", "forgets ids"])
    def source(self, request: pytest.FixtureRequest) -> Source:
        return MemorySource(keeps_ids=request.param)


@pytest.mark.parametrize(
    ("fault", "error", "written"),
    [
        (Fault.REFUSE, WriteRefusedError, False),
        (Fault.DROP_BEFORE, WriteAmbiguousError, False),
        (Fault.DROP_AFTER, WriteAmbiguousError, True),
        (Fault.ERROR_AFTER, WriteAmbiguousError, True),
        (Fault.CONFLICT, WriteConflictError, False),
        (Fault.DUPLICATE, WriteConflictError, True),
        (Fault.GONE, WriteConflictError, False),
        (Fault.CHANGED, WriteConflictError, False),
        (Fault.RATE_LIMIT, SourceUnavailableError, False),
        (Fault.UNAVAILABLE, SourceUnavailableError, False),
        (Fault.EXPIRED, SourceExpiredError, False),
    ],
)
def test_a_fault_shows_as_its_error_and_has_its_effect(
    fault: Fault, error: type[SourceError], written: bool
) -> None:
    source = MemorySource(keeps_ids=True)
    source.faults.inner = ScriptedFaults({Operation.WRITE: [fault]})
    with pytest.raises(error):
        source.connector.write(CALENDAR, draft())
    assert (source.connector.read(CALENDAR, draft().event_id) is not None) is written


def test_a_rate_limit_says_how_long() -> None:
    source = MemorySource(keeps_ids=True)
    source.faults.inner = ScriptedFaults({Operation.WRITE: [Fault.RATE_LIMIT]})
    with pytest.raises(SourceUnavailableError) as caught:
        source.connector.write(CALENDAR, draft())
    assert caught.value.retry_after == 7


def test_a_lost_write_is_acknowledged_and_is_not_there() -> None:
    source = MemorySource(keeps_ids=True)
    source.faults.inner = ScriptedFaults({Operation.WRITE: [Fault.LOSE]})
    assert source.connector.write(CALENDAR, draft()).event_id == draft().event_id
    assert source.connector.read(CALENDAR, draft().event_id) is None


def test_a_stalled_write_lands_after_the_stall() -> None:
    source = MemorySource(keeps_ids=True)
    source.faults.inner = ScriptedFaults({Operation.WRITE: [Fault.STALL]})
    during: list[object] = []
    source.connector.stall = lambda: during.append(source.provider.get(CALENDAR, draft().event_id))
    source.connector.write(CALENDAR, draft())
    assert during == [None]
    assert source.connector.read(CALENDAR, draft().event_id) is not None


def test_lists_lag_behind_and_looking_up_does_not() -> None:
    clock = SimClock()
    connector = MemoryConnector(MemoryProvider(clock, list_lag=5), INSTALL, [CALENDAR])
    connector.write(CALENDAR, draft())
    assert connector.marked(CALENDAR, INSTALL) == []
    assert connector.read(CALENDAR, draft().event_id) is not None
    clock.at += 5
    assert len(connector.marked(CALENDAR, INSTALL)) == 1


def test_a_provider_that_keeps_ids_refuses_that_of_a_deleted_event() -> None:
    source = MemorySource(keeps_ids=True)
    source.connector.write(CALENDAR, draft())
    source.connector.withdraw(CALENDAR, draft().event_id)
    with pytest.raises(WriteConflictError):
        source.connector.write(CALENDAR, draft())


def test_seeded_faults_repeat_themselves_and_stop() -> None:
    def story(seed: int) -> list[Fault]:
        faults = SeededFaults(seed, 0.5)
        return [faults.next(Operation.WRITE) for _ in range(300)]

    assert story(1) == story(1) != story(2)
    assert set(Counter(story(1))) == {Fault.NONE, *KINDS[Operation.WRITE]}
    faults = SeededFaults(1, 1.0)
    faults.stop()
    assert {faults.next(Operation.WRITE) for _ in range(20)} == {Fault.NONE}
