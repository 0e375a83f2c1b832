"""What is decided on a version that somebody else has replaced meanwhile is decided anew."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from engine.errors import StaleVersionError

T = TypeVar("T")

TRIES = 50
"""More than workers and people are ever at one row at once: each time one of them got through."""


def _at_once() -> None:
    pass


def retry_stale(
    work: Callable[[], T], what: str, *, tries: int = TRIES, between: Callable[[], None] = _at_once
) -> T:
    """Do one transaction's work, anew where somebody else was quicker; `what` names what both are at.

    Raises:
        StaleVersionError: others were quicker each time.
    """
    for _ in range(tries):
        with suppress(StaleVersionError):
            return work()
        between()
    raise StaleVersionError(f"{what} keeps changing", "Try again in a moment")
