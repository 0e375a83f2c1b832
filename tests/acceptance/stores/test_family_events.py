"""F2's events on each SQL store: their states, series with exceptions, and who cannot be there."""

from dataclasses import replace

import pytest

from daemon.app.family.events import find_participant_conflicts, get_events_for_range, missing_participants
from engine.errors import InputError, StoreError
from engine.family.event_status import cancelled, confirmed
from engine.model.event import (
    CalendarEvent,
    EventParticipant,
    EventPriority,
    EventStatus,
    Flexibility,
)
from engine.ports.store import Store
from engine.time.instant import parse_instant
from engine.time.span import DAY, Span
from tests.acceptance.stores.conftest import MakeWorld
from tests.acceptance.stores.family import (
    CALENDAR,
    CHILD,
    MADE,
    PARENT,
    at_home,
    event,
    put,
    starts,
    taking_part,
    window,
)

JANUARY = window("2026-01-01T00:00:00Z", "2026-01-27T00:00:00Z")
PRACTICE = event("event_123", "2026-01-05T14:00:00Z", recurrence_rule="RRULE:FREQ=WEEKLY;BYDAY=MO")
MOVED = event(
    "event_456",
    "2026-01-13T14:00:00Z",
    recurrence_parent_id="event_123",
    original_start_time=parse_instant("2026-01-12T14:00:00Z"),
)


def in_january(store: Store, **more: bool) -> list[CalendarEvent]:
    with store.reading() as tx:
        return list(get_events_for_range(tx, CALENDAR, JANUARY, **more))


def how_many(store: Store) -> int:
    """Count what is stored, whenever it is and whatever it stands for."""
    with store.reading() as tx:
        return len(tx.repositories.events.candidates(CALENDAR, Span(0, MADE + 9999 * DAY)))


def test_acceptance_58_an_event_is_proposed_confirmed_and_cancelled_each_with_its_moment(
    sql: MakeWorld,
) -> None:
    made = replace(event("dinner", "2026-01-05T18:00:00Z"), status=EventStatus.PROPOSED)
    with at_home(sql) as store:
        put(store, made)
        for change, at in ((confirmed, MADE + 60), (cancelled, MADE + 120), (cancelled, MADE + 180)):
            with store.writing() as tx:
                there = tx.repositories.events.get("dinner")
                assert there is not None
                tx.repositories.events.put(change(there, at))
        with store.reading() as tx:
            over = tx.repositories.events.get("dinner")
        assert over is not None
        assert (over.status, over.proposed_at, over.confirmed_at, over.cancelled_at) == (
            EventStatus.CANCELLED,
            MADE,
            MADE + 60,
            MADE + 120,
        )
        with pytest.raises(InputError, match="was cancelled"):
            confirmed(over, MADE + 240)


def test_acceptance_58_priority_is_medium_and_time_fixed_unless_said(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        put(store, event("plain", "2026-01-05T10:00:00Z"))
        for priority in EventPriority:
            put(store, event(priority, "2026-01-06T10:00:00Z", priority=priority))
        for flexibility in Flexibility:
            put(store, event(flexibility, "2026-01-07T10:00:00Z", flexibility=flexibility))
        found = {each.id: each for each in in_january(store)}
    assert (found["plain"].priority, found["plain"].flexibility) == ("medium", "fixed")
    assert [found[name].priority for name in ("low", "medium", "high", "critical")] == list(EventPriority)
    assert [found[name].flexibility for name in ("fixed", "preferred", "flexible")] == list(Flexibility)


@pytest.mark.parametrize("prefix", ["", "RRULE:"])
@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", [5, 12, 19, 26]),
        ("FREQ=DAILY;COUNT=10", list(range(5, 15))),
        ("FREQ=MONTHLY;BYMONTHDAY=15", [5, 15]),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", [5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26]),
    ],
)
def test_acceptance_59_a_series_takes_place_and_only_its_rule_is_stored(
    sql: MakeWorld, prefix: str, rule: str, days: list[int]
) -> None:
    with at_home(sql) as store:
        put(store, replace(PRACTICE, recurrence_rule=prefix + rule))
        assert starts(in_january(store)) == [f"2026-01-{day:02}T14:00:00Z" for day in days]
        assert how_many(store) == 1


