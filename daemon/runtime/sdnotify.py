"""Tells the service manager how the daemon is: sd_notify(3), a datagram to the socket that it names.

Without a service manager there is no such socket, and nothing is sent.
"""

import os
import socket
from collections.abc import Mapping

import structlog

from engine.text.plain_text import one_line

_LOG = structlog.get_logger()
_MICROSECONDS = 1_000_000
A_MOMENT = 1.0
"""Seconds that a word which is said once may wait for its reader; what is said again soon does not wait."""


class ServiceManager:
    """The other end of `$NOTIFY_SOCKET`: a path, or with a leading @ a name in the abstract namespace."""

    def __init__(self, address: str | None, patience: float = A_MOMENT) -> None:
        self._patience = patience
        self._address = f"\0{address[1:]}" if address and address.startswith("@") else address
        self._unheard: str | None = None

    @classmethod
    def of(cls, env: Mapping[str, str]) -> "ServiceManager":
        """Find the service manager by the environment that it has started the process with."""
        return cls(env.get("NOTIFY_SOCKET"))

    def ready(self, status: str) -> None:
        """Say that the daemon can work: the unit counts as started."""
        self._send("READY=1", _status(status))

    def status(self, status: str) -> None:
        """Say in one line what goes on; `systemctl status` shows it."""
        self._send(_status(status), patience=0)

    def waiting(self, status: str, seconds: float) -> None:
        """Say that the start goes on, for so many seconds at least before the next word comes."""
        self._send(f"EXTEND_TIMEOUT_USEC={int(seconds * _MICROSECONDS)}", _status(status))

    def alive(self, status: str | None = None) -> None:
        """Feed the watchdog, and say what goes on where there is something to say."""
        self._send("WATCHDOG=1", *([] if status is None else [_status(status)]), patience=0)

    def reloading(self, monotonic: float) -> None:
        """Say that the configuration is being read anew, since so many seconds on the monotonic clock."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={int(monotonic * _MICROSECONDS)}")

    def stopping(self, status: str) -> None:
        """Say that the daemon is finishing what is under way."""
        self._send("STOPPING=1", _status(status))

    def _send(self, *lines: str, patience: float | None = None) -> None:
        """Send a datagram; a reader that takes none, or is gone, holds nobody up and is told of once."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.settimeout(self._patience if patience is None else patience)
            try:
                sender.connect(self._address)
                sender.sendall("\n".join(lines).encode())
            except OSError as error:
                self._failed(error.strerror or "nobody reads it", lines[0])
            else:
                self._unheard = None

    def _failed(self, why: str, said: str) -> None:
        if why != self._unheard:
            self._unheard = why
            _LOG.warning("notify.unheard", error=why, said=said)


def _status(text: str) -> str:
    return f"STATUS={one_line(text)}"


def watchdog_interval(env: Mapping[str, str], pid: int | None = None) -> float | None:
    """Tell after how many seconds to feed the watchdog: a third of its patience; None where there is none."""
    microseconds = env.get("WATCHDOG_USEC", "")
    meant = env.get("WATCHDOG_PID", "")
    if not microseconds.isdecimal() or (meant and meant != str(pid or os.getpid())):
        return None
    return int(microseconds) / _MICROSECONDS / 3 or None
