"""Acceptance 57 to 75 by name, through commands and HTTP, on SQLite; all of them once more on PostgreSQL.

F2's own examples, a year later: commands go by the machine's clock, and what is over collides with nothing.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

SETTINGS = """
[api]
listen = "127.0.0.1:8765"
requests_per_minute = 100000
[calendars.family]
type = "family"
[resources.car]
name = "Family Car"
type = "vehicle"
[resources.kitchen]
type = "room"
capacity = 3
"""
PREFERENCES = """
[users.mia.preferences.time_preferences]
preferred_start_time = "09:00"
preferred_end_time = "17:00"
no_events_before = "08:00"
no_events_after = "21:00"
[users.mia.preferences.scheduling]
min_gap_between_events_minutes = 15
max_events_per_day = 5
[users.mia.preferences.notifications]
reminder_minutes_before = [60, 15]
[[users.mia.availability]]
day_of_week = 0
start_time = "00:00"
end_time = "12:00"
is_available = false"""
MINDED = (*PEOPLE[1:], Somebody(name="dora"), Somebody(name="mia", extra='role = "child"\n' + PREFERENCES))


@dataclass(slots=True)
class Home:
    """The same home by command and over HTTP, as Bob."""

    asked: Asked
    line: Line

    def command(self, *words: str, code: int = 0) -> Any:
        told = self.line(*words, "-c", str(self.asked.world.file), "--json")
        assert told.returncode == code, told
        return json.loads(told.stdout) if code == 0 and told.stdout.strip() else None

    def http(self, method: str, path: str, body: Any = None, who: str = "bob", status: int = 200) -> Any:
        answer = self.asked(who, method, path, body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def add(self, title: str, start: str, end: str, *more: str, who: str = "bob") -> dict[str, Any]:
        given = ("--calendar", "family", "--title", title, "--start", start, "--end", end, "--with", who)
        made: dict[str, Any] = self.command("event", "add", "--as", "bob", *given, *more)
        return made

    def listed(self, day: str, until: str) -> list[dict[str, Any]]:
        found = self.http("GET", f"/v1/events?from={day}T00:00:00Z&to={until}T00:00:00Z&limit=100")
        items: list[dict[str, Any]] = found["items"]
        return items

    def clashes(self, event: str) -> list[dict[str, Any]]:
        found = self.http("GET", "/v1/conflicts?limit=100", who="root")["items"]
        return [one for one in found if event in one["involved_events"] and one["status"] == "detected"]


def acc_57_preferences_are_honoured(home: Home) -> None:
    early = home.add("Early", "2027-02-01T07:30Z", "2027-02-01T07:45Z", who="mia")
    late = home.add("Late", "2027-02-01T20:30Z", "2027-02-01T21:30Z", who="mia")
    near = home.add("Near", "2027-02-01T07:50Z", "2027-02-01T08:30Z", who="mia")
    well = home.add("Well", "2027-02-01T10:00Z", "2027-02-01T11:00Z", who="mia")
    said = {
        one["id"]: "; ".join(each["description"] for each in home.clashes(one["id"])) for one in (early, late)
    }
    assert "nothing before 08:00" in said[early["id"]]
    assert "nothing after 21:00" in said[late["id"]]
    assert any("needs 15" in one["description"] for one in home.clashes(near["id"]))
    assert home.clashes(well["id"]) == []
    mine = home.command(
        "event",
        "add",
        "--as",
        "mia",
        "--calendar",
        "family",
        "--title",
        "Mine",
        "--start",
        "2027-02-02T10:00",
    )
    assert sorted(one["minutesBefore"] for one in mine["reminders"]) == [15, 60]


def acc_58_an_event_is_proposed_confirmed_and_cancelled(home: Home) -> None:
    one = home.add("Dinner", "2027-01-04T18:00Z", "2027-01-04T19:00Z")
    assert (one["status"], one["priority"], one["flexibility"]) == ("proposed", "medium", "fixed")
    confirmed = home.http("POST", f"/v1/events/{one['id']}/confirm", {})
    cancelled = home.command("event", "cancel", one["id"], "--as", "bob")
    assert [confirmed["status"], cancelled["status"]] == ["confirmed", "cancelled"]
    assert all(cancelled[moment] for moment in ("proposedAt", "confirmedAt", "cancelledAt"))


def acc_59_series_are_computed_and_not_stored(home: Home) -> None:
    rules = {
        "FREQ=WEEKLY;BYDAY=MO": 4,
        "FREQ=DAILY;COUNT=10": 10,
        "FREQ=MONTHLY;BYMONTHDAY=15": 2,
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": 20,
    }
    for number, (rule, count) in enumerate(rules.items()):
        for prefix in ("", "RRULE:"):
            title = f"S{number}{prefix[:1]}"
            body = {
                "calendarId": "family",
                "title": title,
                "startTime": f"2027-03-01T{6 + number:02}:00:00Z",
                "endTime": f"2027-03-01T{6 + number:02}:30:00Z",
                "recurrenceRule": prefix + rule,
            }
            made = home.http("POST", "/v1/events", body, who="dora", status=201)
            found = [one for one in home.listed("2027-03-01", "2027-03-29") if one["title"] == title]
            assert len(found) == count, rule
            with home.asked.services.store.reading() as tx:
                assert tx.repositories.events.exceptions(made["id"]) == []
            home.command("event", "cancel", made["id"], "--as", "bob")


def acc_60_71_an_exception_replaces_exactly_its_instance(home: Home) -> None:
    practice = home.add(
        "Practice", "2027-01-04T14:00Z", "2027-01-04T15:00Z", "--repeat", "FREQ=WEEKLY;BYDAY=MO", "--confirm"
    )
    home.command(
        "event", "move", practice["id"], "--start", "2027-01-12T14:00Z", "--only", "2027-01-11", "--as", "bob"
    )
    found = [one for one in home.listed("2027-01-01", "2027-01-26") if one["title"] == "Practice"]
    assert [one["startTime"][:10] for one in found] == [
        "2027-01-04",
        "2027-01-12",
        "2027-01-18",
        "2027-01-25",
    ]
    assert len({one["id"] for one in found}) == len(found)
    home.http("POST", f"/v1/events/{practice['id']}/cancel", {"only": "2027-01-18"})
    assert len([one for one in home.listed("2027-01-01", "2027-01-26") if one["title"] == "Practice"]) == 3
    home.command("event", "cancel", practice["id"], "--as", "bob")


def acc_61_required_people_are_busy_and_optional_ones_may_lack(home: Home) -> None:
    one = home.add("Choir", "2027-02-04T10:00Z", "2027-02-04T11:00Z", "--with", "bob", "--optional", "dora")
    assert sorted((each["userId"], each["required"]) for each in one["participants"]) == [
        ("bob", True),
        ("dora", False),
    ]
    clash = home.add("Dentist", "2027-02-04T10:00Z", "2027-02-04T11:00Z", who="dora")
    assert home.clashes(clash["id"]) == []


def acc_62_63_resources_have_room_by_peak_use(home: Home) -> None:
    def free(name: str, start: str, end: str) -> list[Any]:
        found = home.http(
            "GET", f"/v1/resources/{name}/availability?from=2027-01-11T{start}:00Z&to=2027-01-11T{end}:00Z"
        )
        told = home.command(
            "resource", "free", name, "--from", f"2027-01-11T{start}Z", "--to", f"2027-01-11T{end}Z"
        )
        keys = ("available", "current_usage", "max_capacity", "remaining")
        assert [found[key] for key in keys] == [told[key] for key in keys]
        return [found[key] for key in keys]

    def keep(name: str, start: str, end: str, code: int = 0) -> Any:
        times = ("--from", f"2027-01-11T{start}Z", "--to", f"2027-01-11T{end}Z")
        return home.command("resource", "reserve", name, "--as", "bob", *times, code=code)

    keep("car", "14:00", "16:00")
    assert free("car", "15:00", "17:00") == [False, 1, 1, 0]
    assert free("car", "16:00", "18:00") == [True, 0, 1, 1]
    keep("car", "15:00", "17:00", code=1)
    keep("kitchen", "09:00", "12:00")
    keep("kitchen", "09:00", "12:00")
    assert free("kitchen", "10:00", "11:00") == [True, 2, 3, 1]
    keep("kitchen", "10:00", "11:00")
    assert free("kitchen", "10:00", "11:00") == [False, 3, 3, 0]
    home.http("POST", "/v1/resources", {"id": "laptop", "type": "equipment"}, who="root", status=201)
    assert free("laptop", "10:00", "11:00") == [True, 0, 1, 1]
    home.command("resource", "retire", "laptop")
    keep("laptop", "10:00", "11:00", code=1)
    assert [one["active"] for one in home.http("GET", "/v1/resources")["items"] if one["id"] == "laptop"] == [
        False
    ]


def acc_64_a_reservation_goes_with_its_event_or_stands_alone(home: Home) -> None:
    one = home.add("Trip", "2027-02-05T10:00Z", "2027-02-05T11:00Z", "--needs", "car")

    def status() -> list[str]:
        return [
            each["status"]
            for each in home.http("GET", "/v1/reservations?limit=100")["items"]
            if each["eventId"] == one["id"]
        ]

    assert status() == ["proposed"]
    home.command("event", "confirm", one["id"], "--as", "bob")
    assert status() == ["confirmed"]
    home.http("POST", f"/v1/events/{one['id']}/cancel", {})
    assert status() == ["cancelled"]
    alone = home.http(
        "POST",
        "/v1/reservations",
        {"resourceId": "car", "startTime": "2027-02-06T10:00:00Z", "endTime": "2027-02-06T11:00:00Z"},
        status=201,
    )
    assert (alone["eventId"], alone["status"]) == (None, "confirmed")


def acc_65_66_67_soccer_and_dentist(home: Home) -> None:
    soccer = home.add(
        "Soccer Practice",
        "2027-01-11T14:00Z",
        "2027-01-11T15:30Z",
        "--flexibility",
        "preferred",
        "--confirm",
        who="dora",
    )
    home.add(
        "Dentist Appointment",
        "2027-01-11T14:30Z",
        "2027-01-11T16:00Z",
        "--priority",
        "high",
        "--confirm",
        who="dora",
    )
    home.add("Lunch", "2027-01-11T12:00Z", "2027-01-11T14:00Z", "--priority", "high", "--confirm", who="dora")
    (found,) = home.clashes(soccer["id"])
    assert (found["type"], found["severity"]) == ("time_conflict", "high")
    assert (
        "Soccer Practice overlaps with Dentist Appointment by 60 minutes (2:30pm-3:30pm)"
        in found["description"]
    )
    options = home.command("conflict", "show", found["id"])["proposed_resolution"]
    first, second = options["option_1"], options["option_2"]
    assert (first["strategy"], first["new_start_time"], first["score"]) == (
        "move_event",
        "2027-01-11T16:00:00Z",
        0.90,
    )
    assert (second["strategy"], second["event_id"], second["score"]) == ("cancel_event", soccer["id"], 0.50)
    done = home.http("POST", f"/v1/conflicts/{found['id']}/resolve", {"option": 1}, who="root")
    assert done["status"] == "resolved"
    assert home.command("event", "show", soccer["id"])["startTime"] == "2027-01-11T16:00:00Z"
    assert home.clashes(soccer["id"]) == []


def acc_68_69_hard_rules_block_to_the_minute_and_soft_ones_lower(home: Home) -> None:
    def rule(whom: str, name: str, level: str, **fields: Any) -> None:
        home.command("rule", "add", whom, "--name", name, "--level", level, "--rule", json.dumps(fields))

    rule("carol", "Mornings", "hard", type="no_events_before", time="08:00")
    rule("carol", "Gap", "hard", type="min_gap_minutes", minutes=30)
    rule("carol", "Few", "soft", type="max_events_per_day", count=3)
    rule(
        "all",
        "Dinner",
        "hard",
        type="blocked_window",
        start="18:00",
        end="19:00",
        days=["MON", "TUE", "WED", "THU", "FRI"],
    )

    def broken(start: str, end: str, day: str = "2027-02-08") -> list[tuple[str, str]]:
        one = home.add("One", f"{day}T{start}Z", f"{day}T{end}Z", who="carol")
        found = [(each["type"], each["severity"]) for each in home.clashes(one["id"])]
        home.http("DELETE", f"/v1/events/{one['id']}", status=204)
        return found

    hard, gap = ("constraint_violation", "high"), ("time_conflict", "high")
    assert broken("07:59", "08:59") == [hard]
    assert broken("08:00", "09:00") == []
    assert broken("18:00", "19:00") == [hard]
    assert broken("17:00", "18:00") == broken("19:00", "20:00") == []
    assert broken("18:00", "19:00", "2027-02-13") == []
    home.add("Fixed", "2027-02-09T10:00Z", "2027-02-09T11:00Z", who="carol")
    assert broken("11:29", "12:00", "2027-02-09") == [gap]
    assert broken("11:30", "12:00", "2027-02-09") == []
    for hour in (12, 14):
        home.add(f"At {hour}", f"2027-02-09T{hour}:00Z", f"2027-02-09T{hour}:30Z", who="carol")
    assert broken("16:00", "16:30", "2027-02-09") == [("constraint_violation", "medium")]
    home.command("rule", "off", "all", "Dinner")
    assert broken("18:00", "19:00") == []


def acc_70_every_type_of_rule_is_kept_as_it_is(home: Home) -> None:
    rules: list[dict[str, Any]] = [
        {"type": "no_events_before", "time": "06:00"},
        {"type": "no_events_after", "time": "22:00"},
        {"type": "preferred_window", "start": "09:00", "end": "17:00"},
        {"type": "blocked_window", "start": "03:00", "end": "04:00", "days": ["SUN"]},
        {"type": "min_gap_minutes", "minutes": 5},
        {"type": "max_events_per_day", "count": 20},
        {"type": "max_events_per_week", "count": 90},
        {"type": "resource_priority", "resources": ["car"]},
        {"type": "custom", "anything": {"goes": True}},
    ]
    for one in rules:
        home.command(
            "rule", "add", "root", "--name", one["type"], "--level", "soft", "--rule", json.dumps(one)
        )
    found = home.http("GET", "/v1/rules?user=root&limit=100", who="root")["items"]
    assert sorted((one["rule"] for one in found), key=str) == sorted(rules, key=str)


def acc_72_attendees_answer_and_all_day_is_whole(home: Home) -> None:
    one = home.command(
        "event", "add", "--as", "bob", "--calendar", "family", "--title", "Fair", "--all-day",
        "--start", "2027-02-20", "--end", "2027-02-21", "--with", "aunt@example.org", "--with", "bob",
    )  # fmt: skip
    assert (one["isAllDay"], one["startTime"], one["endTime"]) == (
        True,
        "2027-02-20T00:00:00Z",
        "2027-02-21T00:00:00Z",
    )
    assert [each["email"] for each in one["attendees"]] == ["aunt@example.org"]
    said = home.http("POST", f"/v1/events/{one['id']}/answer", {"answer": "decline"})
    assert {each["email"]: each["response"] for each in said["attendees"]}["bob@example.com"] == "declined"
    assert said["externalIds"] == {}


def acc_74_reminders_by_mail_and_push(home: Home) -> None:
    one = home.add("Call", "2027-02-21T10:00Z", "2027-02-21T11:00Z", "--remind", "60:email,15:push,5:both")
    shown = home.http("GET", f"/v1/events/{one['id']}")["reminders"]
    assert {(each["minutesBefore"], each["reminderType"], each["status"]) for each in shown} == {
        (60, "email", "pending"), (15, "push", "pending"), (5, "both", "pending"),
    }  # fmt: skip


def acc_73_an_account_tells_its_connectors_and_when_they_were_read(home: Home) -> None:
    found = home.line.asked("status", "-c", str(home.asked.world.file))
    assert {"bob-folder", "dora-folder"} <= {one["name"] for one in found["connectors"]}


def acc_75_weekly_availability_counts_from_sunday(home: Home) -> None:
    """Mia is not there on Sunday mornings: 0 is Sunday."""

    def busy(day: str) -> list[tuple[str, str]]:
        found = home.http(
            "GET", f"/v1/users/mia/availability?from={day}T00:00:00Z&to={day}T23:59:00Z", who="mia"
        )
        return [
            (one["start"][11:16], one["end"][11:16])
            for one in found["items"]
            if one.get("metadata", {}).get("rule") == "working_hours"
        ]

    assert ("00:00", "12:00") in busy("2027-02-28")
    assert busy("2027-03-01") == []


ITEMS: tuple[Callable[[Home], None], ...] = tuple(
    each for name, each in sorted(globals().items()) if name.startswith("acc_")
)


def home_at(root: Path, settings: str = "") -> FolderWorld:
    return FolderWorld(root, MINDED, "2026-12-28T08:00:00Z", SETTINGS + settings)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(NOTHING_SERVED, raising=False)
        with served(home_at(tmp_path_factory.mktemp("home"))) as made:
            yield made


HEAVY = (
    acc_57_preferences_are_honoured,
    acc_59_series_are_computed_and_not_stored,
    acc_68_69_hard_rules_block_to_the_minute_and_soft_ones_lower,
)
"""Those that add many events: the engine's own tests hold the same in the suite."""
MARKED = [
    pytest.param(one, marks=[pytest.mark.long, pytest.mark.upload] if one in HEAVY else []) for one in ITEMS
]


@pytest.mark.parametrize("item", MARKED, ids=lambda one: one.__name__)
def test_acceptance_by_commands_and_http(
    item: Callable[[Home], None], asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    item(Home(asked, Line(capsys)))


@pytest.mark.long
@pytest.mark.upload
@pytest.mark.server
def test_acceptance_57_to_75_on_postgresql(
    tmp_path: Path, postgres: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    with served(home_at(tmp_path, f'[store]\nurl = "{postgres}"\n')) as made:
        for item in ITEMS:
            item(Home(made, Line(capsys)))
