"""A failed session is asked for anew over HTTP, with one of the changes that it names."""

import pytest

from tests.daemon.http.asking import Asked

NIGHT = {"timeRange": {"start": "02:00", "end": "02:15"}}


@pytest.fixture(scope="module")
def failed(shared: Asked) -> str:
    session = shared.session(constraints=NIGHT)
    assert shared("alice", "GET", f"/v1/sessions/{session}").json()["status"] == "failed"
    return session


def test_its_host_asks_for_it_anew(shared: Asked, failed: str) -> None:
    made = shared("alice", "POST", f"/v1/sessions/{failed}/relax", {"change": "timeRange"})
    anew = made.json()
    assert (made.status_code, anew["status"], anew["title"]) == (201, "pending", "Planning")
    assert made.headers["location"] == f"/v1/sessions/{anew['id']}"
    assert anew["id"] != failed
    shared.work()
    assert shared("bob", "GET", f"/v1/sessions/{anew['id']}").json()["proposedTimes"]
    assert shared("alice", "GET", f"/v1/sessions/{failed}").json()["status"] == "failed"


@pytest.mark.parametrize("change", ["window ", "daysOfWeek", "tea", "workingHours:bob", "x" * 300])
def test_what_would_not_help_is_refused(shared: Asked, failed: str, change: str) -> None:
    before = shared.sessions()
    done = shared("alice", "POST", f"/v1/sessions/{failed}/relax", {"change": change})
    assert (done.status_code, done.headers["content-type"]) == (422, "application/problem+json")
    assert shared.sessions() == before


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("carol", 404), ("nobody", 401)])
def test_nobody_but_its_host_asks(shared: Asked, failed: str, who: str, status: int) -> None:
    done = shared(who, "POST", f"/v1/sessions/{failed}/relax", {"change": "timeRange"})
    assert done.status_code == status


def test_sent_twice_under_one_key_it_is_one_session(shared: Asked, failed: str) -> None:
    path, body = f"/v1/sessions/{failed}/relax", {"change": "timeRange"}
    ids = {shared("alice", "POST", path, body, Idempotency_Key="k").json()["id"] for _ in range(2)}
    assert len(ids) == 1
