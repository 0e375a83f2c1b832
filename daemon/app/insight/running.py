"""Which daemons work on the store now, and which of them can be asked from this machine."""

import signal
from dataclasses import dataclass

from daemon.runtime.life import sees_process
from engine.errors import InputError, UnknownThingError
from engine.operations.liveness import daemon_health
from engine.ports.store import Store
from engine.time.span import Instant
from store.lock import holder
from store.open import file_of


@dataclass(frozen=True, slots=True)
class Running:
    """The processes that signals reach from here, and the machines or containers where others run."""

    here: tuple[int, ...]
    elsewhere: tuple[str, ...] = ()


def running(store: Store, url: str, now: Instant) -> Running:
    """Find the daemons by what they tell of themselves; one that has only begun by its lock on the file.

    Raises:
        UnknownThingError: none runs.
        InputError: another command works on the store just now.
    """
    with store.reading() as tx:
        lives = daemon_health(tx.repositories.daemons.all(), "", now, sees_process).cluster
    if lives:
        here = tuple(life.pid for life in lives if sees_process(life))
        return Running(here, tuple(sorted({life.host for life in lives if life.pid not in here})))
    file = file_of(url)
    pid = None if file is None else holder(file)
    if pid is None:
        raise UnknownThingError(
            "No daemon runs on this store", "It reads its files when it starts: gatherly run"
        )
    if not _hears(pid):
        raise InputError(f"Process {pid} works on the store just now, and is no daemon", "Try again after it")
    return Running((pid,))


def _hears(pid: int) -> bool:
    """Tell whether a process hears SIGHUP, which would end any other."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            caught = next((line.split()[1] for line in status if line.startswith("SigCgt:")), "0")
    except OSError:
        return False
    return bool(int(caught, 16) & 1 << (signal.SIGHUP - 1))
