"""`gatherly top`: everything that moves, on a live screen; where there is no terminal, once."""

import shutil
import socket
import sys

from daemon.app.insight.live_look import LiveLook, look
from daemon.commands.top_words import Memory, Part, Screen
from daemon.store_access import StoreAccess, open_store_only
from daemon.terminal.keys import single_keys
from daemon.terminal.parameters import Config
from daemon.terminal.redraw import redrawn
from daemon.terminal.screen import show
from daemon.terminal.table import WIDTH
from daemon.terminal.times import machine_zone

EVERY = 1.0
"""Seconds between two drawings."""
ENDS = ("q", "Q", "\x1b", "\x03", "\x04")
_TALL = 200
"""Lines where nothing limits them."""


def run(config: Config) -> int:
    """Show connectors, bookings and what happens, as it happens, until q is pressed."""
    with open_store_only(config, only_looks=True) as access:
        top = _Top(access)
        if sys.stdin.isatty() and sys.stdout.isatty():
            with single_keys() as pressed:
                redrawn(top.screen, lambda seconds: top.ends(pressed(seconds)), EVERY)
        else:
            show(top.screen())
    return 0


class _Top:
    """What is shown, and what keys change of it."""

    def __init__(self, access: StoreAccess) -> None:
        self._access = access
        self._memory = Memory()
        self._only: Part | None = None

    def screen(self) -> str:
        size = shutil.get_terminal_size((WIDTH, 24))
        is_shown = sys.stdout.isatty()
        return Screen(
            zone=machine_zone(),
            host=socket.gethostname(),
            width=size.columns,
            height=size.lines if is_shown else _TALL,
            now=self._access.clock.monotonic(),
            memory=self._memory,
            only=self._only,
        ).draw(self._look())

    def _look(self) -> LiveLook:
        access = self._access
        return look(access.store, access.configuration, access.views, access.clock.now())

    def ends(self, keys: str) -> bool:
        """Take keys up, in order; tell whether one of them ends the screen."""
        for key in keys:
            if key.lower() in list(Part):
                part = Part(key.lower())
                self._only = None if part is self._only else part
        return any(key in ENDS for key in keys)
