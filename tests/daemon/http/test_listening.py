"""Where the HTTP server listens: what comes in is answered without waiting for receipts."""

import socket
from contextlib import closing

import pytest

from daemon.http.server import listening


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_an_answer_does_not_wait_until_what_went_before_it_was_received(host: str) -> None:
    with closing(listening(f"{host}:0")) as own, socket.create_connection(own.getsockname()[:2]):
        accepted, _ = own.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
