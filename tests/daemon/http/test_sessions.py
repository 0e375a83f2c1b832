"""Sessions over HTTP, from the wish to the booked event and out of the calendars again."""

from typing import Any

import pytest

from tests.daemon.http.asking import Asked
from tests.worlds.folder_world import FolderWorld


def written(api: Asked) -> list[int]:
    return [len(api.world.events(name)) for name in ("alice", "bob", "carol")]


def test_a_session_is_asked_for_proposed_accepted_and_booked(shared: Asked) -> None:
    shared.work()
    before = written(shared)
    made = shared("alice", "POST", "/v1/sessions", {"title": "Planning", "inviteeIds": ["bob@example.com"]})
    session = made.json()
    assert made.status_code == 201
    assert made.headers["location"] == f"/v1/sessions/{session['id']}"
    assert (session["hostUserId"], session["inviteeIds"], session["duration"]) == ("alice", ["bob"], 60)
    shared.work()
    path = f"/v1/sessions/{session['id']}"
    slots = shared("bob", "GET", path).json()["proposedTimes"]
    assert len(slots) == 3
    answered = shared("bob", "POST", f"{path}/accept", {"slots": [1, 2]}).json()
    assert (answered["status"], [one["slot"] for one in answered["responses"]]) == (
        "pending",
        [slots[0]["start"], slots[1]["start"]],
    )
    assert shared("alice", "POST", f"{path}/accept", {"start": slots[1]["start"]}).status_code == 200
    shared.work()
    booked = shared("bob", "GET", path).json()
    assert (booked["status"], booked["booking"]["allOrNone"]) == ("scheduled", "all")
    assert booked["finalTime"]["start"] == slots[1]["start"]
    assert written(shared) == [before[0] + 1, before[1] + 1, before[2]]
    assert shared("alice", "POST", f"{path}/cancel", {"reason": "The office is shut"}).status_code == 200
    shared.work()
    assert written(shared) == before
    assert shared("alice", "POST", f"{path}/reschedule", {}).status_code == 409


