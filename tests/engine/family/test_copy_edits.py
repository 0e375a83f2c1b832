"""What an owner did to a copy is told apart from what their provider merely writes otherwise."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.booking.policy import OnMoved
from engine.family.copy_edits import (
    CopyEdit,
    InstanceEdit,
    TakenBack,
    edit_of,
    instance_edits,
    taken_back,
)
from engine.ids import CalendarKey, ConnectorName, EventId, InstallId, RemoteCalendarId, UserId
from engine.model.booking import Mark, Observed, ObservedInstance, native_session, tombstone
from engine.model.event import CalendarEvent
from engine.time.instant import format_instant, from_datetime, parse_instant, to_datetime
from engine.time.span import DAY, HOUR, Span

INSTALL = InstallId("install")
START = parse_instant("2026-01-11T14:00:00Z")
EVENT = CalendarEvent(
    id="e",
    calendar=CalendarKey(ConnectorName("gatherly"), RemoteCalendarId("family")),
    title="Soccer",
    start_time=START,
    end_time=START + HOUR,
    zone="UTC",
    proposed_at=0,
    created_by=UserId("alice"),
    created_at=0,
    updated_at=0,
)
MARK = Mark(install=INSTALL, session=native_session("e"), epoch=0)
COPY = Observed(event_id=EventId("c"), span=EVENT.span, mark=MARK, title="Soccer", etag="1")
LATER = Span(START + DAY, START + DAY + HOUR)
GONE = CopyEdit(deleted=True)


@pytest.mark.parametrize(
    ("change", "edit"),
    [
        ({}, None),
        ({"etag": "2", "sequence": 5}, None),
        ({"title": "  Soccer \n"}, None),
        ({"title": ""}, None),
        ({"title": "Football"}, CopyEdit(title="Football")),
        ({"title": "soccer"}, CopyEdit(title="soccer")),
        ({"span": LATER}, CopyEdit(span=LATER)),
        ({"span": Span(START, START + 2 * HOUR)}, CopyEdit(span=Span(START, START + 2 * HOUR))),
        ({"span": LATER, "title": "Football"}, CopyEdit(title="Football", span=LATER)),
        ({"mark": None}, GONE),
        ({"mark": replace(MARK, install=InstallId("another"))}, GONE),
        ({"live": False}, GONE),
        ({"declined": True}, None),
    ],
)
def test_what_its_owner_did_to_a_copy(change: dict[str, Any], edit: CopyEdit | None) -> None:
    assert edit_of(EVENT, replace(COPY, **change), INSTALL) == edit


@pytest.mark.parametrize("found", [None, tombstone(EventId("c"))])
def test_what_is_not_there_was_deleted(found: Observed | None) -> None:
    assert edit_of(EVENT, found, INSTALL) == GONE


@pytest.mark.parametrize(
    "zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Asia/Kolkata"]
)
@pytest.mark.parametrize("days", [-3, 0, 1])
@pytest.mark.parametrize("length", [1, 2])
def test_an_all_day_copy_is_the_same_day_however_it_is_kept(zone: str, days: int, length: int) -> None:
    """By the zone's midnight, or by UTC's: a shift of whole days is a move, nothing else is."""
    offset = {
        "UTC": 0,
        "Pacific/Kiritimati": 14 * HOUR,
        "Pacific/Pago_Pago": -11 * HOUR,
        "America/New_York": -5 * HOUR,
        "Asia/Kolkata": 5 * HOUR + HOUR // 2,
    }[zone]
    midnight = parse_instant("2026-01-11T00:00:00Z")
    start = midnight - offset
    event = replace(EVENT, all_day=True, zone=zone, start_time=start, end_time=start + DAY)
    moved = Span(start + days * DAY, start + (days + length) * DAY)
    expected = None if (days, length) == (0, 1) else CopyEdit(span=moved)
    by_date = Span(midnight + days * DAY, midnight + (days + length) * DAY)
    found = edit_of(event, replace(COPY, span=by_date), INSTALL)
    assert found == expected
    if zone == "UTC" or (days, length) == (0, 1):
        assert edit_of(event, replace(COPY, span=moved), INSTALL) == expected


@pytest.mark.parametrize(
    ("edit", "policy", "done"),
    [
        (GONE, OnMoved.FLAG, None),
        (GONE, OnMoved.FOLLOW, TakenBack(cancel=True)),
        (GONE, OnMoved.REOPEN, TakenBack(propose=True)),
        (CopyEdit(span=LATER), OnMoved.FLAG, None),
        (CopyEdit(span=LATER), OnMoved.FOLLOW, TakenBack(span=LATER)),
        (CopyEdit(span=LATER), OnMoved.REOPEN, TakenBack(span=LATER, propose=True)),
        (CopyEdit(title="X"), OnMoved.FOLLOW, TakenBack(title="X")),
        (CopyEdit(title="X"), OnMoved.REOPEN, TakenBack(title="X")),
        (CopyEdit(title="X", span=LATER), OnMoved.FOLLOW, TakenBack(title="X", span=LATER)),
        (CopyEdit(rule=""), OnMoved.FLAG, None),
        (CopyEdit(rule=""), OnMoved.FOLLOW, TakenBack(rule="")),
        (CopyEdit(rule="FREQ=DAILY"), OnMoved.REOPEN, TakenBack(rule="FREQ=DAILY", propose=True)),
    ],
)
def test_the_policy_decides_what_becomes_of_the_event(
    edit: CopyEdit, policy: OnMoved, done: TakenBack | None
) -> None:
    assert taken_back(edit, policy) == done


WEEKLY = replace(EVENT, recurrence_rule="FREQ=WEEKLY;COUNT=4")
SECOND = START + 7 * DAY
HELD = Span(SECOND, SECOND + HOUR)
MOVED = Span(SECOND + DAY, SECOND + DAY + HOUR)
LONGER = Span(SECOND, SECOND + 2 * HOUR)
MIDNIGHT = SECOND - 14 * HOUR


def of_second(edit: CopyEdit) -> list[InstanceEdit]:
    return [InstanceEdit(SECOND, edit)]


@pytest.mark.parametrize(
    ("found", "edits"),
    [
        ([], []),
        ([ObservedInstance(SECOND)], of_second(GONE)),
        ([ObservedInstance(MIDNIGHT)], of_second(GONE)),
        ([ObservedInstance(SECOND, HELD, "Soccer")], []),
        ([ObservedInstance(SECOND, HELD, "")], []),
        ([ObservedInstance(SECOND, MOVED, "Soccer")], of_second(CopyEdit(span=MOVED))),
        ([ObservedInstance(SECOND, HELD, "Final")], of_second(CopyEdit(title="Final"))),
        ([ObservedInstance(SECOND, MOVED, "Final")], of_second(CopyEdit(title="Final", span=MOVED))),
        ([ObservedInstance(SECOND, LONGER, "Soccer")], of_second(CopyEdit(span=LONGER))),
        ([ObservedInstance(START)], [InstanceEdit(START, GONE)]),
        ([ObservedInstance(SECOND + 60)], []),
        ([ObservedInstance(START + 28 * DAY)], []),
        ([ObservedInstance(START - 7 * DAY)], []),
        ([ObservedInstance(START + 14 * DAY)], []),
        ([ObservedInstance(START + 14 * DAY, HELD, "Final")], []),
        ([ObservedInstance(SECOND, MOVED, ""), ObservedInstance(SECOND)], of_second(CopyEdit(span=MOVED))),
    ],
)
def test_what_its_owner_did_to_one_instance(found: list[ObservedInstance], edits: list[InstanceEdit]) -> None:
    """The third differs of our own accord: it is left out of the copy, and that is no news."""
    assert instance_edits(WEEKLY, found, {START + 14 * DAY}) == edits


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
@pytest.mark.parametrize("day", [0, 1])
def test_an_all_day_instance_is_named_by_its_date(zone: str, day: int) -> None:
    midnight = from_datetime(datetime(2026, 3, 7, tzinfo=ZoneInfo(zone)))
    series = replace(
        EVENT,
        all_day=True,
        zone=zone,
        start_time=midnight,
        end_time=midnight + DAY,
        recurrence_rule="FREQ=DAILY;COUNT=5",
    )
    own = from_datetime(datetime(2026, 3, 7 + day, tzinfo=ZoneInfo(zone)))
    by_date = from_datetime(datetime(2026, 3, 7 + day, tzinfo=UTC))
    for start in (own, by_date):
        assert instance_edits(series, [ObservedInstance(start)], ()) == [InstanceEdit(own, GONE)]
        same = [ObservedInstance(start, Span(start, start + DAY), "Soccer")]
        assert instance_edits(series, same, ()) == []


def test_an_instance_is_named_across_a_change_of_clocks() -> None:
    """At 14:00 in New York, which is 19:00 and then 18:00 in UTC."""
    zone = ZoneInfo("America/New_York")
    first, later = (from_datetime(datetime(2026, 3, day, 14, tzinfo=zone)) for day in (1, 15))
    series = replace(WEEKLY, zone=zone.key, start_time=first, end_time=first + HOUR)
    assert instance_edits(series, [ObservedInstance(later)], ()) == [InstanceEdit(later, GONE)]
    assert instance_edits(series, [ObservedInstance(first + 14 * DAY)], ()) == []


BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OWN = BYDAY[to_datetime(START).weekday()]
NEXT = BYDAY[(to_datetime(START).weekday() + 1) % 7]
LAST = format_instant(START + 21 * DAY).replace("-", "").replace(":", "")


@pytest.mark.parametrize(
    ("own", "written", "rule"),
    [
        ("FREQ=WEEKLY;COUNT=4", "FREQ=WEEKLY;COUNT=4", None),
        ("RRULE:FREQ=WEEKLY;COUNT=4", "freq=weekly;count=4", None),
        ("FREQ=WEEKLY;COUNT=4", "COUNT=4;FREQ=WEEKLY;INTERVAL=1;WKST=MO", None),
        ("FREQ=WEEKLY;COUNT=4", f"FREQ=WEEKLY;UNTIL={LAST}", None),
        ("FREQ=WEEKLY;COUNT=4", f"FREQ=WEEKLY;BYDAY={OWN};COUNT=4", None),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;WKST=SU", None),
        ("FREQ=WEEKLY;COUNT=4", None, None),
        (None, "", None),
        ("FREQ=WEEKLY;COUNT=4", "FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;COUNT=3"),
        ("FREQ=WEEKLY;COUNT=4", "FREQ=DAILY;COUNT=4", "FREQ=DAILY;COUNT=4"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=4", "FREQ=WEEKLY;COUNT=4"),
        ("FREQ=DAILY;COUNT=4000", "FREQ=DAILY", "FREQ=DAILY"),
        ("FREQ=WEEKLY;COUNT=4", "", ""),
        (None, "FREQ=WEEKLY;COUNT=4", "FREQ=WEEKLY;COUNT=4"),
        ("FREQ=WEEKLY;COUNT=4", "FREQ=NEVER", "FREQ=NEVER"),
    ],
)
def test_another_rule_is_an_edit_and_the_same_in_other_words_is_none(
    own: str | None, written: str | None, rule: str | None
) -> None:
    edit = edit_of(replace(EVENT, recurrence_rule=own), replace(COPY, rule=written), INSTALL)
    assert edit == (None if rule is None else CopyEdit(rule=rule))


def test_a_series_that_is_moved_to_another_day_names_that_day_in_its_rule_or_the_old_one() -> None:
    series = replace(EVENT, recurrence_rule=f"FREQ=WEEKLY;BYDAY={OWN};COUNT=4")
    later = Span(START + DAY, START + DAY + HOUR)
    moved = replace(COPY, span=later, rule=f"FREQ=WEEKLY;BYDAY={NEXT};COUNT=4")
    assert edit_of(series, moved, INSTALL) == CopyEdit(span=later)
    left = replace(moved, rule=f"FREQ=WEEKLY;BYDAY={OWN};COUNT=4")
    assert edit_of(series, left, INSTALL) == CopyEdit(span=later)


def test_what_is_done_to_all_that_follow_comes_last_and_is_told_apart() -> None:
    onwards = ObservedInstance(SECOND, MOVED, "Soccer", from_then_on=True)
    later = ObservedInstance(START + 21 * DAY)
    one, other = instance_edits(WEEKLY, [onwards, later], ())
    assert (one.original, one.from_then_on) == (later.original, False)
    assert other == InstanceEdit(SECOND, CopyEdit(span=MOVED), from_then_on=True)
    assert other.name != replace(other, from_then_on=False).name
