"""`gatherly reload`: have the running daemon read its files anew, and hear what came of it."""

import os
import signal

from daemon.jobs.reloading import RELOAD, daemon_id
from daemon.runtime.clock import SystemClock
from daemon.store_access import StoreAccess, load_configuration, open_store_only, store_url
from daemon.terminal.parameters import Config
from engine.errors import ConfigurationError, InputError, UnknownThingError
from engine.model.booking import AuditEntry
from store.lock import holder
from store.open import file_of

PATIENCE = 60
"""Seconds that a daemon may take to answer."""
_LOOK = 0.1
"""Seconds between two looks for the answer."""


def run(config: Config) -> int:
    """Ask, and wait for the answer; exit 1 when it is a no, or when no daemon runs.

    Raises:
        InputError: the files are wrong, no daemon runs, or it cannot be asked.
    """
    try:
        load_configuration(config)
    except ConfigurationError as error:
        raise InputError(f"Not reloaded, the daemon goes on as it was: {error}") from error
    with open_store_only(config) as view:
        refused = _asked(view)
    if refused is not None:
        raise InputError(f"Not reloaded, the daemon goes on as it was: {refused}")
    print("Reloaded: the daemon works with the files as they are.")
    return 0


def _asked(view: StoreAccess) -> str | None:
    """Ask the daemon, and give why it refused."""
    pid = require_daemon(view)
    before = len(_answers(view, pid))
    try:
        os.kill(pid, signal.SIGHUP)
    except OSError as error:
        raise InputError(
            f"The daemon (process {pid}) cannot be asked: {error.strerror}",
            "Ask as the user it runs as, or: systemctl reload gatherly",
        ) from error
    clock = SystemClock()
    for _ in range(int(PATIENCE / _LOOK)):
        answers = _answers(view, pid)
        if len(answers) > before:
            told = answers[-1].details.get("refused")
            return None if told is None else str(told)
        clock.wait(_LOOK)
    raise InputError(f"The daemon (process {pid}) has not answered for {PATIENCE} s", "Look at its log")


def require_daemon(view: StoreAccess) -> int:
    """Give the process of the daemon that works on the store from this machine.

    Raises:
        UnknownThingError: none does.
        InputError: another command works on it just now.
    """
    file = file_of(store_url(view.configuration))
    pid = None if file is None else holder(file)
    if pid is None:
        raise UnknownThingError(
            "No daemon runs on this store", "It reads its files when it starts: gatherly run"
        )
    if not _hears(pid):
        raise InputError(f"Process {pid} works on the store just now, and is no daemon", "Try again after it")
    return pid


def _hears(pid: int) -> bool:
    """Tell whether a process hears SIGHUP, which would end any other."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
            caught = next((line.split()[1] for line in status if line.startswith("SigCgt:")), "0")
    except OSError:
        return False
    return bool(int(caught, 16) & 1 << (signal.SIGHUP - 1))


def _answers(view: StoreAccess, pid: int) -> list[AuditEntry]:
    with view.store.reading() as tx:
        return [one for one in tx.audit.listed(daemon_id(pid)) if one.action == RELOAD]
