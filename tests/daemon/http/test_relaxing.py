"""A failed session is asked for anew over HTTP, with one of the changes that it names."""

import pytest

from tests.daemon.http.asking import Asked

NIGHT = {"timeRange": {"start": "02:00", "end": "02:15"}}


@pytest.fixture
def failed(api: Asked) -> str:
    session = api.session(constraints=NIGHT)
    assert api("alice", "GET", f"/v1/sessions/{session}").json()["status"] == "failed"
    return session


def test_its_host_asks_for_it_anew(api: Asked, failed: str) -> None:
    made = api("alice", "POST", f"/v1/sessions/{failed}/relax", {"change": "timeRange"})
    anew = made.json()
    assert (made.status_code, anew["status"], anew["title"]) == (201, "pending", "Planning")
    assert made.headers["location"] == f"/v1/sessions/{anew['id']}"
    assert anew["id"] != failed
    api.work()
    assert api("bob", "GET", f"/v1/sessions/{anew['id']}").json()["proposedTimes"]
    assert api("alice", "GET", f"/v1/sessions/{failed}").json()["status"] == "failed"


@pytest.mark.parametrize("change", ["window ", "daysOfWeek", "tea", "workingHours:bob", "x" * 300])
def test_what_would_not_help_is_refused(api: Asked, failed: str, change: str) -> None:
    before = len(api("alice", "GET", "/v1/sessions").json()["items"])
    done = api("alice", "POST", f"/v1/sessions/{failed}/relax", {"change": change})
    assert (done.status_code, done.headers["content-type"]) == (422, "application/problem+json")
    assert len(api("alice", "GET", "/v1/sessions").json()["items"]) == before


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("carol", 404), ("nobody", 401)])
def test_nobody_but_its_host_asks(api: Asked, failed: str, who: str, status: int) -> None:
    done = api(who, "POST", f"/v1/sessions/{failed}/relax", {"change": "timeRange"})
    assert done.status_code == status


def test_sent_twice_under_one_key_it_is_one_session(api: Asked, failed: str) -> None:
    path, body = f"/v1/sessions/{failed}/relax", {"change": "timeRange"}
    ids = {api("alice", "POST", path, body, Idempotency_Key="k").json()["id"] for _ in range(2)}
    assert len(ids) == 1
