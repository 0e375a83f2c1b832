"""A worker falls asleep in the middle of an insert, is given up for dead, and writes when it wakes."""

import os
import signal

import pytest

from engine.ids import SessionId
from engine.model.booking import BookingState
from engine.sessions import state_machine
from tests.chaos.checks import broken
from tests.chaos.loop import warm_up
from tests.chaos.processes import Child, End, spawn
from tests.chaos.steps import Steps
from tests.chaos.town import PEOPLE, Town, key_of, slot
from tests.doubles.provider.connector import MemoryConnector
from tests.doubles.provider.faults import Fault, Operation, ScriptedFaults

pytestmark = pytest.mark.chaos

ROUNDS = 50
SESSION = SessionId("s")


def fall_asleep_writing(town: Town, dies_when_it_wakes: bool) -> Child:
    """Start a worker that stops inside its second insert, before the provider has it."""

    def work() -> None:
        faults = {PEOPLE[1]: ScriptedFaults({Operation.WRITE: [Fault.STALL]})}
        visit = town.enter(Steps(), faults)
        counted = visit.deps.connectors[key_of(PEOPLE[1]).connector]
        inner = getattr(counted, "_inner")  # noqa: B009 - the harness reaches behind its own wrapper
        assert isinstance(inner, MemoryConnector)
        inner.stall = lambda: os.kill(os.getpid(), signal.SIGSTOP)
        if dies_when_it_wakes:
            die_after(inner)
        visit.work(sweep=False)

    child = spawn(work)
    assert child.wait() is End.ASLEEP
    return child


def die_after(inner: MemoryConnector) -> None:
    """Have the worker killed between the provider's write and its own next thought."""
    write = inner._provider.write

    def last_write(*args: object) -> object:
        write(*args)  # type: ignore[arg-type] # handed through as they come
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    inner._provider.write = last_write  # type: ignore[method-assign,assignment] # dies before it returns


@pytest.mark.parametrize(
    "dies",
    [
        pytest.param(True, id="then dies", marks=[pytest.mark.long, pytest.mark.upload]),
        pytest.param(False, id="then goes on", marks=[pytest.mark.long, pytest.mark.upload]),
    ],
)
def test_no_orphan_is_left_after_the_quarantine(dies: bool) -> None:
    town = Town()
    warm_up(town)
    try:
        for number in range(ROUNDS // 2):
            town.reset()
            with town.enter() as visit:
                visit.create(SESSION, PEOPLE[:3])
                visit.choose(SESSION, slot(0))
            child = fall_asleep_writing(town, dies)
            town.clock.at += 61
            with town.enter() as visit:
                visit.command(SESSION, lambda session: state_machine.cancel(session, now=town.clock.now()))
                visit.work(sweep=False)
                with visit.store.reading() as tx:
                    booking = tx.ledger.booking(SESSION)
                assert booking is not None
                assert booking.state is BookingState.QUARANTINE
                assert [visit.ours(user) for user in PEOPLE] == [[], [], [], []]
            town.clock.at += number
            child.wake()
            assert child.wait() is (End.KILLED if dies else End.DONE)
            town.clock.at += 95
            with town.enter() as visit:
                for _ in range(2):
                    visit.work(sweep=False)
                    town.clock.at += 95
                visit.work(sweep=False)
                assert [visit.ours(user) for user in PEOPLE] == [[], [], [], []]
                assert broken(visit, gentle=True) == []
    finally:
        town.close()
