"""Single keys, pressed while a screen is shown; the terminal is given back as it was."""

import os
import re
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from select import select

Pressed = Callable[[float], str]
"""Waits so many seconds at most for keys and gives them in order; an empty text where none was pressed."""
_SEQUENCE = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]")
"""What a key without a letter sends: it counts as Escape."""
_END = "\x04"
"""What a terminal sends that was closed, or somebody who is done."""


@contextmanager
def single_keys() -> Iterator[Pressed]:
    """Read keys as they are pressed, without their showing, for as long as the block lasts."""
    place = sys.stdin.fileno()
    before = termios.tcgetattr(place)
    tty.setcbreak(place)
    try:
        yield lambda seconds: _pressed(place, seconds)
    finally:
        termios.tcsetattr(place, termios.TCSADRAIN, before)


def _pressed(place: int, seconds: float) -> str:
    ready, _, _ = select([place], [], [], seconds)
    if not ready:
        return ""
    return _SEQUENCE.sub("\x1b", os.read(place, 16).decode(errors="replace")) or _END
