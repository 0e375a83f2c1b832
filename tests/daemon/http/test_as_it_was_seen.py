"""Whoever acts on what they saw does that, or is told that it has changed: never something else."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.ids import SessionId
from engine.model.event import Flexibility
from engine.time.instant import format_instant, parse_instant
from engine.time.span import HOUR
from tests.conftest import NOTHING_SERVED
from tests.daemon.family.home import add
from tests.daemon.http.asking import PEOPLE, Asked, busy, served
from tests.daemon.http.conftest import NOW, SETTINGS
from tests.daemon.http.site.browsing import Browser, Marked
from tests.daemon.http.site.test_family_page import FAMILY
from tests.worlds.folder_world import FolderWorld


@pytest.mark.parametrize("looks", [1, 2])
def test_if_match_refuses_what_another_changed_meanwhile(shared: Asked, looks: int) -> None:
    path = f"/v1/sessions/{shared.session()}"
    seen = shared("alice", "GET", path).headers["etag"]

    def theirs() -> None:
        desk = shared.services.access.desk
        desk.edit(SessionId(path.rpartition("/")[2]), title="What the operator wrote")

    with busy(shared, theirs, looks):
        answer = shared("alice", "PATCH", path, {"title": "Mine"}, if_match=seen)
    now = shared("alice", "GET", path).json()["title"]
    assert (answer.status_code, now) == ((412, "What the operator wrote") if looks == 1 else (200, now))


def test_any_version_may_be_asked_for(shared: Asked) -> None:
    session = SessionId(shared.session())

    def theirs() -> None:
        shared.services.access.desk.edit(session, description="Bring figures")

    with busy(shared, theirs):
        answer = shared("alice", "PATCH", f"/v1/sessions/{session}", {"title": "Mine"}, if_match="*")
    assert (answer.status_code, answer.json().get("description")) == (200, "Bring figures")


def test_several_times_suit_one_version(shared: Asked) -> None:
    path = f"/v1/sessions/{shared.session()}"
    seen = shared("bob", "GET", path).headers["etag"]
    answer = shared("bob", "POST", f"{path}/accept", {"slots": [1, 2]}, if_match=seen)
    assert (answer.status_code, len(answer.json()["responses"])) == (200, 2)
    assert shared("bob", "POST", f"{path}/accept", {"slots": [3]}, if_match=seen).status_code == 412


def test_a_press_on_an_offer_takes_the_time_that_stands_on_it_or_none(shared: Asked) -> None:
    session = SessionId(shared.session())
    browser, path = Browser(shared, "alice"), f"/sessions/{session}"
    before = shared("alice", "GET", f"/v1{path}").json()["proposedTimes"]
    forms = Marked(browser.get(path).text).forms
    pressed = next(form["fields"] for form in forms if form["action"] == f"{path}/accept")

    def others() -> None:
        with shared.services.store.writing() as tx:
            found = tx.sessions.get(session)
            assert found is not None
            tx.sessions.put(replace(found, proposed_times=found.proposed_times[1:]))

    with busy(shared, others, 2):
        answer = browser.post(f"{path}/accept", {"slot": pressed["slot"]})
    assert pressed["slot"] == before[0]["start"]
    assert answer.status_code == 422
    assert "finalTime" not in shared("alice", "GET", f"/v1{path}").json()


DAY = "2026-11-18T"


def test_a_way_out_of_a_collision_is_the_one_on_the_button_or_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where soccer could be moved to, something else lies before the button is pressed."""
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    with served(FolderWorld(tmp_path, PEOPLE, NOW, SETTINGS + FAMILY)) as home:
        soccer = add(
            home.services,
            "Soccer",
            f"{DAY}14:00:00Z",
            f"{DAY}15:30:00Z",
            who=["alice"],
            flexibility=Flexibility.PREFERRED,
        )
        add(home.services, "Dentist", f"{DAY}14:30:00Z", f"{DAY}16:00:00Z", who=["alice"])
        browser = Browser(home, "alice")
        forms = Marked(browser.get("/family").text).forms
        form = next(one for one in forms if str(one["action"]).endswith("/resolve"))
        (conflict,) = home.services.access.family.conflicts.listed()
        shown = parse_instant(conflict["proposed_resolution"]["option_1"]["new_start_time"])
        add(home.services, "Yoga", format_instant(shown), format_instant(shown + HOUR), who=["alice"])
        fields = {key: value for key, value in form["fields"].items() if key != "csrf"}
        assert browser.post(str(form["action"]), fields).status_code == 412
        with home.services.store.reading() as tx:
            stands = tx.repositories.events.get(soccer.id)
        assert stands is not None
        assert stands.start_time == soccer.start_time
