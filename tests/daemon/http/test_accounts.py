"""One's own account: what one sets stands over the files; notices and figures are one's own."""

import pytest

from daemon.app.learning.overview import learning_document
from tests.daemon.http.asking import Asked
from tests.daemon.http.site.browsing import Browser
from tests.worlds.folder_world import FolderWorld

SET = {
    "timezone": "America/Chicago",
    "quietHours": {"start": "20:00", "end": "06:30"},
    "digest": "daily",
    "defaultPreferences": {"bufferTime": 15},
}


def test_what_one_sets_stands_over_the_files_and_outlives_a_start(world: FolderWorld, api: Asked) -> None:
    assert api("alice", "GET", "/v1/me").json()["timezone"] == "America/New_York"
    assert api("alice", "PATCH", "/v1/users/alice", SET).status_code == 200
    shown = api("alice", "GET", "/v1/users/alice").json()
    assert {key: shown[key] for key in SET} == SET
    with FolderWorld.services(world) as services, services.store.reading() as tx:
        kept = tx.users.get(shown["id"])
    assert kept is not None
    assert (kept.timezone, kept.default_preferences.buffer_time) == ("America/Chicago", 15)
    api("alice", "PATCH", "/v1/users/alice", {"timezone": None, "digest": None})
    back = api("alice", "GET", "/v1/users/alice").json()
    assert (back["digest"], back["quietHours"]) == ("off", SET["quietHours"])


def test_what_the_files_say_of_being_told_is_shown_until_one_says_otherwise(world: FolderWorld) -> None:
    quiet = 'notify = []\ndigest = "hourly"\nquiet_hours = { start = "21:00", end = "07:00" }\n'
    table = next(
        line for line in world.file.read_text().splitlines() if line.startswith("[users") and "alice" in line
    )
    world.file.write_text(world.file.read_text().replace(table, f"{table}\n{quiet}"))
    with world.services() as services:
        filed = Asked(world, services)
        shown = filed("alice", "GET", "/v1/me").json()
        told = {key: shown[key] for key in ("notify", "digest", "quietHours")}
        hours = {"start": "21:00", "end": "07:00"}
        assert told == {"notify": [], "digest": "hourly", "quietHours": hours}
        filed("alice", "PATCH", "/v1/users/alice", {"digest": "daily"})
        assert filed("alice", "GET", "/v1/me").json()["digest"] == "daily"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"quietHours": {"start": "25:00", "end": "06:30"}}, "quietHours.start"),
        ({"quietHours": {"start": "20:00"}}, "quietHours.end"),
        ({"digest": "weekly"}, "digest"),
        ({"notify": "email"}, "notify"),
        ({"defaultPreferences": {"bufferTime": -1}}, "defaultPreferences.bufferTime"),
        ({"operator": True}, "operator"),
    ],
)
def test_what_cannot_be_set_is_named(body: object, field: str, shared: Asked) -> None:
    refused = shared("alice", "PATCH", "/v1/users/alice", body)
    assert refused.status_code == 422
    assert field in [one["field"] for one in refused.json()["errors"]]


def test_what_is_booked_is_told_to_whom_it_was_for_and_counted_among_their_own(api: Asked) -> None:
    session = api.session()
    api("alice", "POST", f"/v1/sessions/{session}/accept", {"slot": 1})
    api.work()
    notices = api("bob", "GET", "/v1/notifications").json()["items"]
    assert [one["notificationType"] for one in notices] == ["booked"]
    path = f"/v1/notifications/{notices[0]['id']}"
    assert api("alice", "PATCH", path, {"status": "read"}).status_code == 404
    assert api("bob", "PATCH", path, {"status": "read"}).json()["status"] == "read"
    assert len(api("bob", "GET", "/v1/notifications?status=read").json()["items"]) == 1
    assert not api("bob", "GET", "/v1/notifications?status=unread").json()["items"]
    mine, nobodys = (api(who, "GET", "/v1/analytics").json() for who in ("bob", "carol"))
    assert (mine["outcomes"]["scheduled"], nobodys["outcomes"]["scheduled"]) == (1, 0)
    assert sum(map(sum, mine["takenByHour"])) == 1
    assert sum(one["shown"] for one in mine["calibration"]) >= 1
    assert mine["policies"] is None
    compared = api("root", "GET", "/v1/analytics").json()["policies"]
    assert compared["sessions"] == 1
    assert "Would another ranking do better?" in Browser(api, "root").get("/insight").text
    assert "Would another ranking do better?" not in Browser(api, "bob").get("/insight").text


def test_a_connector_is_read_soon_when_an_operator_asks(shared: Asked) -> None:
    shared.work()
    assert shared("root", "POST", "/v1/connectors/alice-folder/sync").status_code == 202
    with shared.services.store.reading() as tx:
        assert "alice-folder" in tx.calendars.due(shared.world.clock.now())
    assert shared("root", "POST", "/v1/connectors/none/sync").status_code == 404


def test_the_log_is_read_newest_first_a_page_at_a_time(shared: Asked) -> None:
    shared.session()
    first = shared("root", "GET", "/v1/audit?limit=2").json()
    rest = shared("root", "GET", f"/v1/audit?limit=100&cursor={first['next']}").json()
    ids = [int(one["id"]) for one in (*first["items"], *rest["items"])]
    assert ids == sorted(set(ids), reverse=True)
    assert rest["next"] is None
    assert shared("root", "GET", "/v1/audit?cursor=x").status_code == 422


def test_the_confidence_is_held_against_ended_sessions_alone_as_what_was_learned_is(api: Asked) -> None:
    answered = [api.session() for _ in range(3)]
    api("alice", "POST", f"/v1/sessions/{answered[0]}/accept", {"slot": 1})
    for path in ("reject", "cancel"):
        api("alice", "POST", f"/v1/sessions/{answered[1]}/{path}", {})
    api("alice", "POST", f"/v1/sessions/{answered[2]}/cancel", {})
    api.session(title="On offer")
    api.work()
    told = api("root", "GET", "/v1/analytics").json()["calibration"]
    fitted = learning_document(api.services.access)["calibration"]
    assert [one["shown"] for one in told] == [one["shown"] for one in fitted]
    shown, taken = (sum(one[what] for one in told) for what in ("shown", "taken"))
    assert (shown, taken) == (5, 1), "what the first session took could not be taken by the second"
