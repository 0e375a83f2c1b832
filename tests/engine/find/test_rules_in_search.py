"""Rules, weekly availability and date overrides in a search: hard ones forbid, soft ones only lower."""

from typing import Any

import pytest

from engine.documents.requests import parse_request
from engine.find.answer import FindAnswer
from engine.find.search import find
from engine.time.instant import format_instant


def asked(
    *rules: dict[str, Any], user: dict[str, Any] | None = None, busy: Any = (), **changes: Any
) -> FindAnswer:
    """One person, in UTC, from Monday 2026-11-16 for two days, an hour on the hour."""
    document = {
        "now": "2026-11-16T00:00:00Z",
        "window": {"start": "2026-11-16T00:00:00Z", "end": "2026-11-18T00:00:00Z"},
        "step": 60,
        "all": True,
        "session": {"hostUserId": "ada", "duration": 60},
        "users": [{"id": "ada"} | (user or {})],
        "busy": {"ada": list(busy)},
        "rules": list(rules),
    }
    return find(parse_request(document | changes, now=0))


def hours_of(answer: FindAnswer, day: int = 16) -> list[int]:
    texts = (format_instant(start) for start in answer.starts)
    return [int(text[11:13]) for text in texts if text.startswith(f"2026-11-{day}")]


def rule(kind: str, level: str = "hard", priority: int = 5, **fields: Any) -> dict[str, Any]:
    return {
        "name": kind,
        "family_member_id": None,
        "constraint_level": level,
        "priority": priority,
        "rule": {"type": kind} | fields,
    }


def test_hard_windows_forbid() -> None:
    answer = asked(
        rule("no_events_before", time="08:00"),
        rule("no_events_after", time="21:00"),
        rule("blocked_window", start="18:00", end="19:00", days=["MON"]),
    )
    assert hours_of(answer) == [*range(8, 18), 19, 20]
    assert hours_of(answer, 17) == list(range(8, 21))


def test_a_hard_preferred_window_is_the_only_place() -> None:
    assert hours_of(asked(rule("preferred_window", start="09:00", end="12:00"))) == [9, 10, 11]


def test_limits_a_day_and_a_week_close_the_day_or_the_week() -> None:
    busy = [
        ["2026-11-16T09:00:00Z", "2026-11-16T09:30:00Z"],
        ["2026-11-16T11:00:00Z", "2026-11-16T11:30:00Z"],
    ]
    day = asked(rule("max_events_per_day", count=2), busy=busy)
    assert (hours_of(day), len(hours_of(day, 17))) == ([], 24)
    week = asked(rule("max_events_per_week", count=2), busy=busy)
    assert week.failure is not None
    worst = week.failure.blockers[0]
    assert (worst.code.value, worst.user) == ("max_events_per_week", "ada")
    assert "rule:rules[0]" in {one.code for one in week.failure.relaxations}


def test_a_gap_counts_like_a_buffer_and_the_larger_wins() -> None:
    busy = [["2026-11-16T10:00:00Z", "2026-11-16T11:00:00Z"]]
    answer = asked(
        rule("min_gap_minutes", minutes=45), user={"defaultPreferences": {"bufferTime": 10}}, busy=busy
    )
    assert set(range(24)) - set(hours_of(answer)) == {9, 10, 11}


def test_inactive_rules_and_other_peoples_rules_are_ignored() -> None:
    off = rule("no_events_before", time="23:00") | {"active": False}
    other = rule("no_events_before", time="23:00") | {"family_member_id": "bo"}
    assert len(hours_of(asked(off, other))) == 24


@pytest.mark.parametrize("priority", [1, 5, 10])
def test_a_soft_rule_lowers_by_its_priority_and_never_forbids(priority: int) -> None:
    window = {"window": {"start": "2026-11-16T10:00:00Z", "end": "2026-11-16T11:00:00Z"}}
    without = asked(**window).proposed[0]
    lowered = asked(rule("blocked_window", "soft", priority, start="10:00", end="11:00"), **window).proposed[
        0
    ]
    assert without.score - lowered.score == priority
    assert ("blocked_window", "ada", -priority) in [
        (reason.code, reason.user, reason.points) for reason in lowered.reasons
    ]


def test_acc_57_the_preference_values_of_f2_are_honoured_where_set() -> None:
    preferences = {
        "time_preferences": {
            "preferred_start_time": "09:00",
            "preferred_end_time": "17:00",
            "no_events_before": "08:00",
            "no_events_after": "21:00",
        },
        "scheduling": {
            "default_event_duration_minutes": 60,
            "min_gap_between_events_minutes": 15,
            "max_events_per_day": 5,
        },
        "notifications": {"email_enabled": True, "reminder_minutes_before": [60, 15]},
        "custom": {},
    }
    four = [[f"2026-11-16T{hour:02}:00:00Z", f"2026-11-16T{hour:02}:50:00Z"] for hour in (9, 11, 13, 15)]
    answer = asked(user={"preferences": preferences}, busy=four)
    assert hours_of(answer) == [17, 18, 19, 20]
    assert hours_of(answer, 17) == list(range(8, 21))
    assert format_instant(answer.proposed[0].start) == "2026-11-17T09:00:00Z"
    fifth = [*four, ["2026-11-16T20:00:00Z", "2026-11-16T20:50:00Z"]]
    assert hours_of(asked(user={"preferences": preferences}, busy=fifth)) == []


def test_acc_57_what_is_not_set_is_no_limit() -> None:
    assert len(hours_of(asked(user={"preferences": {}}))) == 24


def test_acc_75_weekly_availability_counts_from_sunday_and_can_block() -> None:
    rows = [
        {"dayOfWeek": 1, "startTime": "09:00", "endTime": "17:00"},
        {"dayOfWeek": 1, "startTime": "12:00", "endTime": "13:00", "isAvailable": False},
    ]
    answer = asked(user={"availability": rows})
    assert hours_of(answer) == [9, 10, 11, 13, 14, 15, 16]
    assert hours_of(answer, 17) == []


def test_weekly_blocks_alone_leave_the_rest_open() -> None:
    rows = [{"dayOfWeek": 2, "startTime": "00:00", "endTime": "24:00", "isAvailable": False}]
    answer = asked(user={"availability": rows})
    assert (len(hours_of(answer)), hours_of(answer, 17)) == (24, [])


def test_a_date_override_takes_the_place_of_the_usual_hours() -> None:
    usual = {"workingHours": {"start": "09:00", "end": "12:00"}}
    overrides = [
        {"date": "2026-11-16", "hours": [{"start": "20:00", "end": "22:00"}]},
        {"date": "2026-11-17"},
    ]
    answer = asked(user={"defaultPreferences": usual, "dateOverrides": overrides})
    assert (hours_of(answer), hours_of(answer, 17)) == ([20, 21], [])


def test_a_date_override_closes_a_day_of_somebody_without_hours() -> None:
    answer = asked(user={"dateOverrides": [{"date": "2026-11-17"}]})
    assert (len(hours_of(answer)), hours_of(answer, 17)) == (24, [])


def test_dropping_the_working_hours_drops_every_kind_of_them() -> None:
    rows = [{"dayOfWeek": 6, "startTime": "09:00", "endTime": "17:00"}]
    failure = asked(user={"availability": rows}).failure
    assert failure is not None
    assert {one.code: one.slots for one in failure.relaxations}["workingHours:ada"] == 48


def test_notice_can_be_dropped() -> None:
    session = {"hostUserId": "ada", "duration": 60, "minimumNotice": 3 * 1440}
    failure = asked(session=session).failure
    assert failure is not None
    assert "minimumNotice" in {one.code for one in failure.relaxations}
