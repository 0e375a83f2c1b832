"""What this process knows to be secret, and texts made fit to be shown, kept or logged."""

import traceback
from collections.abc import Iterator

from engine.text.masking import Masks
from engine.text.plain_text import LONGEST_LINE, one_line
from engine.trouble import Trouble, attempt

MOST_FRAMES = 50
MOST_ERRORS = 10

SECRETS = Masks()
"""The secrets that this process has seen: a process has one standard error, and one list for it."""


def masked(text: str) -> str:
    """Take out of a text what is secret, by its value and by its look."""
    return SECRETS.masked(text)


def safe_line(text: str, longest: int = LONGEST_LINE) -> str:
    """Give a text as it may be shown, kept or logged: one line, no secrets, no control characters."""
    return one_line(masked(one_line(masked(text), 16 * longest)), longest)


def safe_trace(error: BaseException) -> str:
    """Give an error and what led to it, oldest first: where each was raised, never what variables held.

    It may be logged: masked before anything could be cut, and nothing of it can begin a line of its own.
    """
    return "\n".join(masked(line) for one in reversed(list(_chain(error))) for line in _lines(one))


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


def _lines(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__, -MOST_FRAMES):
        yield f"  {one_line(frame.filename)}:{frame.lineno} in {frame.name}"
    yield f"{type(error).__qualname__}: {one_line(masked(_words(error)))}"


def _words(error: BaseException) -> str:
    """Give an error's own words; there are errors that fail even at that."""
    said = attempt(lambda: str(error))
    return "(it cannot say what)" if isinstance(said, Trouble) else said
