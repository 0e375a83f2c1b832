"""What calendars tell of people follows their changes, whatever happens in between."""

from pathlib import Path
from typing import Any

import pytest

from daemon.app.principal import Principal, Role
from daemon.app.relations.everywhere import forget_everywhere
from engine.ids import UserId
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY, HOUR
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.daemon.http.conftest import NOW
from tests.daemon.relations.acquainted import KINDS, ON, known, lay, meeting
from tests.worlds.folder_world import FolderWorld

ALICE = UserId("alice")


def titles(api: Asked, who: str) -> list[str]:
    path = f"/v1/interactions?contactId={known(api)[who]['id']}"
    return sorted(one["subject"] for one in api("alice", "GET", path).json()["items"])


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderWorld:
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    made = FolderWorld(tmp_path, PEOPLE, NOW, ON)
    lay(made)
    return made


def test_a_daemon_that_dies_once_a_read_is_stored_loses_no_change(world: FolderWorld) -> None:
    """Of an event that was known already: that it is there tells nothing of how it is."""
    with served(world) as api:
        api.work()
        assert titles(api, "zoe") == ["Football match"] * 3
        meeting(world, "alice", "zoe-7", 7, "Chess club", "zoe@x.example")
        pull, source = api.services.pull.calendar, api.services.source("alice-folder")
        with api.services.store.reading() as tx:
            (calendar,) = tx.calendars.of_connector(source.name)
        pull.store(source, pull.plan(source, calendar.key.calendar))
    with served(world) as api:
        api.work()
        assert titles(api, "zoe") == ["Chess club", "Football match", "Football match"]


def test_contacts_follow_min_events_as_the_files_say_it_now(world: FolderWorld) -> None:
    """Whom somebody has had a hand in stays all the same."""
    for days in (4, 5):
        meeting(world, "alice", f"twice-{days}", days, "Chess", "ivo@x.example", "kim@x.example")

    def known_by(least: int) -> set[str]:
        lines = world.file.read_text().splitlines()
        rest = [line for line in lines if not line.startswith("min_events")]
        at = rest.index("[relations]") + 1
        world.file.write_text("\n".join([*rest[:at], f"min_events = {least}", *rest[at:]]))
        with served(world) as api:
            api.work()
            if least == 2:
                kim = known(api)["kim"]["id"]
                assert api("alice", "PATCH", f"/v1/contacts/{kim}", {"company": "Altus"}).status_code == 200
            return set(known(api))

    usual = known_by(2)
    assert {"zoe", "ivo", "kim"} <= usual
    assert usual - known_by(3) == {"ivo", "anchor", "free", "zora"}
    assert known_by(1) - usual == {"once"}
    assert known_by(2) == usual


def test_what_somebody_removes_of_what_was_derived_does_not_come_back(world: FolderWorld) -> None:
    with served(world) as api:
        api.work()
        first = {kind: listed(api, kind)[0] for kind in KINDS}
        for kind, one in first.items():
            assert api("alice", "DELETE", f"/v1/{kind}/{one['id']}").status_code == 204
        for days in (7, 14, 21):
            meeting(world, "alice", f"zoe-{days}", days, "Football cup", "zoe@x.example")
        for days in (30, 31):
            three = ("xenia@x.example", "yann@x.example", "zora@x.example")
            meeting(world, "alice", f"three-{days}", days, "Choir", *three)
        world.pass_time(DAY + HOUR)
        api.work()
        for kind, one in first.items():
            assert one["id"] not in [each["id"] for each in listed(api, kind)], kind
        again = {key: first["interests"][key] for key in ("contactId", "interestCategory", "interestTopic")}
        made = api("alice", "POST", "/v1/interests", {**again, "confidenceScore": 0.5})
        assert made.status_code == 201
        world.pass_time(DAY + HOUR)
        api.work()
        assert made.json()["id"] in [each["id"] for each in listed(api, "interests")]


