"""A series on pages, by forms alone: asked for, seen before, booked, skipped, moved, paused, left, ended."""

from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked
from tests.daemon.http.conftest import NOW, SETTINGS
from tests.daemon.http.site.browsing import Browser, Marked
from tests.worlds.folder_world import FolderWorld

ASKED = {
    "title": "Weekly hour",
    "with": "bob",
    "duration": "60",
    "days": "tuesday",
    "from": "10:00",
    "to": "13:00",
    "within": "14",
    "repeats": "weekly",
    "times": "6",
}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderWorld:
    """The two who meet, and nobody else to be read."""
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    return FolderWorld(tmp_path, PEOPLE[:2], NOW, SETTINGS)


def press(browser: Browser, path: str, words: str, having: str = "csrf", **typed: str) -> None:
    """Press the first button of a page that leads to an address that ends so, with its form's own fields."""
    page = Marked(browser.get(path).text)
    forms = (one for one in page.forms if str(one["action"]).endswith(words))
    form = next(one for one in forms if having in one["fields"])
    fields = {**form["fields"], **typed}
    answer = browser.post(form["action"], fields, csrf=fields.pop("csrf"))
    assert answer.status_code == 303, Marked(answer.text).text


def settle(api: Asked) -> None:
    api.services.sweep.run()
    api.work()


def series_of(browser: Browser, path: str) -> str:
    """Give the words of the page's series."""
    page = browser.get(path).text
    part = page[page.index('<section id="series"') :]
    return Marked(part[: part.index("</section>")]).text


def occurrences(api: Asked, session: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api("alice", "GET", f"/v1/sessions/{session}").json()["finalTime"][
        "occurrences"
    ]
    return found


def asked_for(api: Asked) -> str:
    """Ask for a series as a form does; gives its id."""
    api.session()
    alice = Browser(api, "alice")
    seen = Marked(alice.post("/new/preview", ASKED).text).text
    assert "6 of 6 suit" in seen
    assert "Tue 24 Nov" in seen
    session = str(alice.post("/new", ASKED).headers["location"]).removeprefix("/sessions/")
    api.work()
    return session


def test_a_series_is_asked_for_by_a_form_without_a_script(api: Asked) -> None:
    path, alice = f"/sessions/{asked_for(api)}", Browser(api, "alice")
    offered = Marked(alice.get(path).text).text
    assert "every week, 6 times" in offered
    assert "6 of 6 suit" in offered
    assert "6 of 6 suit" in Marked(alice.get("/").text).text


@pytest.mark.long
@pytest.mark.upload
def test_a_series_is_booked_and_changed_by_forms_without_a_script(api: Asked, world: FolderWorld) -> None:
    session = asked_for(api)
    path, alice, bob = f"/sessions/{session}", Browser(api, "alice"), Browser(api, "bob")
    press(alice, path, "/accept")
    settle(api)
    assert "6 occurrences to come" in series_of(alice, path)
    home = Marked(bob.get("/").text).text
    assert "Tue 17" in home
    assert "every week, 6 times" in home
    third = occurrences(api, session)[2]["start"][:10]
    assert "Weekly hour" in Marked(bob.get(f"/week?from={third}").text).text

    press(alice, path, "/skip")
    assert "5 occurrences to come, 1 left out" in series_of(alice, path)
    press(alice, path, "/move")
    settle(api)
    assert "Weekly hour" not in Marked(bob.get("/week?from=2026-11-17").text).text
    assert "By the rule it would be Tue 24 Nov" in series_of(alice, path)
    assert occurrences(api, session)[1]["movedTo"].startswith("2026-11-24")
    press(bob, path, "/away")
    assert "You do not come" in series_of(bob, path)
    assert "bob does not come" in series_of(alice, path)
    press(alice, path, "/skip", **{"from": "2026-12-02", "until": "2026-12-10"})
    assert "4 occurrences to come, 2 left out" in series_of(alice, path)
    press(alice, path, "/stop", **{"from": "2026-12-22"})
    settle(api)
    assert "3 occurrences to come, 2 left out" in series_of(alice, path)
    assert [one["start"][:10] for one in occurrences(api, session)][-1] == "2026-12-15"
    press(alice, path, "/anew", **{"from": "2026-12-15"})
    settle(api)
    assert occurrences(api, session)[-1]["start"].startswith("2026-12-08")
    following = [
        one for one in api("alice", "GET", "/v1/sessions").json()["items"] if one["status"] == "pending"
    ]
    assert "FREQ=WEEKLY;UNTIL=20261215T235959" in {one.get("recurrence") for one in following}
    world.pass_time(10 * 86400)
    api.work()
    told = series_of(alice, path)
    assert "are over" in told
    assert "Next is Weekly hour, Tue 1 Dec" in Marked(alice.get("/").text).text


@pytest.mark.long
@pytest.mark.upload
def test_a_collision_is_shown_with_times_to_move_to(api: Asked, world: FolderWorld) -> None:
    session = api.session(recurrence="FREQ=WEEKLY;COUNT=3", constraints={"daysOfWeek": ["tuesday"]})
    alice, path = Browser(api, "alice"), f"/sessions/{session}"
    press(alice, path, "/accept")
    settle(api)
    at = occurrences(api, session)[1]["start"]
    world.busy("bob", (at, at.replace(":00:00Z", ":30:00Z").replace(":15:00Z", ":45:00Z")))
    settle(api)
    told = series_of(alice, path)
    assert "Collides" in told
    assert "bob has something else" in told
    assert "Move to" not in series_of(Browser(api, "bob"), path)
    press(alice, path, "/move", having="to")
    settle(api)
    assert "Moved" in series_of(alice, path)
    assert "Collides" not in series_of(alice, path)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"times": "0"}, "no number"),
        ({"times": "6x"}, "no number"),
        ({"times": "6", "until": "2026-12-24"}, "two ends"),
        ({"times": "", "until": "someday"}, "until is"),
        ({"repeats": "", "times": "6"}, "How often it repeats is not said"),
        ({"repeats": "hourly"}, "There is no rhythm"),
        ({"times": "3", "atLeast": "4"}, "At least 4"),
        ({"times": "9999"}, "asks for too much"),
    ],
)
def test_a_series_that_cannot_be_is_refused_beside_what_was_typed(
    shared: Asked, typed: dict[str, str], told: str
) -> None:
    answer = Browser(shared, "alice").post("/new", {**ASKED, **typed})
    assert answer.status_code == 422
    assert told in Marked(answer.text).text
    assert 'value="Weekly hour"' in answer.text


