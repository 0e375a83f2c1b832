"""What an owner did to a copy is told apart from what their provider merely writes otherwise."""

from dataclasses import replace
from typing import Any

import pytest

from engine.booking.policy import OnMoved
from engine.family.copy_edits import CopyEdit, TakenBack, edit_of, taken_back
from engine.ids import CalendarKey, ConnectorName, EventId, InstallId, RemoteCalendarId, UserId
from engine.model.booking import Mark, Observed, native_session, tombstone
from engine.model.event import CalendarEvent
from engine.time.instant import parse_instant
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
    ],
)
def test_the_policy_decides_what_becomes_of_the_event(
    edit: CopyEdit, policy: OnMoved, done: TakenBack | None
) -> None:
    assert taken_back(edit, policy) == done
