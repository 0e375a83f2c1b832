"""How a provider goes wrong: by script, or at random from a seed."""

import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from engine.errors import (
    SourceExpiredError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)

RETRY_AFTER = 7
"""What a rate limit asks for, in seconds."""


class Operation(StrEnum):
    """The calls that can go wrong."""

    WRITE = "write"
    READ = "read"
    WITHDRAW = "withdraw"
    MARKED = "marked"
    CHANGES = "changes"


class Fault(StrEnum):
    """What goes wrong in one call."""

    NONE = "none"
    REFUSE = "refuse"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    ERROR_AFTER = "error_after"
    STALL = "stall"
    CONFLICT = "conflict"
    GONE = "gone"
    CHANGED = "changed"
    RATE_LIMIT = "rate_limit"
    LOSE = "lose"
    DUPLICATE = "duplicate"
    UNAVAILABLE = "unavailable"
    EXPIRED = "expired"


APPLIES = frozenset({Fault.NONE, Fault.DROP_AFTER, Fault.ERROR_AFTER, Fault.STALL, Fault.DUPLICATE})
"""Faults with which the call takes effect all the same."""


class Faults(Protocol):
    """Decides call by call."""

    def next(self, operation: Operation) -> Fault:
        """Give what goes wrong in this call."""


class ScriptedFaults:
    """The n-th call of an operation meets the n-th fault of its list; none while `paused`, or later."""

    def __init__(self, script: Mapping[Operation, Iterable[Fault]] | None = None) -> None:
        self.paused = False
        self._script: defaultdict[Operation, deque[Fault]] = defaultdict(deque)
        for operation, faults in (script or {}).items():
            self.then(operation, *faults)

    def then(self, operation: Operation, *faults: Fault) -> None:
        """Append to an operation's list."""
        self._script[operation].extend(faults)

    def next(self, operation: Operation) -> Fault:
        """Give what goes wrong in this call."""
        faults = self._script[operation]
        return faults.popleft() if faults and not self.paused else Fault.NONE


class SeededFaults:
    """Any call goes wrong with a probability, in one of the ways its operation knows; off by `stop`."""

    def __init__(
        self, seed: int, rate: float, kinds: Mapping[Operation, Sequence[Fault]] | None = None
    ) -> None:
        self._random = random.Random(seed)
        self._rate = rate
        self._kinds = kinds or KINDS

    def next(self, operation: Operation) -> Fault:
        """Give what goes wrong in this call."""
        kinds = self._kinds.get(operation, ())
        wrong = bool(kinds) and self._random.random() < self._rate
        return self._random.choice(kinds) if wrong else Fault.NONE

    def stop(self) -> None:
        """From now on nothing goes wrong."""
        self._rate = 0.0


KINDS: Mapping[Operation, Sequence[Fault]] = {
    Operation.WRITE: (
        Fault.REFUSE,
        Fault.DROP_BEFORE,
        Fault.DROP_AFTER,
        Fault.ERROR_AFTER,
        Fault.CONFLICT,
        Fault.DUPLICATE,
        Fault.RATE_LIMIT,
        Fault.LOSE,
        Fault.UNAVAILABLE,
    ),
    Operation.READ: (Fault.UNAVAILABLE, Fault.RATE_LIMIT),
    Operation.WITHDRAW: (Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.UNAVAILABLE, Fault.RATE_LIMIT),
    Operation.MARKED: (Fault.UNAVAILABLE,),
    Operation.CHANGES: (Fault.UNAVAILABLE, Fault.RATE_LIMIT),
}
"""What goes wrong at random, call by call."""


def raise_before(fault: Fault) -> None:
    """Raise what a fault shows when the call takes no effect."""
    error = _BEFORE.get(fault)
    if error is not None:
        raise error()


def raise_after(fault: Fault) -> None:
    """Raise what a fault shows although the call took effect."""
    if fault in (Fault.DROP_AFTER, Fault.ERROR_AFTER):
        raise WriteAmbiguousError("The answer was lost", "It is looked up by id")
    if fault is Fault.DUPLICATE:
        raise WriteConflictError("The id is taken, by the same request delivered before")


_BEFORE: Mapping[Fault, Callable[[], Exception]] = {
    Fault.REFUSE: lambda: WriteRefusedError("The calendar refused the event", code="forbidden"),
    Fault.DROP_BEFORE: lambda: WriteAmbiguousError("The connection was lost", "It is looked up by id"),
    Fault.CONFLICT: lambda: WriteConflictError("The id is taken"),
    Fault.GONE: lambda: WriteConflictError("The event is gone"),
    Fault.CHANGED: lambda: WriteConflictError("The event is another version by now"),
    Fault.RATE_LIMIT: lambda: SourceUnavailableError("Too many requests", retry_after=RETRY_AFTER),
    Fault.UNAVAILABLE: lambda: SourceUnavailableError("The calendar does not answer"),
    Fault.EXPIRED: lambda: SourceExpiredError("The grant was withdrawn", "Connect again"),
}