def test_acceptance_60_an_exception_replaces_exactly_its_instance(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        put(store, PRACTICE, MOVED)
        found = in_january(store)
    assert starts(found) == [f"2026-01-{day}T14:00:00Z" for day in ("05", "13", "19", "26")]
    assert found[1].id == "event_456"


def test_acceptance_60_and_its_own_dates_match_no_instance(sql: MakeWorld) -> None:
    """The document's literal dates are Tuesdays under BYDAY=MO (contradiction 26)."""
    literal = event("event_123", "2026-01-06T14:00:00Z", recurrence_rule=PRACTICE.recurrence_rule)
    exception = event(
        "event_456",
        "2026-01-14T14:00:00Z",
        recurrence_parent_id="event_123",
        original_start_time=parse_instant("2026-01-13T14:00:00Z"),
    )
    with at_home(sql) as store:
        put(store, literal, exception)
        found = in_january(store)
    assert starts(found) == [f"2026-01-{day}T14:00:00Z" for day in ("06", "12", "14", "19", "26")]


def test_acceptance_61_somebody_takes_part_once_and_is_not_required_unless_said(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        put(store, PRACTICE, taking_part("event_123", CHILD))
        with pytest.raises(StoreError):
            put(store, replace(taking_part("event_123", CHILD), id="again"))
        with store.reading() as tx:
            found = tx.repositories.participants.of_event("event_123")
    assert [(each.user_id, each.required) for each in found] == [(CHILD, False)]
    assert EventParticipant.__dataclass_fields__["required"].default is False


def test_acceptance_61_without_a_required_one_there_is_no_event_optional_ones_may_lack(
    sql: MakeWorld,
) -> None:
    asked = window("2026-01-12T14:30:00Z", "2026-01-12T15:30:00Z")
    with at_home(sql) as store:
        put(store, PRACTICE, event("dentist", "2026-01-12T14:30:00Z"))
        put(store, *(taking_part("event_123", user) for user in (PARENT, CHILD)))
        for required in (True, False):
            with store.writing() as tx:
                for user in (PARENT, CHILD):
                    tx.repositories.participants.delete(f"dentist/{user}")
                    tx.repositories.participants.put(
                        taking_part("dentist", user, required=required and user == CHILD)
                    )
            with store.reading() as tx:
                lacking = missing_participants(tx, "dentist", asked)
                free = missing_participants(tx, "dentist", Span(asked.start + DAY, asked.end + DAY))
            assert (list(lacking), list(free)) == ([CHILD] if required else [], [])


def test_acceptance_65_whoever_takes_part_elsewhere_is_in_conflict(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        put(store, event("soccer", "2026-01-11T14:00:00Z", 90), event("idea", "2026-01-11T18:00:00Z"))
        put(store, replace(event("off", "2026-01-11T14:00:00Z"), status=EventStatus.CANCELLED))
        with store.writing() as tx:
            idea = tx.repositories.events.get("idea")
            assert idea is not None
            tx.repositories.events.put(replace(idea, status=EventStatus.PROPOSED))
        put(store, *(taking_part(name, CHILD) for name in ("soccer", "idea", "off")))
        with store.reading() as tx:

            def clashing(start: str, end: str, **more: bool) -> list[str]:
                asked = window(f"2026-01-11T{start}:00Z", f"2026-01-11T{end}:00Z")
                return [each.id for each in find_participant_conflicts(tx, CHILD, asked, **more)]

            assert clashing("14:30", "15:30") == ["soccer"]
            assert clashing("15:29", "16:00") == ["soccer"]
            assert clashing("15:30", "16:30") == clashing("13:00", "14:00") == []
            assert clashing("18:00", "19:00") == ["idea"]
            assert clashing("18:00", "19:00", confirmed_only=True) == []
            asked = window("2026-01-11T14:30:00Z", "2026-01-11T15:30:00Z")
            assert not find_participant_conflicts(tx, PARENT, asked)


def test_acceptance_71_a_range_holds_singles_instances_and_exceptions_once_each(sql: MakeWorld) -> None:
    gone = replace(
        MOVED,
        id="event_789",
        original_start_time=parse_instant("2026-01-19T14:00:00Z"),
        status=EventStatus.CANCELLED,
    )
    holiday = event("holiday", "2025-12-20T00:00:00Z", 20 * 1440)
    with at_home(sql) as store:
        put(store, PRACTICE, MOVED, gone, holiday, event("single", "2026-01-20T09:00:00Z"))
        put(store, replace(event("maybe", "2026-01-21T09:00:00Z"), status=EventStatus.PROPOSED))
        put(store, event("before", "2025-12-31T23:00:00Z"), event("after", "2026-01-27T00:00:00Z"))
        found = in_january(store)
        assert [each.id.partition("/")[0] for each in found] == [
            "holiday",
            "event_123",
            "event_456",
            "single",
            "event_123",
        ]
        assert len({each.id for each in found}) == len(found)
        assert "maybe" in {each.id for each in in_january(store, proposed=True)}


def test_acceptance_71_a_series_repeats_on_its_owners_clock(sql: MakeWorld) -> None:
    """A weekly event keeps its local hour over the change of clocks."""
    with at_home(sql) as store:
        with store.writing() as tx:
            owner = tx.users.get(PARENT)
            assert owner is not None
            tx.users.put(replace(owner, timezone="America/New_York"))
        put(store, event("weekly", "2026-03-02T14:00:00Z", recurrence_rule="FREQ=WEEKLY;COUNT=2"))
        with store.reading() as tx:
            found = get_events_for_range(tx, CALENDAR, window("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"))
    assert starts(found) == ["2026-03-02T14:00:00Z", "2026-03-09T13:00:00Z"]
