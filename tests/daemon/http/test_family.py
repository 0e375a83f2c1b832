"""The family's calendar over HTTP: who may what, and the documents as F2 and F3 name their fields."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from daemon.http.answers import family as answers
from daemon.http.answers.document import Page
from engine.model.event import Flexibility
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY
from tests.conftest import NOTHING_SERVED
from tests.daemon.family.home import add, emptied
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.daemon.http.conftest import SETTINGS
from tests.worlds.folder_world import FolderWorld

FAMILY = """
[calendars.family]
name = "Family"
type = "family"
[calendars.club]
type = "shared"
owner = "alice"
members = [{ user = "bob", may = "see" }]
[calendars.alice-own]
owner = "alice"
visibility = "private"
[resources.car]
name = "Family Car"
type = "vehicle"
[resources.van]
type = "vehicle"
[rules.dinner]
level = "hard"
rule = { type = "blocked_window", start = "18:00", end = "19:00" }
"""
WHO = ("nobody", "carol", "bob", "alice", "root")
"""Without a token, a stranger, a member who sees, the owner, an operator."""
LISTED, OPERATORS = (401, 200, 200, 200, 200), (401, 403, 403, 403, 200)
MEMBERS, OWNERS = (401, 404, 200, 200, 200), (401, 404, 403, 200, 200)
FAMILY_MATRIX = {
    "GET /v1/calendars": LISTED,
    "POST /v1/calendars": (401, 201, 201, 201, 201),
    "GET /v1/calendars/{id}": MEMBERS,
    "PATCH /v1/calendars/{id}": (401, 404, 422, 422, 422),
    "DELETE /v1/calendars/{id}": (401, 404, 422, 422, 422),
    "GET /v1/events": LISTED,
    "POST /v1/events": (401, 404, 403, 201, 201),
    "GET /v1/events/{id}": MEMBERS,
    "PATCH /v1/events/{id}": OWNERS,
    "DELETE /v1/events/{id}": (401, 404, 403, 204, 204),
    "POST /v1/events/{id}/confirm": OWNERS,
    "POST /v1/events/{id}/cancel": OWNERS,
    "POST /v1/events/{id}/move": OWNERS,
    "POST /v1/events/{id}/answer": (401, 404, 404, 200, 200),
    "GET /v1/resources": LISTED,
    "POST /v1/resources": (401, 403, 403, 403, 201),
    "GET /v1/resources/{id}": LISTED,
    "PATCH /v1/resources/{id}": OPERATORS,
    "DELETE /v1/resources/{id}": (401, 403, 403, 403, 204),
    "GET /v1/resources/{id}/availability": LISTED,
    "GET /v1/reservations": LISTED,
    "POST /v1/reservations": (401, 201, 201, 201, 201),
    "GET /v1/reservations/{id}": LISTED,
    "PATCH /v1/reservations/{id}": (401, 403, 403, 200, 200),
    "DELETE /v1/reservations/{id}": (401, 403, 403, 204, 204),
    "GET /v1/rules": LISTED,
    "POST /v1/rules": (401, 201, 201, 201, 201),
    "GET /v1/rules/{id}": (401, 404, 404, 200, 200),
    "PATCH /v1/rules/{id}": (401, 404, 404, 200, 200),
    "DELETE /v1/rules/{id}": (401, 404, 404, 204, 204),
    "GET /v1/conflicts": LISTED,
    "GET /v1/conflicts/{id}": MEMBERS,
    "PATCH /v1/conflicts/{id}": MEMBERS,
    "DELETE /v1/conflicts/{id}": (401, 404, 204, 204, 204),
    "POST /v1/conflicts/{id}/resolve": (401, 404, 403, 200, 200),  # it changes the event
    "POST /v1/conflicts/{id}/ignore": MEMBERS,
    "POST /v1/conflicts/{id}/undo": (401, 404, 422, 422, 422),
}
TIMES = {"startTime": "2026-11-18T15:00:00Z", "endTime": "2026-11-18T16:00:00Z"}
RULE = {"name": "Mine", "level": "soft", "rule": {"type": "no_events_before", "time": "07:00"}}
BODIES: dict[str, Any] = {
    "PATCH /v1/calendars/{id}": {"name": "Other"},
    "POST /v1/events": {"calendarId": "club", "title": "Chess", **TIMES},
    "PATCH /v1/events/{id}": {"title": "Other"},
    "POST /v1/events/{id}/move": {"startTime": "2026-11-19T15:00:00Z"},
    "POST /v1/events/{id}/answer": {"answer": "accept"},
    "PATCH /v1/resources/{id}": {"location": "Garage"},
    "PATCH /v1/reservations/{id}": {"status": "cancelled"},
    "POST /v1/rules": RULE,
    "PATCH /v1/rules/{id}": {"active": False},
    "PATCH /v1/conflicts/{id}": {"status": "ignored"},
}
FLEXIBLE = Flexibility.FLEXIBLE
SPAN = "from=2026-11-18T15:30:00Z&to=2026-11-18T17:00:00Z"


@pytest.fixture(scope="module")
def family(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(NOTHING_SERVED, raising=False)
        root = tmp_path_factory.mktemp("family")
        with served(FolderWorld(root, PEOPLE, "2026-11-16T08:00:00Z", SETTINGS + FAMILY)) as asked:
            yield asked


@pytest.fixture
def home(family: Asked) -> Iterator[Asked]:
    """The family's home, without anything that another test has put there."""
    yield family
    emptied(family.services)


