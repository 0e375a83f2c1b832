"""What one read of an account may bring: one measure of bytes, of objects and of work for all its answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from connectors.sandbox.task import Allowance
from engine.errors import SourceUnavailableError

MEBIBYTE = 1024 * 1024
CALENDAR_BYTES = 40 * MEBIBYTE
CALENDAR_OBJECTS = 50_000
CALENDAR_CPU = 4.5
ACCOUNT_BYTES = 128 * MEBIBYTE
ACCOUNT_OBJECTS = 200_000
ACCOUNT_CPU = 30.0
"""Seconds of processor. What was read stays, so that the next read begins where this one ended."""


@dataclass(slots=True)
class Measure:
    """Counts down; what one calendar takes is taken from its account as well."""

    what: str
    bytes: int
    objects: int
    allowance: Allowance
    of: "Measure | None" = field(default=None, repr=False)

    def take(self, size: int, objects: int) -> None:
        """Take an answer in.

        Raises:
            SourceUnavailableError: it is more than the calendar, or the account, may have.
        """
        self.bytes -= size
        self.objects -= objects
        if self.bytes < 0 or self.objects < 0:
            raise SourceUnavailableError(
                f"the server answers with more than {self.what} may hold",
                "Move old events to a calendar that is not read",
            )
        if self.of is not None:
            self.of.take(size, objects)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Note the work that is done in the block with the account too."""
        before = self.allowance.left
        try:
            yield
        finally:
            if self.of is not None:
                self.of.worked(before - self.allowance.left)

    def worked(self, seconds: float) -> None:
        """Note work that was done."""
        self.allowance.left -= seconds
        if self.of is not None:
            self.of.worked(seconds)


class Measuring(threading.local):
    """The measure of what a thread reads just now."""

    measure: Measure | None = None

    @contextmanager
    def one_read(self) -> Iterator[None]:
        """Give all that is read in the block one measure of bytes, objects and work."""
        self.measure = Measure("one account", ACCOUNT_BYTES, ACCOUNT_OBJECTS, Allowance(ACCOUNT_CPU))
        try:
            yield
        finally:
            self.measure = None


def calendar(of: Measure | None) -> Measure:
    """Begin a read of one calendar, on its own or as a part of an account's."""
    seconds = CALENDAR_CPU if of is None else min(CALENDAR_CPU, of.allowance.left)
    return Measure("one calendar", CALENDAR_BYTES, CALENDAR_OBJECTS, Allowance(seconds), of)
