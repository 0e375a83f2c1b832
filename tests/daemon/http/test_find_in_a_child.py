"""A search that somebody tries is done by a child process, and ends where it takes too long."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from starlette.testclient import TestClient

from connectors.sandbox.pool import ChildPool
from connectors.sandbox.task import Allowance
from daemon.http.application import make_application
from daemon.http.doors import Doors
from daemon.runtime.clock import SystemClock
from tests.daemon.http.asking import Asked

SHORT: dict[str, Any] = {"session": {"inviteeIds": ["bob"], "duration": 30}}
WINDOW = {"start": "2026-11-16T09:00:00Z", "end": "2027-01-15T09:00:00Z"}
LONG = {**SHORT, "window": WINDOW, "step": 1, "all": True}
"""Every minute of two months: more than a child does in the shortest time that the kernel measures."""


@pytest.fixture(scope="module")
def children() -> Iterator[ChildPool]:
    with closing(ChildPool(SystemClock())) as pool:
        yield pool


def found(shared: Asked, pool: Any, asked: dict[str, Any]) -> Any:
    app = make_application(Doors.of(shared.services.access, pool))
    client = TestClient(app, base_url="http://127.0.0.1:8765", raise_server_exceptions=False)
    return client.post("/v1/find", json=asked, headers={"Authorization": f"Bearer {shared.token('alice')}"})


def test_a_child_answers_as_this_process_does(shared: Asked, children: ChildPool) -> None:
    shared.session()
    here = shared("alice", "POST", "/v1/find", SHORT)
    there = found(shared, children, SHORT)
    assert (there.status_code, there.json()) == (200, here.json())
    assert there.json()["proposedTimes"]


def test_one_that_takes_too_long_is_told_of_and_the_next_answered(shared: Asked, children: ChildPool) -> None:
    shared.session()

    def hasty(task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
        return children(task, payload, cpu=cpu / 1e6, allowance=allowance)

    answer = found(shared, hasty, LONG)
    assert answer.status_code == 422, answer.text[:200]
    assert "takes too long" in answer.json()["detail"]
    assert found(shared, children, SHORT).status_code == 200