def listed(api: Asked, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api("alice", "GET", f"/v1/{kind}").json()["items"]
    return found


@pytest.mark.long
@pytest.mark.upload
def test_what_went_with_a_calendar_is_taken_back(world: FolderWorld) -> None:
    with served(world) as api:
        api.work()
        assert "zoe" in known(api)
        with api.services.store.writing() as tx:
            for calendar in tx.calendars.of_connector(api.services.source("alice-folder").name):
                tx.calendars.forget(calendar.key)
            api.services.relating.forgotten(tx, ALICE)
        while api.services.relating.run():
            pass
        assert known(api) == {}
        assert known(api, "bob"), "Bob's own stay"


@pytest.mark.long
@pytest.mark.upload
def test_what_is_changed_twice_before_it_is_looked_at_is_as_it_is_last(world: FolderWorld) -> None:
    with served(world) as api:
        api.work()
        for title in ("Chess club", "Opera night"):
            meeting(world, "alice", "zoe-7", 7, title, "zoe@x.example")
            api.services.pull.run(api.services.source("alice-folder"))
        api.work()
        assert titles(api, "zoe") == ["Football match", "Football match", "Opera night"]
        meeting(world, "alice", "zoe-7", 7, "Opera night", "serial@x.example")
        api.work()
        assert titles(api, "zoe") == ["Football match", "Football match"]
        assert "Opera night" in titles(api, "serial")


def test_events_of_gatherlys_own_tell_whom_one_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As calendars' events do: who declined was not there, and what is called off is taken back."""
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    family = '[calendars.family]\nname = "Family"\ntype = "family"\n'
    world = FolderWorld(tmp_path, PEOPLE, NOW, f"{ON}{family}")
    with served(world) as api:
        made = [picnic(api, days) for days in (3, 10, 17)]
        api.work()
        assert known(api).keys() == {"bob", "zoe"}
        assert titles(api, "bob") == titles(api, "zoe") == ["Picnic"] * 3
        assert known(api, "bob").keys() == {"alice", "zoe"}
        assert known(api, "carol") == {}
        assert api("alice", "POST", f"/v1/events/{made[0]}/cancel", {}).status_code == 200
        world.pass_time(1)
        api.work()
        assert titles(api, "bob") == ["Picnic"] * 2
        assert api("bob", "POST", f"/v1/events/{made[1]}/answer", {"answer": "decline"}).status_code == 200
        world.pass_time(1)
        api.work()
        assert "bob" not in known(api), "met once is not often enough"
        assert known(api, "bob") == {}


def picnic(api: Asked, days: int) -> str:
    """Have Alice enter a picnic of so many days ago, with Bob and somebody by address."""
    start = parse_instant(NOW) - days * DAY
    body = {
        "calendarId": "family",
        "title": "Picnic",
        "startTime": format_instant(start),
        "endTime": format_instant(start + HOUR),
        "status": "confirmed",
        "participants": [{"userId": who, "required": True} for who in ("alice", "bob")],
        "attendees": [{"email": "zoe@x.example"}],
    }
    made = api("alice", "POST", "/v1/events", body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def test_what_a_person_wrote_of_a_meeting_outlasts_its_event(world: FolderWorld) -> None:
    """Renamed, with a guest more, moved; a merge with whom nothing was written of; forgetting a guest."""
    for days in (7, 14, 21):
        meeting(world, "alice", f"twin-{days}", days, "Duet", "zoe@x.example", "twin@x.example")
    with served(world) as api:
        api.work()
        zoe, twin = known(api)["zoe"]["id"], known(api)["twin"]["id"]
        for one in api("alice", "GET", f"/v1/interactions?contactId={zoe}").json()["items"]:
            written = {"content": f"On {one['subject']}", "sentimentScore": 0.5}
            mine = (
                {"subject": "Mine", "meetingAttendees": ["rook@x.example"]}
                if "Foot" in one["subject"]
                else {}
            )
            done = api("alice", "PATCH", f"/v1/interactions/{one['id']}", written | mine)
            assert done.json()["metadata"] == {}
        meeting(world, "alice", "zoe-7", 7, "Football cup", "zoe@x.example")
        meeting(world, "alice", "zoe-14", 14, "Football match", "zoe@x.example", "bob@example.com")
        meeting(world, "alice", "zoe-21", 22, "Football match", "zoe@x.example")
        api.work()

        def notes() -> list[tuple[str, str, float]]:
            found = api("alice", "GET", f"/v1/interactions?contactId={zoe}").json()["items"]
            return sorted((one["subject"], one["content"], one["sentimentScore"]) for one in found)

        whole = [("Duet", "On Duet", 0.5)] * 3 + [("Mine", "On Football match", 0.5)] * 3
        assert notes() == whole
        assert api("alice", "POST", f"/v1/contacts/{twin}/merge", {"contactId": zoe}).status_code == 200
        zoe = twin
        assert notes() == whole
        forget_everywhere(api.services.access, Principal(Role.OPERATOR, UserId("root")), ["rook@x.example"])
        listed = api("alice", "GET", f"/v1/interactions?contactId={zoe}").text
        assert "Duet" in listed
        assert "rook@x.example" not in listed


def test_a_birthday_that_a_calendar_tells_later_is_known_at_once(world: FolderWorld) -> None:
    with served(world) as api:
        api.work()
        assert known(api)["zoe"]["birthday"] is None
        lines = (
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//EN", "BEGIN:VEVENT", "UID:born"),
            *("DTSTAMP:20250101T000000Z", "DTSTART;VALUE=DATE:19801204", "RRULE:FREQ=YEARLY"),
            *("SUMMARY:Zoe X's birthday", "CATEGORIES:Birthday", "END:VEVENT", "END:VCALENDAR", ""),
        )
        (world.folder("alice") / "born.ics").write_text("\r\n".join(lines), newline="")
        api.work()
        people = known(api)
        assert people["zoe"]["birthday"] == "--12-04"
        assert people["bob"]["birthday"] is None


def test_whoever_wants_no_contacts_keeps_none_though_they_are_switched_off(world: FolderWorld) -> None:
    with served(world) as api:
        api.work()
        assert known(api)
    world.file.write_text(world.file.read_text().replace("enabled = true", "enabled = false", 1))
    with served(world) as api:
        assert api("alice", "GET", "/v1/contacts").status_code == 404
        wish = {"privacySettings": {"relations": False}}
        assert api("alice", "PATCH", "/v1/users/alice", wish).status_code == 200
        with api.services.store.reading() as tx:
            assert not tx.repositories.contacts.ids(ALICE)
            assert tx.repositories.contacts.ids(UserId("bob")), "whose own they are"
