"""A proxy before PostgreSQL's socket that swallows the answer to a COMMIT and cuts the connection."""

import contextlib
import socket
import threading
from pathlib import Path

SOCKET = ".s.PGSQL.5432"


class CuttingProxy:
    """Listens in `folder`, passes everything on to `server`; once armed, loses one commit's answer.

    With `applied` the commit reaches the server before the cut, without it does not.
    """

    def __init__(self, server: Path, folder: Path) -> None:
        self._server = server
        self.applied: bool | None = None
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET))
        self._listener.listen()
        self._threads = [threading.Thread(target=self._accept)]
        self._open: list[socket.socket] = []
        self._threads[0].start()

    def close(self) -> None:
        """Stop listening and cut what is open."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in self._open:
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server / SOCKET))
                self._open += [client, server]
                for pump, ends in ((self._ask, (client, server)), (_pass_on, (server, client))):
                    thread = threading.Thread(target=pump, args=ends)
                    self._threads.append(thread)
                    thread.start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while asked := client.recv(65536):
                if self.applied is not None and b"COMMIT" in asked:
                    self._cut(client, server, asked)
                    return
                server.sendall(asked)
            server.shutdown(socket.SHUT_RDWR)

    def _cut(self, client: socket.socket, server: socket.socket, asked: bytes) -> None:
        """Close the client's side first, so that no answer can reach it."""
        applied, self.applied = self.applied, None
        client.shutdown(socket.SHUT_RDWR)
        if applied:
            server.sendall(asked)
        else:
            server.shutdown(socket.SHUT_RDWR)


def _pass_on(server: socket.socket, client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while answer := server.recv(65536):
            client.sendall(answer)
        client.shutdown(socket.SHUT_RDWR)
