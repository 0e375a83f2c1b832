"""Where the HTTP server listens: what comes in is answered at once, and dated as of then."""

import socket
import threading
from contextlib import closing
from email.utils import parsedate_to_datetime

import pytest
from fastapi import FastAPI
from httpx2 import Client  # noqa: TID251 # it asks this machine alone

from config.api import ApiSettings
from daemon.http.server import HttpServer, listening
from daemon.runtime.clock import SystemClock
from tests.standins.required import free_port


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_an_answer_does_not_wait_until_what_went_before_it_was_received(host: str) -> None:
    with closing(listening(f"{host}:0")) as own, socket.create_connection(own.getsockname()[:2]):
        accepted, _ = own.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_each_answer_is_dated_though_nothing_wakes_a_server_at_rest() -> None:
    port, clock = free_port(), SystemClock()
    server = HttpServer(FastAPI(), ApiSettings(listen=f"127.0.0.1:{port}"))
    server.begin()
    try:
        with Client(timeout=60) as client:
            for _ in range(2):
                before = clock.now()
                date = client.get(f"http://127.0.0.1:{port}/").headers["Date"]
                assert before <= parsedate_to_datetime(date).timestamp() <= clock.now()
    finally:
        server.finish()


@pytest.mark.parametrize("asked", [False, True])
def test_a_server_at_rest_ends_when_it_is_told_to(asked: bool) -> None:
    port = free_port()
    server = HttpServer(FastAPI(), ApiSettings(listen=f"127.0.0.1:{port}"))
    server.begin()
    if asked:
        with Client(timeout=60) as client:
            assert client.get(f"http://127.0.0.1:{port}/").status_code == 404
    server.finish()
    server.finish()
    assert not any(one.name == "http" for one in threading.enumerate())
