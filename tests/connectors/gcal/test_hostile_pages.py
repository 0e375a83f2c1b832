"""Whatever stands where Google should: its pages are read in children, cost little, and fail as a read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from connectors.gcal.tasks import PAGE, Page, page_of
from connectors.sandbox import measure
from connectors.sandbox.pool import ChildPool
from engine.errors import SourceError
from engine.ports.connector import one_read
from engine.time.instant import parse_instant
from engine.time.span import Span
from tests.connectors.gcal.world import GoogleWorld, google_world
from tests.standins.time import StillClock
from tests.work import work_of

PLACE = "/calendar/v3/calendars/primary/events"
OWN_CALLS = 50_000
"""Calls in this process for one page of 2500 events at most, and what it may read as JSON itself."""
OWN_JSON = 500_000
AUTUMN = Span(parse_instant("2026-09-20T00:00:00Z"), parse_instant("2026-12-01T00:00:00Z"))
TIMES: dict[str, Any] = {
    "start": {"dateTime": "2026-10-12T10:00:00Z"},
    "end": {"dateTime": "2026-10-12T11:00:00Z"},
}
GOOD: dict[str, Any] = {"id": "good", "iCalUID": "good@google.com", **TIMES}


def page(*events: Any, **more: Any) -> bytes:
    return json.dumps({"items": events, "nextSyncToken": "t", **more}).encode()


BOMBS = {
    "deep": b'{"items":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}",
    "deep event": b'{"items":[{"id":"a","x":' + b"[" * 90_000 + b"]" * 90_000 + b"}]}",
    "no list": page() .replace(b"[]", b'{"a":1}'),
    "no objects": page(1, "a", None),
    "no id": page(TIMES),
    "endless id": page({**GOOD, "id": "x" * 100_000}),
    "endless series": page({**GOOD, "recurringEventId": "x" * 100_000}),
    "endless stamp": page({**GOOD, "updated": "9" * 100_000}),
    "endless token": page(GOOD, nextPageToken="x" * 100_000),
    "a token that is none": page(GOOD, nextSyncToken=[1]),
    "millions of nothing": b'{"items":[' + b"{}," * 300_000 + b"{}]}",
    "a list": b"[]",
    "a number of a million digits": b'{"items":[{"id":' + b"9" * 1_000_000 + b"}]}",
    "cut off": page(GOOD)[:-5],
    "latin": page(GOOD).replace(b"good@", b"g\xf6od@"),
}  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[ChildPool]:
    children = ChildPool(StillClock())
    yield children
    children.close()


@pytest.fixture
def world(tmp_path: Path, httpserver: HTTPServer, pool: ChildPool) -> Iterator[GoogleWorld]:
    with google_world(tmp_path, run=pool, api_root=httpserver.url_for("/")) as one:
        yield one


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_page_that_is_not_googles_is_a_failed_read_and_the_next_one_is_read(
    name: str, world: GoogleWorld, httpserver: HTTPServer
) -> None:
    httpserver.expect_ordered_request(PLACE).respond_with_data(BOMBS[name])
    httpserver.expect_ordered_request(PLACE).respond_with_data(page(GOOD))

    def refused() -> None:
        with pytest.raises(SourceError):
            world.everything()

    spent = work_of(refused)
    assert spent.calls < OWN_CALLS
    assert spent.json < OWN_JSON
    assert [one.href for one in world.everything().objects] == ["good"]


ODD: dict[str, dict[str, Any]] = {
    "surrogates": {"summary": "\ud83d"},
    "a mark that is none": {"extendedProperties": [1]},
    "private that is none": {"extendedProperties": {"private": "x"}},
    "times that are none": {"start": 5},
    "repeats by number": {"recurrence": 7},
    "attendees that are none": {"attendees": [3]},
    "a status of its own": {"status": {"a": 1}},
}


@pytest.mark.parametrize("name", sorted(ODD))
def test_one_odd_event_of_a_page_leaves_its_neighbours(
    name: str, world: GoogleWorld, httpserver: HTTPServer
) -> None:
    odd: dict[str, Any] = {**GOOD, "id": "odd", "iCalUID": "odd@google.com", **ODD[name]}
    httpserver.expect_request(PLACE).respond_with_data(page(odd, GOOD))
    changes = world.everything()
    assert sorted(one.href for one in changes.objects) == ["good", "odd"]
    read = world.connector.interpret(changes.objects, AUTUMN, "UTC")
    assert "good@google.com" in {one.uid for one in read.occurrences}


def test_a_listing_without_end_is_a_failed_read(
    world: GoogleWorld, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "CALENDAR_OBJECTS", 250)
    events = [{"id": f"e{number}", "status": "cancelled"} for number in range(100)]
    httpserver.expect_request(PLACE).respond_with_data(page(*events, nextPageToken="again"))
    with pytest.raises(SourceError, match="more than one calendar may hold"):
        world.everything()
    assert len(httpserver.log) == 3


def test_calendars_that_are_read_together_share_one_measure(
    world: GoogleWorld, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "ACCOUNT_OBJECTS", 250)
    events = [{"id": f"e{number}", "status": "cancelled"} for number in range(100)]
    httpserver.expect_request(PLACE).respond_with_data(page(*events))
    with one_read(world.connector):
        assert [world.everything().objects for _ in range(2)] == [(), ()]
        with pytest.raises(SourceError, match="more than one account may hold"):
            world.everything()
    assert world.everything().objects == ()


def test_an_answer_that_is_no_page_is_small(world: GoogleWorld, httpserver: HTTPServer) -> None:
    lists = {"items": [{"id": "x" * 1000} for _ in range(2000)]}
    httpserver.expect_request("/calendar/v3/users/me/calendarList").respond_with_json(lists)
    with pytest.raises(SourceError):
        world.connector.calendars()


@pytest.mark.parametrize("body", [b"[" * 5_000_000, b'{"error":' * 500_000, b"\xff" * 5_000_000, b""])
def test_a_refusal_without_end_is_read_by_its_status(
    body: bytes, world: GoogleWorld, httpserver: HTTPServer
) -> None:
    httpserver.expect_request(PLACE).respond_with_data(body, status=500)
    with pytest.raises(SourceError):
        world.everything()


def test_a_full_page_of_events_costs_this_process_little(pool: ChildPool) -> None:
    full = page(*({**GOOD, "id": f"e{number}", "description": "x" * 3000} for number in range(2500)))
    read: list[Page] = []
    spent = work_of(lambda: read.append(page_of(pool(PAGE, full, cpu=2.0))))
    assert spent.calls < OWN_CALLS
    assert spent.json < OWN_JSON < len(full)
    assert len(read[0].events) == 2500
