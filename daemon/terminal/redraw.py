"""A screen that is drawn again in place, until somebody presses Ctrl-C."""

import shutil
import sys
from collections.abc import Callable
from contextlib import suppress

from daemon.terminal.screen import Screen, show
from daemon.terminal.table import WIDTH

_HOME, _REST, _LINE = "\x1b[H", "\x1b[J", "\x1b[K"


def redrawn(screen: Callable[[], str], wait: Callable[[float], bool], every: float) -> None:
    """Draw what `screen` gives every so many seconds; `wait` tells whether somebody asked to stop."""
    with suppress(KeyboardInterrupt):
        _steer("\x1b[2J")
        while True:
            rows = shutil.get_terminal_size((WIDTH, 24)).lines
            lines = screen().splitlines()[: rows - 1]
            _steer(_HOME)
            for line in lines:
                _steer(_LINE)
                show(line)
            _steer(_REST)
            if wait(every):
                return


def _steer(codes: str) -> None:
    """Move the terminal's own mark; nobody's text is in it."""
    stream: object = sys.stdout
    raw = stream.steered if isinstance(stream, Screen) else sys.stdout
    raw.write(codes)
    raw.flush()
