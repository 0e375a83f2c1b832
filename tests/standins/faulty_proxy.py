"""A TCP proxy whose line breaks on request: before the server has heard anything, or after it answered."""

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing sends RST."""

PIECE = 65536


class Fault(StrEnum):
    """What is wrong with the line."""

    PASS = "pass"
    RESET_AT_ONCE = "reset at once"
    RESET_BEFORE_REQUEST = "reset before the request arrives"
    LOST_ANSWER = "the answer is lost after the server did it"
    BLACK_HOLE = "nothing ever comes back"
    DEAF = "the request never arrives, the line stays open"
    CUT = "the answer is cut after some bytes"
    DRIBBLE = "the answer comes byte by byte"


@dataclass(slots=True)
class FaultyProxy:
    """A running proxy; `fault` may be changed at any time and holds for new connections and new answers."""

    port: int
    fault: Fault = Fault.PASS
    cut_after: int = 40
    slowness: float = 0.05
    """Seconds between two bytes of a dribble."""

    held_back: threading.Event = field(default_factory=threading.Event)
    """Set once the server has answered and the answer does not go on, or not as a whole."""

    stopping: threading.Event = field(default_factory=threading.Event)
    lines: list[socket.socket] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/"

    def drop_lines(self) -> None:
        """Hang up on everybody, so that kept connections do not outlive a change of fault."""
        for line in self.lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self.lines.clear()

    def break_with(self, fault: Fault) -> None:
        """Change the fault for everybody, at once."""
        self.fault = fault
        self.held_back.clear()
        self.drop_lines()


@contextmanager
def faulty_proxy(target: int) -> Iterator[FaultyProxy]:
    """Listen on a free port before a server of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        proxy = FaultyProxy(listening.getsockname()[1])
        accepting = threading.Thread(target=_accept, args=(listening, proxy, target), daemon=True)
        accepting.start()
        try:
            yield proxy
        finally:
            proxy.stopping.set()
            proxy.drop_lines()
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            accepting.join(5)


def _accept(listening: socket.socket, proxy: FaultyProxy, target: int) -> None:
    served: list[threading.Thread] = []
    with contextlib.suppress(OSError):
        while not proxy.stopping.is_set():
            client, _ = listening.accept()
            if proxy.fault is Fault.RESET_AT_ONCE:
                _reset(client)
                continue
            served.append(threading.Thread(target=_serve, args=(client, proxy, target), daemon=True))
            served[-1].start()
    for thread in served:
        thread.join(5)


def _serve(client: socket.socket, proxy: FaultyProxy, target: int) -> None:
    with client, socket.create_connection(("127.0.0.1", target)) as server:
        proxy.lines += [client, server]
        with contextlib.suppress(OSError):
            while not proxy.stopping.is_set():
                ready, _, _ = select.select([client, server], [], [], 0.1)
                for line in ready:
                    piece = line.recv(PIECE)
                    if not piece or not _pass_on(piece, line is client, client, server, proxy):
                        return


def _pass_on(
    piece: bytes, asking: bool, client: socket.socket, server: socket.socket, proxy: FaultyProxy
) -> bool:
    """Pass a piece on, as well as the fault lets it; gives whether the line stays."""
    if asking:
        return _pass_request(piece, client, server, proxy)
    if proxy.fault is not Fault.PASS:
        proxy.held_back.set()
    match proxy.fault:
        case Fault.LOST_ANSWER:
            _reset(client)
            return False
        case Fault.BLACK_HOLE:
            return True
        case Fault.CUT:
            client.sendall(piece[: proxy.cut_after])
            return False
        case Fault.DRIBBLE:
            return _dribble(piece, client, proxy)
    client.sendall(piece)
    return True


def _pass_request(piece: bytes, client: socket.socket, server: socket.socket, proxy: FaultyProxy) -> bool:
    if proxy.fault is Fault.RESET_BEFORE_REQUEST:
        _reset(client)
        return False
    if proxy.fault is not Fault.DEAF:
        server.sendall(piece)
    return True


def _dribble(piece: bytes, client: socket.socket, proxy: FaultyProxy) -> bool:
    for byte in piece:
        if proxy.stopping.wait(proxy.slowness) or proxy.fault is not Fault.DRIBBLE:
            return False
        client.sendall(bytes([byte]))
    return True


def _reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    line.close()
