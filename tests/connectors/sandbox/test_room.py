"""Few large answers are held at once; small ones never wait for them."""

import threading

import pytest
from pytest_httpserver import HTTPServer

from connectors.sandbox.room import LARGE, Room
from connectors.web.answer import CallFailedError
from connectors.web.http import Http
from tests.standins.time import StillClock


@pytest.fixture
def large(httpserver: HTTPServer) -> str:
    httpserver.expect_request("/large").respond_with_data(b"x" * (LARGE + 1))
    httpserver.expect_request("/small").respond_with_data(b"x" * LARGE)
    return httpserver.url_for("/")


def test_a_second_large_answer_waits_until_the_first_is_done_with(large: str) -> None:
    room = Room(places=1)
    http = Http(StillClock(), allow_private=True, room=room)
    done: list[str] = []

    def second() -> None:
        with room.visit():
            http.request("GET", f"{large}large")
            done.append("second")

    with room.visit():
        http.request("GET", f"{large}large")
        other = threading.Thread(target=second)
        other.start()
        done.append("first")
    other.join()
    http.close()
    assert done == ["first", "second"]


def test_small_answers_need_no_room(large: str) -> None:
    room = Room(places=0)
    http = Http(StillClock(), allow_private=True, room=room)
    with room.visit():
        assert len(http.request("GET", f"{large}small").body) == LARGE
    http.close()


def test_one_reader_needs_one_place_however_much_it_reads(large: str) -> None:
    room = Room(places=1)
    http = Http(StillClock(), allow_private=True, room=room)
    for _ in range(2):
        with room.visit():
            for _ in range(3):
                http.request("GET", f"{large}large", seconds=60)
    http.close()


def test_a_place_is_given_back_when_a_read_fails(large: str) -> None:
    room = Room(places=1)
    http = Http(StillClock(), allow_private=True, room=room)
    for _ in range(2):
        with pytest.raises(CallFailedError), room.visit():
            [http.request("GET", url, seconds=60) for url in (f"{large}large", "http://127.0.0.1:1/")]
    http.close()


def test_without_a_place_a_large_answer_is_a_failed_read(large: str) -> None:
    http = Http(StillClock(), allow_private=True, room=(room := Room(places=0)))
    with pytest.raises(CallFailedError, match="in time"), room.visit():
        http.request("GET", f"{large}large", seconds=0.2)
    http.close()
