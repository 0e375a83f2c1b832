"""The documents' scenarios as far as the search carries them, with the documents' own data."""

from typing import Any

import pytest

from engine.documents.answers import answer_document
from engine.documents.requests import parse_request
from engine.find.search import bookable, find
from engine.time.instant import parse_instant

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]
NEXT_WEEK = {"start": "2025-11-17T00:00:00Z", "end": "2025-11-22T12:00:00Z"}


def free(start: str, end: str, zone: str, user: str) -> dict[str, Any]:
    hours = {"start": start, "end": end, "days": WEEKDAYS}
    return {"id": user, "timezone": zone, "defaultPreferences": {"workingHours": hours}}


def scenario_1(host_zone: str = "UTC", guest_zone: str = "UTC", **changes: Any) -> dict[str, Any]:
    """User A is free Mon-Fri 2-5pm, user B 3-6pm: 30 minutes next week."""
    return {
        "now": "2025-11-12T10:00:00Z",
        "window": NEXT_WEEK,
        "all": True,
        "session": {
            "id": "session_001",
            "title": "Meet with User B",
            "hostUserId": "a",
            "inviteeIds": ["b"],
            "duration": 30,
        },
        "users": [free("14:00", "17:00", host_zone, "a"), free("15:00", "18:00", guest_zone, "b")],
        "busy": {"a": [], "b": []},
    } | changes


def answered(document: dict[str, Any]) -> dict[str, Any]:
    return answer_document(find(parse_request(document, now=0)), all_starts=True)


@pytest.mark.parametrize(
    ("host", "guest", "count", "first"),
    [
        ("UTC", "UTC", 35, "2025-11-17T15:00:00Z"),
        ("America/Los_Angeles", "America/Los_Angeles", 35, "2025-11-17T23:00:00Z"),
        ("America/Los_Angeles", "America/New_York", 15, "2025-11-17T22:00:00Z"),
        ("America/New_York", "America/Los_Angeles", 0, None),
    ],
)
def test_contra_1_scenario_1_in_four_pairs_of_zones(
    host: str, guest: str, count: int, first: str | None
) -> None:
    starts = answered(scenario_1(host, guest)).get("starts", [])
    assert len(starts) == count
    assert (starts[0] if starts else None) == first


@pytest.mark.parametrize(("step", "each_day"), [(15, 7), (30, 4)])
def test_acc_40_scenario_1_offers_three_slots_where_both_are_free(step: int, each_day: int) -> None:
    answer = answered(scenario_1(step=step))
    by_day: dict[str, list[str]] = {}
    for start in answer["starts"]:
        by_day.setdefault(start[:10], []).append(start[11:16])
    assert len(by_day) == 5
    assert all(len(times) == each_day for times in by_day.values())
    assert all((times[0], times[-1]) == ("15:00", "16:30") for times in by_day.values())
    assert len(answer["proposedTimes"]) == 3
    assert all("15:00" <= slot["start"][11:16] <= "16:30" for slot in answer["proposedTimes"])
    assert len({slot["start"][:10] for slot in answer["proposedTimes"]}) == 3


def test_acc_41_scenario_1_proposes_tuesday_at_three() -> None:
    slots = answered(scenario_1())["proposedTimes"]
    assert ("2025-11-18T15:00:00Z", "2025-11-18T15:30:00Z") in [
        (slot["start"], slot["end"]) for slot in slots
    ]


def test_acc_41_contra_2_after_mondays_last_start_tuesday_at_three_comes_first() -> None:
    slots = answered(scenario_1(now="2025-11-17T16:31:00Z"))["proposedTimes"]
    assert slots[0]["start"] == "2025-11-18T15:00:00Z"


def test_acc_41_the_first_proposal_can_be_booked_as_it_was_offered() -> None:
    request = parse_request(scenario_1(), now=0)
    assert bookable(request, find(request).proposed[0].start) == ()


def scenario_2() -> dict[str, Any]:
    """A host and four invitees in five zones, weekday afternoons only, 60 minutes: two places are left."""
    zones = {
        "host": "America/New_York",
        "i1": "Europe/London",
        "i2": "America/Los_Angeles",
        "i3": "America/Sao_Paulo",
        "i4": "America/Chicago",
    }
    busy: dict[str, list[list[str]]] = {user: [] for user in zones}
    busy["host"] = [["2025-11-17T00:00:00Z", "2025-11-18T18:00:00Z"]]
    busy["i1"] = [["2025-11-18T20:00:00Z", "2025-11-20T18:00:00Z"]]
    busy["i3"] = [
        ["2025-11-20T19:00:00Z", "2025-11-22T00:00:00Z"],
        ["2025-11-18T19:00:00Z", "2025-11-18T20:00:00Z"],
    ]
    return {
        "now": "2025-11-12T10:00:00Z",
        "window": NEXT_WEEK,
        "step": 60,
        "all": True,
        "session": {
            "title": "Review",
            "hostUserId": "host",
            "inviteeIds": ["i1", "i2", "i3", "i4"],
            "duration": 60,
            "constraints": {"daysOfWeek": WEEKDAYS, "timeRange": {"start": "12:00", "end": "18:00"}},
        },
        "users": [{"id": user, "timezone": zone} for user, zone in zones.items()],
        "busy": busy,
    }


