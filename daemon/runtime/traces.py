"""Tracebacks that may be shown: where what was raised, a line each, and never what variables held."""

import traceback
from collections.abc import Callable, Iterator

from engine.text.plain_text import one_line
from engine.trouble import Trouble, attempt

MOST_FRAMES = 50
MOST_ERRORS = 10


def told(error: BaseException, masked: Callable[[str], str]) -> list[str]:
    """Tell an error with what led to it, oldest first; nothing of it can begin a line of its own.

    Args:
        error: what was raised.
        masked: takes what is secret out of the words of an error.
    """
    return [line for one in reversed(list(_chain(error))) for line in _one(one, masked)]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error and its causes, and the members of a group, each once."""
    waiting, seen = [error], set[int]()
    while waiting and len(seen) < MOST_ERRORS:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        cause = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        waiting += [cause] if cause is not None else []
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else []


def _one(error: BaseException, masked: Callable[[str], str]) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__, -MOST_FRAMES):
        yield f"  {one_line(frame.filename)}:{frame.lineno} in {frame.name}"
    yield f"{type(error).__qualname__}: {one_line(masked(words(error)))}"


def words(error: BaseException) -> str:
    """Give an error's own words; there are errors that fail even at that."""
    said = attempt(lambda: str(error))
    return "(it cannot say what)" if isinstance(said, Trouble) else said
