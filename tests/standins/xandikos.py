"""Xandikos as a program of its own: a calendar is a git repository, its user needs no password."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.standins.dav_hand import DavHand
from tests.standins.process import running
from tests.standins.required import free_port


@dataclass(frozen=True, slots=True)
class Xandikos:
    """A running server of one user."""

    url: str

    @property
    def hand(self) -> DavHand:
        """Give somebody else's hand on the calendars."""
        return DavHand(self.url)

    def calendar(self, name: str) -> str:
        """Make a calendar; gives its path."""
        path = f"/dave/calendars/{name}/"
        self.hand.make(path, name)
        return path


@contextmanager
def xandikos(folder: Path) -> Iterator[Xandikos]:
    """Serve on a free port."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "xandikos", "serve", "-d", str(folder), "--defaults"]
    command += ["-l", "127.0.0.1", "-p", str(port), "--current-user-principal", "/dave/"]
    with running(command, port, folder):
        yield Xandikos(f"http://127.0.0.1:{port}/")
