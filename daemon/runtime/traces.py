"""Traces: what was done in one read, and for one accepted time to its last write, as spans of one trace.

Nobody asks for them unless `[otel]` does: then `daemon.runtime.exported_traces` takes the place of nothing.
Events of the daemon: `traces.lost` and `traces.back` of the collector.
A span names ids, counts and kinds of errors; no title, address, reason or secret.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from typing import ParamSpec, Protocol, TypeVar

from engine.ids import SessionId, UserId
from engine.time.span import Instant

P = ParamSpec("P")
R = TypeVar("R")
Fact = str | int | bool


class Span(Protocol):
    """Something under way."""

    def tell(self, **facts: Fact) -> None:
        """Say more of it."""

    def failed(self, error: BaseException) -> None:
        """Say that it went wrong, and by what kind of error; its words may hold anything."""


class Traces(Protocol):
    """Is told what begins and ends; safe to use from any thread."""

    def span(self, name: str, **facts: Fact) -> AbstractContextManager[Span]:
        """Have a block be a span, within the one that it lies in; what it raises fails it."""

    def of_booking(
        self, session: SessionId, epoch: int, people: Collection[UserId] = ()
    ) -> AbstractContextManager[None]:
        """Have a block belong to the trace of a booking, whichever daemon works on it.

        The latest reads that changed something for `people` are shown as what led to it.
        """

    def changed(self, user: UserId, span: Span) -> None:
        """Remember a read that changed something of somebody's."""

    def booked(self, session: SessionId, epoch: int, accepted: Instant, state: str) -> None:
        """Tell a booking as a whole, from the accepted time on; once an epoch."""

    def close(self) -> None:
        """Hand over what is left, for as long as that takes no more than a moment."""


class _NoSpan:
    def tell(self, **facts: Fact) -> None:
        """Nobody asks."""

    def failed(self, error: BaseException) -> None:
        """Nobody asks."""


class NoTraces:
    """Nobody asks."""

    _span = nullcontext(_NoSpan())
    _nothing: nullcontext[None] = nullcontext()

    def span(self, name: str, **facts: Fact) -> AbstractContextManager[Span]:
        """Make nothing of it."""
        return self._span

    def of_booking(
        self, session: SessionId, epoch: int, people: Collection[UserId] = ()
    ) -> AbstractContextManager[None]:
        """Make nothing of it."""
        return self._nothing

    def changed(self, user: UserId, span: Span) -> None:
        """Make nothing of it."""

    def booked(self, session: SessionId, epoch: int, accepted: Instant, state: str) -> None:
        """Make nothing of it."""

    def close(self) -> None:
        """Nothing is left."""


NO_TRACES = NoTraces()


def carried(work: Callable[P, R]) -> Callable[P, R]:
    """Give work that belongs on other threads, too, to the span that it is handed over in."""
    context = copy_context()

    def within(*args: P.args, **named: P.kwargs) -> R:
        return context.copy().run(work, *args, **named)

    return within