def test_acc_42_scenario_2_proposes_the_two_afternoon_slots_that_five_people_share() -> None:
    answer = answered(scenario_2())
    assert answer["starts"] == ["2025-11-18T18:00:00Z", "2025-11-20T18:00:00Z"]
    assert len(answer["proposedTimes"]) == 2
    for slot in answer["proposedTimes"]:
        assert {attendee["availability"] for attendee in slot["attendees"]} == {"free"}
        local = {attendee["user"]: attendee["localStart"][11:] for attendee in slot["attendees"]}
        assert local == {
            "host": "13:00:00-05:00",
            "i1": "18:00:00+00:00",
            "i2": "10:00:00-08:00",
            "i3": "15:00:00-03:00",
            "i4": "12:00:00-06:00",
        }


def test_acc_42_scenario_2_proposes_nothing_when_nothing_is_shared() -> None:
    document = scenario_2()
    document["busy"]["i2"] = [["2025-11-17T00:00:00Z", "2025-11-22T12:00:00Z"]]
    answer = answered(document)
    assert answer["status"] == "failed"
    assert {"code": "busy", "user": "i2", "share": 1.0} in answer["failure"]["blockers"]
    assert "optional:i2" in {relaxation["code"] for relaxation in answer["failure"]["relaxations"]}


def scenario_3() -> dict[str, Any]:
    """Host and invitee have no hour in common in seven days, but half an hour, and the day after."""
    return {
        "now": "2025-11-12T10:00:00Z",
        "all": True,
        "session": {"title": "Sync", "hostUserId": "host", "inviteeIds": ["guest"], "duration": 60},
        "users": [{"id": "host"}, {"id": "guest"}],
        "busy": {
            "host": [["2025-11-12T10:00:00Z", "2025-11-16T00:00:00Z", "Fully booked"]],
            "guest": [["2025-11-16T00:30:00Z", "2025-11-19T10:00:00Z", "Fully booked"]],
        },
    }


def test_acc_44_scenario_3_fails_with_the_documents_reason_and_suggestions() -> None:
    answer = answered(scenario_3())
    assert answer["status"] == "failed"
    assert answer["proposedTimes"] == []
    assert answer["failure"]["failureReason"] == "No mutual availability in next 7 days"
    assert answer["failure"]["suggestions"][:2] == ["Extend search window", "Reduce meeting duration"]


def test_acc_44_contra_12_only_what_helps_is_suggested() -> None:
    document = scenario_3()
    document["busy"]["guest"] = [["2025-11-12T10:00:00Z", "2026-02-01T00:00:00Z"]]
    failure = answered(document)["failure"]
    assert failure["suggestions"] == ["Make guest optional"]


def test_acc_51_alice_and_bob_have_coffee() -> None:
    document = {
        "now": "2025-11-12T10:00:00Z",
        "session": {"title": "Coffee", "hostUserId": "alice", "inviteeIds": ["bob"], "duration": 30},
        "users": [
            free("09:00", "17:00", "America/New_York", "alice"),
            free("09:00", "17:00", "America/New_York", "bob"),
        ],
        "busy": {"alice": [], "bob": []},
    }
    slots = answered(document)["proposedTimes"]
    assert len(slots) == 3
    assert all(slot["conflicts"] == [] for slot in slots)


def test_acc_52_four_people_across_zones_share_one_hour_a_day() -> None:
    document = {
        "now": "2025-11-14T00:00:00Z",
        "all": True,
        "step": 60,
        "session": {
            "title": "Team",
            "hostUserId": "sf",
            "inviteeIds": ["ny", "ldn", "ber"],
            "duration": 60,
            "constraints": {"daysOfWeek": ["tuesday", "thursday"]},
        },
        "users": [
            free("08:00", "17:00", "America/Los_Angeles", "sf"),
            free("09:00", "17:00", "America/New_York", "ny"),
            free("09:00", "17:00", "Europe/London", "ldn"),
            free("09:00", "18:00", "Europe/Berlin", "ber"),
        ],
        "busy": {"sf": [], "ny": [], "ldn": [], "ber": []},
    }
    answer = answered(document)
    assert answer["starts"] == ["2025-11-18T16:00:00Z", "2025-11-20T16:00:00Z"]


def test_acc_53_a_fully_booked_person_fails_the_session_with_helpful_suggestions() -> None:
    document = scenario_3()
    document["busy"] = {"host": [], "guest": [["2025-11-12T10:00:00Z", "2025-11-19T10:00:00Z", "Booked"]]}
    failure = answered(document)["failure"]
    assert failure["blockers"] == [{"code": "busy", "user": "guest", "share": 1.0}]
    helps = {relaxation["code"]: relaxation["first"] for relaxation in failure["relaxations"]}
    assert helps == {"window": "2025-11-19T10:00:00Z", "optional:guest": "2025-11-12T10:00:00Z"}
    assert parse_instant(helps["window"]) > parse_instant(helps["optional:guest"])