def test_a_reject_is_answered_with_other_times(shared: Asked) -> None:
    path = f"/v1/sessions/{shared.session()}"
    old = {slot["start"] for slot in shared("alice", "GET", path).json()["proposedTimes"]}
    assert shared("alice", "POST", f"{path}/reject").status_code == 200
    shared.work()
    fresh = {slot["start"] for slot in shared("alice", "GET", path).json()["proposedTimes"]}
    assert fresh
    assert not fresh & old


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "x", "duration": -5}, "duration"),
        ({"title": "x", "duration": 10**9}, "duration"),
        ({"title": "x", "inviteeIds": ["nobody"]}, "inviteeIds"),
        ({"title": "x", "inviteeIds": ["nobody@example.com"]}, "nobody@example.com"),
        ({"title": "x", "inviteeIds": "bob"}, "inviteeIds"),
        ({"title": " "}, "title"),
        ({"title": "x" * 10_000}, "title"),
        ({"title": "x", "colour": "red"}, "colour"),
        ({"title": "x", "constraints": {"daysOfWeek": []}}, "constraints.daysOfWeek"),
        ({"title": "x", "inviteeIds": ["bob"], "optionalIds": ["bob"]}, "bob"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(body: object, field: str, shared: Asked) -> None:
    refused = shared("alice", "POST", "/v1/sessions", body)
    problem = refused.json()
    assert (refused.status_code, problem["status"], problem["title"]) == (422, 422, "Unprocessable Entity")
    assert refused.headers["content-type"] == "application/problem+json"
    assert field in [one["field"] for one in problem.get("errors", [])] or field in problem["detail"]


def test_nobody_asks_in_anothers_name(shared: Asked) -> None:
    body = {"title": "x", "hostUserId": "alice"}
    assert shared("bob", "POST", "/v1/sessions", body).status_code == 403
    assert shared("root", "POST", "/v1/sessions", body).json()["hostUserId"] == "alice"


@pytest.mark.parametrize(
    "body", [{"slot": 99}, {"start": "2026-11-16T09:01:00Z"}, {"start": "soon"}, {"slot": 0}]
)
def test_a_time_that_was_not_offered_is_refused(body: object, shared: Asked) -> None:
    path = f"/v1/sessions/{shared.offered}"
    assert shared("alice", "POST", f"{path}/accept", body).status_code == 422
    assert shared("alice", "GET", path).json()["status"] == "pending"


def test_a_version_that_has_passed_changes_nothing(shared: Asked) -> None:
    path = f"/v1/sessions/{shared.asked_for()}"
    tag = shared("alice", "GET", path).headers["etag"]
    assert shared("alice", "PATCH", path, {"title": "Other"}, If_Match=tag).status_code == 200
    assert shared("alice", "POST", f"{path}/cancel", {}, If_Match=tag).status_code == 412
    shown = shared("alice", "GET", path)
    assert (shown.json()["status"], shown.json()["title"]) == ("pending", "Other")
    assert shown.headers["etag"] != tag


def test_the_same_key_repeats_the_first_answer_and_no_other(shared: Asked) -> None:
    body, before = {"title": "Once", "inviteeIds": ["bob"], "duration": 30}, shared.sessions("root")
    first = shared("alice", "POST", "/v1/sessions", body, Idempotency_Key="k")
    again = shared("alice", "POST", "/v1/sessions", body, Idempotency_Key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again.headers["location"]) == (first.json(), first.headers["location"])
    other = shared("alice", "POST", "/v1/sessions", {**body, "title": "Other"}, Idempotency_Key="k")
    assert other.status_code == 409
    others = shared("bob", "POST", "/v1/sessions", {"title": "Bob's"}, Idempotency_Key="k")
    assert others.status_code == 201
    assert shared.sessions("root") == before + 2


def test_pages_hold_each_session_once(shared: Asked) -> None:
    made = {shared("carol", "POST", "/v1/sessions", {"title": f"{n}"}).json()["id"] for n in range(7)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = shared("carol", "GET", f"/v1/sessions?limit=3{cursor}").json()
        assert len(page["items"]) <= 3
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert sorted(seen) == sorted(made)


@pytest.mark.parametrize("query", ["status=none", "limit=0", "limit=101", "limit=x", "cursor=none"])
def test_a_list_is_not_asked_for_what_there_is_not(query: str, shared: Asked) -> None:
    assert shared("alice", "GET", f"/v1/sessions?{query}").status_code == 422


def test_what_is_said_stands_in_its_order(shared: Asked) -> None:
    path = f"/v1/sessions/{shared.session()}/messages"
    shared("bob", "POST", path, {"content": "Could it be earlier?"})
    said = shared("alice", "GET", path).json()["items"]
    assert [one["role"] for one in said] == ["user", "system", "assistant", "user", "assistant"]
    assert said[3]["content"] == "Could it be earlier?"
    assert said[4]["content"].endswith("?")
    assert shared("bob", "POST", path, {"content": " "}).status_code == 422


def test_a_session_begins_with_a_sentence_and_goes_on_in_words(shared: Asked) -> None:
    made = shared("alice", "POST", "/v1/sessions", {"message": "Find 30 minutes with Bob next week"})
    assert (made.status_code, made.json()["inviteeIds"]) == (201, ["bob"])
    shared.work()
    path = made.headers["location"]
    said = shared("alice", "POST", f"{path}/messages", {"content": "the first one"})
    assert said.json()["metadata"]["extractedEntities"]["reading"]["choice"] == 1
    assert shared("alice", "GET", path).json()["finalTime"]
    assert shared("carol", "POST", f"{path}/messages", {"content": "cancel it"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Lunch with Zebediah tomorrow"},
        {"message": "What is the weather like?"},
        {"message": "Meet Bob tomorrow", "title": "Lunch"},
        {"message": "Meet Bob or Carol tomorrow"},
        {"message": " "},
    ],
)
def test_a_sentence_that_is_not_clear_opens_nothing(shared: Asked, body: dict[str, str]) -> None:
    before = shared.sessions()
    assert shared("alice", "POST", "/v1/sessions", body).status_code == 422
    assert shared.sessions() == before


def test_a_search_is_tried_on_what_the_store_knows(world: FolderWorld, api: Asked) -> None:
    world.busy("bob", ("2026-11-16T15:00:00Z", "2026-11-16T16:00:00Z"))
    api.session()
    window = {"start": "2026-11-16T14:00:00Z", "end": "2026-11-16T17:00:00Z"}
    asked = {"session": {"inviteeIds": ["bob"], "duration": 60}, "window": window, "all": True}
    starts = api("alice", "POST", "/v1/find", asked).json()["starts"]
    assert (starts[0], starts[-1], len(starts)) == ("2026-11-16T14:00:00Z", "2026-11-16T16:00:00Z", 2)
    wrong: tuple[dict[str, Any], ...] = (
        {"users": []},
        {"busy": {}},
        {"window": {"start": "2026-11-16T14:00:00Z", "end": "2027-11-16T14:00:00Z"}},
    )
    for more in wrong:
        assert api("alice", "POST", "/v1/find", {**asked, **more}).status_code == 422
