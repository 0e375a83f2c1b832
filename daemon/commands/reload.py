"""`gatherly reload`: have the running daemon read its files anew, and hear what came of it."""

import os
import signal

from daemon.app.insight.running import running
from daemon.jobs.reloading import RELOAD, daemon_id
from daemon.runtime.clock import SystemClock
from daemon.store_access import StoreAccess, load_configuration, open_store_only, store_url
from daemon.terminal.parameters import Config
from engine.errors import ConfigurationError, InputError
from engine.model.booking import AuditEntry

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
    with open_store_only(config, only_looks=True) as view:
        found = running(view.store, store_url(view.configuration), view.clock.now())
        if not found.here:
            where = ", ".join(found.elsewhere)
            raise InputError(
                f"The daemon runs elsewhere, on {where}, and cannot be asked from here", "Reload it there"
            )
        refusals = [told for pid in found.here if (told := _asked(view, pid)) is not None]
    if refusals:
        raise InputError(f"Not reloaded, the daemon goes on as it was: {'; '.join(dict.fromkeys(refusals))}")
    print("Reloaded: the daemon works with the files as they are.")
    if found.elsewhere:
        print(f"Others run on {', '.join(found.elsewhere)}: reload them there.")
    return 0


def _asked(view: StoreAccess, pid: int) -> str | None:
    """Ask a daemon, and give why it refused."""
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


def _answers(view: StoreAccess, pid: int) -> list[AuditEntry]:
    with view.store.reading() as tx:
        return [one for one in tx.audit.listed(daemon_id(pid)) if one.action == RELOAD]
