"""The daemon's life between its start and its end: it waits to be stopped, and reloads when asked to."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from daemon.jobs.serve import Daemon
from daemon.runtime.life import Life
from daemon.runtime.sdnotify import ServiceManager
from daemon.services import Services
from engine.model.booking import AuditEntry
from engine.trouble import Trouble, attempt

RELOAD = "daemon.reload"
"""How the log calls an answer to a reload; its details say whether the files were taken, or why not."""

_LOG = structlog.get_logger("gatherly")


def daemon_id(pid: int) -> str:
    """Name a daemon in the log, by its process."""
    return f"daemon-{pid}"


class Signals:
    """What signals asked for, until the main thread comes round to it.

    The interpreter writes a byte into a pipe as one arrives, whichever thread the system gives it to: the
    main thread alone runs handlers, and would sleep on where a signal came just before it fell asleep.
    """

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._terminal = _has_terminal()
        self._reload = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def listen(self) -> None:
        """Hear SIGTERM and SIGINT as the end, SIGHUP as a reload; as the end where the terminal is gone."""
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        signal.signal(signal.SIGHUP, lambda *_: self._hung_up())

    def listen_no_more(self) -> None:
        """Leave signals to what handles them, and wake nobody."""
        signal.set_wakeup_fd(-1)

    def reload_comes_first(self) -> bool:
        """Wait for a signal; tell whether a reload is asked for, and not the end."""
        while not self._stop.is_set():
            if self._reload:
                self._reload = False
                return True
            os.read(self._read, 1)
        return False

    def _hung_up(self) -> None:
        if self._terminal and not _has_terminal():
            self._stop.set()
        else:
            self._reload = True


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return sys.stderr.isatty()


@dataclass(frozen=True, slots=True)
class Watch:
    """Waits for signals, and has the daemon do what they ask for; its `life` says what came of it."""

    daemon: Daemon
    manager: ServiceManager
    signals: Signals
    life: Life
    reloaded: Callable[[Services], None]
    """Has others go on over the services that a reload made."""

    def until_stopped(self, services: Services) -> Services:
        """Wait for the end; gives the services that the daemon works with then."""
        while self.signals.reload_comes_first():
            services = self._reload(services)
        return services

    def _reload(self, services: Services) -> Services:
        self.manager.reloading(services.clock.monotonic())
        outcome = attempt(self.daemon.reload)
        refused = outcome.line if isinstance(outcome, Trouble) else None
        after = services if isinstance(outcome, Trouble) else outcome
        kept = f"{len(after.sources)} connectors are kept in step"
        if refused is None:
            _LOG.info("daemon.reloaded", connectors=len(after.sources))
            attempt(lambda: self.life.took(after.configuration.digest))
            self.reloaded(after)
        else:
            _LOG.error("daemon.reload_refused", error=refused)
            attempt(lambda: self.life.refused(refused))
            kept = f"{kept}; the files were not taken: {refused}"
        attempt(lambda: _answer(after, refused))
        self.manager.ready(kept)
        return after


def _answer(services: Services, refused: str | None) -> None:
    """Leave word in the log for whoever asked."""
    with services.store.writing() as tx:
        tx.audit.add(
            AuditEntry(
                at=services.clock.now(),
                actor="daemon",
                action=RELOAD,
                object_type="daemon",
                object_id=daemon_id(os.getpid()),
                details={"refused": refused},
            )
        )
