"""The daemon's signs of life: one row in the store, written again and again, so that `status` can tell."""

from __future__ import annotations

import contextlib
import os
import socket
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import StaleVersionError
from engine.model.daemon_life import DaemonLife
from engine.operations.liveness import outlived
from engine.ports.store import Store
from engine.ports.world import Clock, Randomness

if TYPE_CHECKING:
    from daemon.runtime.lasting import Lasting

EVERY = 25.0
"""Seconds between two signs of life."""
_CALM = 2 * EVERY
"""Seconds without a refusal after which a store that took a sign of life is taken to be back."""
_ZOMBIE = "Z"


class Life:
    """This process's own row, for as long as it lives; a store that takes none is tried again."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        randomness: Randomness,
        configuration: str,
        lasting: Lasting,
        role: str = "all",
        name: str | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._lasting = lasting
        self._taken = clock.monotonic()
        now = clock.now()
        self._row = DaemonLife(
            id=name or randomness.token(),
            host=socket.gethostname(),
            place=_place(),
            pid=os.getpid(),
            born=_process(os.getpid())[1],
            since=now,
            last_seen=now,
            release=version("gatherly"),
            configuration=configuration,
            role=role,
        )

    def beat(self) -> None:
        """Give a sign of life, and forget the lives that came before this one.

        Raises:
            StoreError: the store does not take it.
        """
        now = self._clock.now()
        self._put(replace(self._row, last_seen=now))
        from daemon.runtime.job_runner import AWAY, BACK  # a look at who lives needs no logger

        self._lasting.mended(AWAY, BACK, calm=_CALM)
        with self._store.reading() as tx:
            gone = outlived(tx.repositories.daemons.all(), self._row, now, sees_process)
        if gone:
            with self._store.writing() as tx:
                for one in gone:
                    tx.repositories.daemons.delete(one)

    def took(self, configuration: str) -> None:
        """Say that the daemon works with other files from now on."""
        self._put(replace(self._row, configuration=configuration, refused=None))

    def refused(self, why: str) -> None:
        """Say that newer files were not taken, and why."""
        self._put(replace(self._row, refused=why))

    def end(self) -> None:
        """Say that the daemon ends by itself."""
        now = self._clock.now()
        self._put(replace(self._row, last_seen=now, ended=now))

    def _put(self, row: DaemonLife) -> None:
        self._row = row
        with self._store.writing() as tx:
            repository = tx.repositories.daemons
            try:
                kept = repository.put(row)
            except StaleVersionError:  # another store was put in its place meanwhile
                there = repository.get(row.id)
                kept = repository.put(replace(row, version=0 if there is None else there.version))
        self._row, self._taken = kept, self._clock.monotonic()

    def seconds_silent(self) -> float:
        """Tell for how long the store has taken nothing of this."""
        return max(0.0, self._clock.monotonic() - self._taken)


def sees_process(life: DaemonLife) -> bool | None:
    """Tell whether a daemon's process is there; None where it is another machine's or container's."""
    if life.place != _place():
        return None
    state, born = _process(life.pid)
    return state is not None and state != _ZOMBIE and born == life.born


def _place() -> str:
    """Name this boot of this machine, and the space in which its process ids count."""
    boot, space = "", ""
    with contextlib.suppress(OSError):
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    with contextlib.suppress(OSError):
        space = os.readlink("/proc/self/ns/pid")
    return f"{boot} {space}"


def _process(pid: int) -> tuple[str | None, int]:
    """Give a process's state and when it began, in the kernel's ticks; None and 0 where there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None, 0
    fields = text.rpartition(")")[2].split()
    return fields[0], int(fields[19])