@pytest.mark.long
@pytest.mark.upload
def test_each_door_asks_the_same_of_occurrences(api: Asked) -> None:
    session = api.session(recurrence="FREQ=WEEKLY;COUNT=8", constraints={"daysOfWeek": ["tuesday"]})
    assert api("alice", "POST", f"/v1/sessions/{session}/accept", {"slot": 1}).status_code == 200
    settle(api)
    days = [one["start"][:10] for one in occurrences(api, session)]
    path = f"/v1/sessions/{session}"
    assert api("alice", "POST", f"{path}/cancel", {"from": days[1], "until": days[2]}).status_code == 200
    assert api("bob", "POST", f"{path}/decline", {"only": days[0]}).status_code == 200
    assert api("bob", "POST", f"{path}/decline", {"from": days[6]}).status_code == 200
    late = {"only": days[3], "to": "16:00"}
    assert api("alice", "POST", f"{path}/reschedule", late).status_code == 200
    settle(api)
    shown = api("alice", "GET", path).json()
    assert [one["available"] for one in shown["finalTime"]["occurrences"]] == [
        True,
        False,
        False,
        False,
        *[True] * 4,
    ]
    assert shown["finalTime"]["occurrences"][3]["movedTo"] == f"{days[3]}T21:00:00Z"
    away = {(one["user"], one["occurrence"][:10], one["at"]) for one in shown["metadata"]["ownChanges"]}
    assert away == {("bob", days[0], None), ("bob", days[6], None), ("bob", days[7], None)}
    for who, verb, body in (
        ("alice", "decline", {"only": days[4]}),
        ("bob", "decline", {"only": days[0]}),
        ("bob", "decline", {"only": days[4], "from": days[4]}),
        ("bob", "decline", {"until": days[4]}),
        ("bob", "decline", {"from": "2030-01-01"}),
        ("alice", "cancel", {"from": days[5], "until": days[4]}),
        ("alice", "cancel", {"only": days[5], "until": days[6]}),
        ("alice", "reschedule", {"to": "10:00"}),
        ("alice", "reschedule", {"only": days[5], "to": "25:00"}),
        ("alice", "reschedule", {"only": days[5], "to": "03:07"}),
    ):
        answer = api(who, "POST", f"{path}/{verb}", body)
        assert answer.status_code == 422, (who, verb, body, answer.text)
    assert api("bob", "POST", f"{path}/cancel", {"only": days[4]}).status_code == 403
    held = {one for one in api("alice", "GET", path).json()["metadata"]["seriesLeft"].items()}
    assert {(user, at[:10]) for user, at in held} == {("bob", days[6])}