def made(api: Asked, who: str, path: str, **body: Any) -> dict[str, Any]:
    answer = api(who, "POST", path, body)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def event(api: Asked, title: str = "Chess", calendar: str = "club", **more: Any) -> dict[str, Any]:
    who = [{"userId": "alice", "required": True}]
    return made(
        api, "alice", "/v1/events", calendarId=calendar, title=title, **{"participants": who, **TIMES, **more}
    )


def subject(api: Asked, path: str, days: Iterator[int]) -> str:
    """Make what a route is asked about, on a day of its own; gives its id."""
    if "/calendars/" in path:
        return "club"
    if "/resources/" in path:
        return "van"
    if "{id}" not in path:
        return ""
    day = next(days)
    times = {key: on(day, moment) for key, moment in TIMES.items()}
    if "/rules/" in path:
        return str(made(api, "alice", "/v1/rules", **{**RULE, "name": f"Rule {day}"})["id"])
    if "/reservations/" in path:
        return str(made(api, "alice", "/v1/reservations", resourceId="car", **times)["id"])
    span = (times["startTime"], times["endTime"])
    one = add(api.services, "One", *span, who=["alice"], into="club", confirm=False, flexibility=FLEXIBLE)
    if "/events/" in path:
        return one.id
    add(api.services, "Two", *span, who=["alice"], into="club", confirm=False)
    with api.services.store.reading() as tx:
        (found,) = tx.repositories.conflicts.involving([one.id])
    return found.id


def on(day: int, moment: str) -> str:
    """Give a moment some days later."""
    return format_instant(parse_instant(moment) + day * DAY)


def body_of(route: str, who: str, days: Iterator[int]) -> Any:
    if route == "POST /v1/calendars":
        return {"id": f"own-{who}", **({"ownerId": "bob"} if who == "root" else {})}
    if route == "POST /v1/resources":
        return {"id": f"r-{who}", "type": "room"}
    if route == "POST /v1/reservations":
        day = next(days)
        return {"resourceId": "car", **{key: on(day, moment) for key, moment in TIMES.items()}}
    if who == "root" and route == "POST /v1/rules":
        return {**RULE, "user": "all"}
    return BODIES.get(route)


def test_each_is_answered_what_they_may(home: Asked) -> None:
    """Each acts on something of their own; those who look, or are refused, may look at one thing."""
    days, answers = count(1), dict[str, tuple[int, ...]]()
    seen: dict[str, str] = {}
    last = ("DELETE /v1/resources/{id}",)
    for route in sorted(FAMILY_MATRIX, key=last.__contains__):
        method, path = route.split()
        got = []
        for who, status in zip(WHO, FAMILY_MATRIX[route], strict=True):
            kind = path.split("/")[2]
            if method == "GET" or status >= 300:
                seen[kind] = name = seen.get(kind) or subject(home, path, days)
            else:
                name = subject(home, path, days)
            query = f"?{SPAN}" if path.endswith("availability") else ""
            asked = path.format(id=name) + query
            got.append(home(who, method, asked, body_of(route, who, days)).status_code)
        answers[route] = tuple(got)
    assert answers == FAMILY_MATRIX


DOCUMENTS: dict[str, Any] = {
    "/v1/calendars": Page[answers.CalendarAnswer],
    "/v1/events": Page[answers.EventAnswer],
    "/v1/resources": Page[answers.ResourceAnswer],
    f"/v1/resources/car/availability?{SPAN}": answers.AvailabilityAnswer,
    "/v1/reservations": Page[answers.ReservationAnswer],
    "/v1/rules": Page[answers.RuleAnswer],
    "/v1/rules/rules/dinner": answers.RuleAnswer,
    "/v1/conflicts": Page[answers.ConflictAnswer],
}


def test_real_documents_are_as_the_description_says(home: Asked) -> None:
    event(home, "One", resourceIds=["car"], flexibility="flexible")
    event(home, "Two", resourceIds=["car"])
    for path, model in DOCUMENTS.items():
        answer = home("alice", "GET", path)
        assert answer.status_code == 200, path
        model.model_validate(answer.json(), strict=False)
    assert home("alice", "GET", "/v1/conflicts").json()["items"]


