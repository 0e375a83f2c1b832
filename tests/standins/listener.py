"""A bare socket that counts who knocks."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

PATIENCE = 60
"""Seconds after which a client that says nothing hangs, however busy the machine."""


class Listener:
    """Listens on loopback, IPv4 and IPv6 alike; answers what it is told to, or nothing."""

    def __init__(self, answer: Callable[[socket.socket], None] = lambda _peer: None) -> None:
        self._answer = answer
        self._sockets = [_bound(socket.AF_INET, "127.0.0.1", 0)]
        self.port: int = self._sockets[0].getsockname()[1]
        with suppress(OSError):
            self._sockets.append(_bound(socket.AF_INET6, "::1", self.port))
        self.connections = 0
        self.heard: list[bytes] = []
        self._threads = [
            threading.Thread(target=self._serve, args=(one,), daemon=True) for one in self._sockets
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join()

    def _serve(self, own: socket.socket) -> None:
        while True:
            try:
                peer, _address = own.accept()
            except OSError:
                return
            self.connections += 1
            with peer, suppress(OSError):
                peer.settimeout(PATIENCE)
                self.heard.append(peer.recv(65536))
                self._answer(peer)


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    own = socket.socket(family, socket.SOCK_STREAM)
    own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    own.bind((host, port))
    own.listen()
    return own
