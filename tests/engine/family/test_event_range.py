"""F2's events of a range: instances, exceptions, and what is cancelled."""

from dataclasses import replace

import pytest

from engine.errors import InputError
from engine.family.event_range import events_in_range, participant_conflicts
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.event import CalendarEvent, EventStatus
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY, HOUR, Span

PRACTICE = CalendarEvent(
    id="event_123",
    calendar=CalendarKey(ConnectorName("home"), RemoteCalendarId("family")),
    title="Soccer Practice",
    start_time=parse_instant("2026-01-05T14:00:00Z"),
    end_time=parse_instant("2026-01-05T15:00:00Z"),
    status=EventStatus.CONFIRMED,
    recurrence_rule="RRULE:FREQ=WEEKLY;BYDAY=MO",
    proposed_at=0,
    created_by=UserId("parent_1"),
    created_at=0,
    updated_at=0,
)
JANUARY = Span(parse_instant("2026-01-01T00:00:00Z"), parse_instant("2026-01-27T00:00:00Z"))


def starts(found: list[CalendarEvent]) -> list[str]:
    return [format_instant(event.start_time)[:10] for event in found]


@pytest.mark.parametrize("prefix", ["", "RRULE:"])
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", ["2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26"]),
        ("FREQ=DAILY;COUNT=10", [f"2026-01-{day:02}" for day in range(5, 15)]),
        ("FREQ=MONTHLY;BYMONTHDAY=15", ["2026-01-05", "2026-01-15"]),
        (
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            [f"2026-01-{day:02}" for day in range(5, 27) if day % 7 not in (3, 4)],
        ),
    ],
)
def test_acc_59_series_take_place_instance_by_instance(prefix: str, rule: str, expected: list[str]) -> None:
    series = replace(PRACTICE, recurrence_rule=prefix + rule)
    assert starts(events_in_range([series], JANUARY, "UTC")) == expected


def test_acc_60_an_exception_replaces_exactly_its_instance() -> None:
    moved = replace(
        PRACTICE,
        id="event_456",
        recurrence_rule=None,
        recurrence_parent_id="event_123",
        original_start_time=PRACTICE.start_time + 7 * DAY,
        start_time=PRACTICE.start_time + 8 * DAY,
        end_time=PRACTICE.end_time + 8 * DAY,
    )
    found = events_in_range([PRACTICE, moved], JANUARY, "UTC")
    assert starts(found) == ["2026-01-05", "2026-01-13", "2026-01-19", "2026-01-26"]
    assert found[1].id == "event_456"
    assert {event.recurrence_parent_id for event in found} == {"event_123"}


def test_contra_26_the_documents_own_dates() -> None:
    """A Tuesday under BYDAY=MO: its own start counts, and the exception of a Tuesday stands by itself."""
    series = replace(
        PRACTICE,
        start_time=parse_instant("2026-01-06T14:00:00Z"),
        end_time=parse_instant("2026-01-06T15:00:00Z"),
    )
    exception = replace(
        PRACTICE,
        id="event_456",
        recurrence_rule=None,
        recurrence_parent_id="event_123",
        original_start_time=parse_instant("2026-01-13T14:00:00Z"),
        start_time=parse_instant("2026-01-14T14:00:00Z"),
        end_time=parse_instant("2026-01-14T15:00:00Z"),
    )
    found = events_in_range([series, exception], JANUARY, "UTC")
    assert starts(found) == ["2026-01-06", "2026-01-12", "2026-01-14", "2026-01-19", "2026-01-26"]


def test_contra_29_a_cancelled_exception_removes_its_instance_and_running_events_count() -> None:
    gone = replace(
        PRACTICE,
        id="gone",
        recurrence_rule=None,
        recurrence_parent_id="event_123",
        original_start_time=PRACTICE.start_time,
        status=EventStatus.CANCELLED,
    )
    middle = Span(PRACTICE.start_time + 7 * DAY + HOUR // 2, PRACTICE.start_time + 8 * DAY)
    assert starts(events_in_range([PRACTICE, gone, gone], JANUARY, "UTC"))[0] == "2026-01-12"
    assert starts(events_in_range([PRACTICE, gone], middle, "UTC")) == ["2026-01-12"]


def test_a_series_keeps_its_hour_over_a_change_of_clocks() -> None:
    series = replace(
        PRACTICE,
        recurrence_rule="FREQ=DAILY;COUNT=3",
        start_time=parse_instant("2026-03-28T08:00:00Z"),
        end_time=parse_instant("2026-03-28T09:00:00Z"),
    )
    found = events_in_range([series], Span(0, series.start_time + 9 * DAY), "Europe/Berlin")
    assert [format_instant(event.start_time)[11:16] for event in found] == ["08:00", "07:00", "07:00"]


def test_acc_65_touching_is_no_conflict_and_proposed_events_count_unless_told() -> None:
    one = replace(PRACTICE, recurrence_rule=None, status=EventStatus.PROPOSED)
    after = Span(one.end_time, one.end_time + HOUR)
    over = Span(one.end_time - 1, one.end_time + HOUR)
    assert participant_conflicts([one], after, "UTC") == []
    assert participant_conflicts([one], over, "UTC") == [one]
    assert participant_conflicts([one], over, "UTC", confirmed_only=True) == []


def test_a_rule_that_cannot_be_followed_is_named() -> None:
    with pytest.raises(InputError, match="FREQ"):
        events_in_range([replace(PRACTICE, recurrence_rule="FREQ=SOMETIMES")], JANUARY, "UTC")