def test_acc_58_an_event_is_proposed_medium_and_fixed_and_leaves_its_moments(home: Asked) -> None:
    one = event(home)
    assert (one["status"], one["priority"], one["flexibility"]) == ("proposed", "medium", "fixed")
    assert (one["proposedAt"], one["confirmedAt"]) == ("2026-11-16T08:00:00Z", None)
    sure = home("alice", "POST", f"/v1/events/{one['id']}/confirm", {}).json()
    assert (sure["status"], sure["confirmedAt"]) == ("confirmed", "2026-11-16T08:00:00Z")
    off = home("alice", "POST", f"/v1/events/{one['id']}/cancel", {}).json()
    assert (off["status"], off["cancelledAt"]) == ("cancelled", "2026-11-16T08:00:00Z")
    assert home("alice", "POST", f"/v1/events/{one['id']}/confirm", {}).status_code == 422


def test_acc_63_availability_of_a_resource_in_the_documents_words(home: Asked) -> None:
    made(home, "alice", "/v1/reservations", resourceId="car", **TIMES)
    taken = home("bob", "GET", f"/v1/resources/car/availability?{SPAN}").json()
    keys = ("available", "current_usage", "max_capacity", "remaining")
    assert [taken[key] for key in keys] == [False, 1, 1, 0]
    later = "from=2026-11-18T16:00:00Z&to=2026-11-18T18:00:00Z"
    free = home("bob", "GET", f"/v1/resources/car/availability?{later}").json()
    assert [free[key] for key in keys] == [True, 0, 1, 1]
    beyond = home("bob", "POST", "/v1/reservations", {"resourceId": "car", **TIMES})
    assert beyond.status_code == 422


def test_a_private_calendar_is_busy_blocks_to_others(home: Asked) -> None:
    one = event(home, "Aardvark", "alice-own", description="Aardvark", location="Aardvark")
    for who in ("bob", "carol"):
        listed = home(who, "GET", "/v1/events").text
        assert one["id"] in listed
        assert "Aardvark" not in listed
        assert "Aardvark" not in home(who, "GET", f"/v1/events/{one['id']}").text
    assert "Aardvark" in home("alice", "GET", "/v1/events").text


def test_who_takes_part_sees_what_it_is_wherever_it_lies(home: Asked) -> None:
    who = [{"userId": "bob", "required": True}]
    one = event(home, "Aardvark", "alice-own", participants=who)
    assert home("bob", "GET", f"/v1/events/{one['id']}").json()["title"] == "Aardvark"


def test_conflicts_of_what_one_may_not_see_tell_no_words(home: Asked) -> None:
    who = [{"userId": "alice", "required": True}, {"userId": "bob", "required": True}]
    event(home, "Aardvark", "alice-own")
    event(home, "Common", "family", participants=who)
    told = home("bob", "GET", "/v1/conflicts")
    assert told.json()["items"]
    assert "Aardvark" not in told.text
    assert "Aardvark" in home("alice", "GET", "/v1/conflicts").text


def test_a_change_is_in_the_log_with_old_and_new_values_and_from_where(home: Asked) -> None:
    one = event(home)
    home("alice", "PATCH", f"/v1/events/{one['id']}", {"priority": "high"}, User_Agent="phone/1")
    lines = home("root", "GET", "/v1/audit").json()["items"]
    line = next(each for each in lines if each["action"] == "update" and one["id"] in str(each))
    details = line["details"]
    assert (details["old"], details["new"]) == ({"priority": "medium"}, {"priority": "high"})
    assert details["userAgent"] == "phone/1"
    assert details["route"] == f"PATCH /v1/events/{one['id']}"
    assert details["address"]


def test_a_guest_by_address_answers_nothing_and_stands_as_invited(home: Asked) -> None:
    one = event(home, attendees=[{"email": "ann@example.com"}])
    assert one["attendees"] == [{"email": "ann@example.com", "response": "needs_action"}]
    said = home("alice", "POST", f"/v1/events/{one['id']}/answer", {"answer": "decline"}).json()
    assert {each["email"]: each["response"] for each in said["attendees"]}[
        "ann@example.com"
    ] == "needs_action"


@pytest.mark.parametrize(
    "wrong",
    [
        {"endTime": "2026-11-18T14:00:00Z"},
        {"recurrenceRule": "FREQ=SOMETIMES"},
        {"recurrenceRule": "FREQ=MINUTELY"},
        {"participants": [{"userId": "nobody", "required": True}]},
        {"resourceIds": ["boat"]},
        {"title": "   "},
        {"startTime": "yesterday"},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(wrong: dict[str, Any], family: Asked) -> None:
    body = {"calendarId": "club", "title": "Refused", **TIMES, **wrong}
    assert family("alice", "POST", "/v1/events", body).status_code in (404, 422)
    assert "Refused" not in family("alice", "GET", "/v1/events").text
