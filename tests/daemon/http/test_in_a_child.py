"""What takes long is computed by a child process, and ends where it takes too long."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from starlette.testclient import TestClient

from connectors.sandbox.pool import ChildPool
from connectors.sandbox.task import Allowance, Runner
from daemon.app.insight.tallies import MOST_SESSIONS
from daemon.app.insight.tally import Tally
from daemon.http.application import make_application
from daemon.http.doors import Doors
from daemon.runtime.clock import SystemClock
from engine.model.session import SessionStatus
from tests.daemon.http.asking import Asked

SHORT: dict[str, Any] = {"session": {"inviteeIds": ["bob"], "duration": 30}}
WINDOW = {"start": "2026-11-16T09:00:00Z", "end": "2027-01-15T09:00:00Z"}
LONG = {**SHORT, "window": WINDOW, "step": 1, "all": True}
"""Every minute of two months: more than a child does in the shortest time that the kernel measures."""


@pytest.fixture(scope="module")
def children() -> Iterator[ChildPool]:
    with closing(ChildPool(SystemClock())) as pool:
        yield pool


def asked_of(shared: Asked, pool: Any, method: str, path: str, body: Any = None) -> Any:
    app = make_application(Doors.of(shared.services.access, pool))
    client = TestClient(app, base_url="http://127.0.0.1:8765", raise_server_exceptions=False)
    head = {"Authorization": f"Bearer {shared.token('alice')}"}
    return client.request(method, path, json=body, headers=head)


def found(shared: Asked, pool: Any, asked: dict[str, Any]) -> Any:
    return asked_of(shared, pool, "POST", "/v1/find", asked)


def hasty(children: ChildPool) -> Runner:
    def run(task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
        return children(task, payload, cpu=cpu / 1e6, allowance=allowance)

    return run


def test_a_child_answers_as_this_process_does(shared: Asked, children: ChildPool) -> None:
    assert shared.offered
    here = shared("alice", "POST", "/v1/find", SHORT)
    there = found(shared, children, SHORT)
    assert (there.status_code, there.json()) == (200, here.json())
    assert there.json()["proposedTimes"]


def test_one_that_takes_too_long_is_told_of_and_the_next_answered(shared: Asked, children: ChildPool) -> None:
    assert shared.offered

    answer = found(shared, hasty(children), LONG)
    assert answer.status_code == 422, answer.text[:200]
    assert "takes too long" in answer.json()["detail"]
    assert found(shared, children, SHORT).status_code == 200


def test_figures_are_counted_by_a_child_that_is_handed_no_words(shared: Asked, children: ChildPool) -> None:
    session, handed = shared.session(title="Heron of Alice"), list[bytes]()
    shared("alice", "POST", f"/v1/sessions/{session}/accept", {"slot": 1})
    shared.work()

    def watched(task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
        handed.append(payload)
        return children(task, payload, cpu=cpu, allowance=allowance)

    here = shared("alice", "GET", "/v1/analytics")
    there = asked_of(shared, watched, "GET", "/v1/analytics")
    assert (there.status_code, there.json()) == (200, here.json())
    assert there.json()["outcomes"]["scheduled"] >= 1
    assert sum(map(sum, there.json()["takenByHour"])) >= 1
    assert b"Heron" not in handed[0]
    assert b"alice" not in handed[0]


def test_figures_that_take_too_long_are_told_of(shared: Asked, children: ChildPool) -> None:
    many = b"\n".join([Tally(SessionStatus.PENDING, 0, None, ((0, 0.5),) * 4, None).line] * MOST_SESSIONS)

    def crowded(task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
        return hasty(children)(task, payload + b"\n" + many, cpu=cpu, allowance=allowance)

    answer = asked_of(shared, crowded, "GET", "/v1/analytics")
    assert answer.status_code == 503, answer.text[:200]
    assert "take too long" in answer.json()["detail"]
    assert asked_of(shared, children, "GET", "/v1/analytics").status_code == 200
