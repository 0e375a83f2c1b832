"""Crash points: a process that dies, or falls asleep, at its k-th durable or remote step."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from engine.ids import EventId, Href, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Observed, Written
from engine.model.calendar_object import Changes, Digest, Interpretation, RawObject
from engine.ports.connector import Connector, Probe, RemoteCalendar
from engine.ports.store import Store, Transaction
from engine.time.span import Instant, Span
from tests.chaos.processes import Turn, nobody_else
from tests.doubles.provider.faults import Operation

T = TypeVar("T")


@dataclass(slots=True)
class Steps:
    """Counts steps; 0 = never.

    `sleep_at` counts only steps at which a sleeper locks nobody out: inside a transaction nobody sleeps, nor
    does another process have its `turn`. With `only` it counts just those before such a call. Who slept dies
    so many steps `dies_after_waking`.
    """

    die_at: int = 0
    sleep_at: int = 0
    only: Operation | None = None
    dies_after_waking: int = 0
    taken: int = 0
    awake: int = 0
    turn: Turn = nobody_else

    def transition(self, *, may_sleep: bool = True, call: Operation | None = None) -> None:
        """Take one step, unless it is the last."""
        self.taken += 1
        if self.taken == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if may_sleep and self.only in (None, call):
            self.awake += 1
            if self.awake == self.sleep_at:
                os.kill(os.getpid(), signal.SIGSTOP)
                if self.dies_after_waking:
                    self.die_at = self.taken + self.dies_after_waking
        if may_sleep:
            self.turn()


class CountedStore:
    """A store whose every commit has a step before it and one after it."""

    def __init__(self, inner: Store, steps: Steps) -> None:
        self._inner = inner
        self._steps = steps

    @property
    def install(self) -> InstallId:
        return self._inner.install

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with self._inner.reading() as tx:
            yield tx

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        self._steps.turn()
        with self._inner.writing() as tx:
            yield tx
            self._steps.transition(may_sleep=False)
        self._steps.transition()

    def pulse(self) -> int:
        return self._inner.pulse()

    def sets_nothing_aside(self) -> bool:
        return self._inner.sets_nothing_aside()

    def check(self) -> Sequence[str]:
        return self._inner.check()

    def close(self) -> None:
        self._inner.close()


class CountedConnector:
    """A connector whose every call has a step before it, and one before its answer arrives."""

    def __init__(self, inner: Connector, steps: Steps) -> None:
        self._inner = inner
        self._steps = steps

    def probe(self) -> Probe:
        return self._inner.probe()

    def calendars(self) -> Sequence[RemoteCalendar]:
        return self._inner.calendars()

    def changes(self, calendar: RemoteCalendarId, token: str | None, known: Mapping[Href, Digest]) -> Changes:
        return self._inner.changes(calendar, token, known)

    def interpret(
        self, objects: Iterable[RawObject], window: Span, zone: str, *, why: bool = False
    ) -> Interpretation:
        return self._inner.interpret(objects, window, zone, why=why)

    def write(self, calendar: RemoteCalendarId, draft: EventDraft, etag: str | None = None) -> Written:
        return self._counted(Operation.WRITE, lambda: self._inner.write(calendar, draft, etag))

    def read(self, calendar: RemoteCalendarId, event_id: EventId) -> Observed | None:
        return self._counted(Operation.READ, lambda: self._inner.read(calendar, event_id))

    def withdraw(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        self._counted(Operation.WITHDRAW, lambda: self._inner.withdraw(calendar, event_id))

    def marked(
        self, calendar: RemoteCalendarId, install: InstallId | None, since: Instant | None = None
    ) -> Sequence[Observed]:
        return self._counted(Operation.MARKED, lambda: self._inner.marked(calendar, install, since))

    def close(self) -> None:
        self._inner.close()

    def _counted(self, operation: Operation, call: Callable[[], T]) -> T:
        self._steps.transition(call=operation)
        try:
            return call()
        finally:
            self._steps.transition()
