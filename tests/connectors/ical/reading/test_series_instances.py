"""Instances of a series of ours that its owner changed, as calendars keep them."""

import json

import pytest

from connectors.ical.reading.own_events import observe, observe_marked
from connectors.sandbox.frames import observations_of, observed_row
from engine.model.booking import ObservedInstance
from engine.time.instant import parse_instant
from engine.time.span import Span

MASTER = """BEGIN:VEVENT
UID:a
DTSTART{zone}:20260111T140000{z}
DTEND{zone}:20260111T150000{z}
DTSTAMP:20260108T100000Z
RRULE:FREQ=DAILY;COUNT=5
SUMMARY:Choir
X-GATHERLY-INSTALL:here
X-GATHERLY-SESSION:event/e
X-GATHERLY-EPOCH:0
{more}END:VEVENT
"""
OTHER = "BEGIN:VEVENT\nUID:a\nDTSTAMP:20260108T100000Z\n{}\nEND:VEVENT\n"
SECOND, THIRD = (parse_instant(f"2026-01-{day}T14:00:00Z") for day in (12, 13))
MOVED = Span(parse_instant("2026-01-12T16:00:00Z"), parse_instant("2026-01-12T17:00:00Z"))
OVERRIDE = OTHER.format(
    "RECURRENCE-ID:20260112T140000Z\nDTSTART:20260112T160000Z\nDTEND:20260112T170000Z\nSUMMARY:Choir"
)


def calendar(*parts: str, more: str = "", zone: str = "", z: str = "Z") -> bytes:
    events = "".join(parts).replace("MASTER", MASTER.format(more=more, zone=zone, z=z))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{events}END:VCALENDAR\n".replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("raw", "instances"),
    [
        (calendar("MASTER"), ()),
        (calendar("MASTER", OVERRIDE), (ObservedInstance(SECOND, MOVED, "Choir"),)),
        (calendar(OVERRIDE, "MASTER"), (ObservedInstance(SECOND, MOVED, "Choir"),)),
        (calendar("MASTER", more="EXDATE:20260112T140000Z\n"), (ObservedInstance(SECOND),)),
        (
            calendar("MASTER", more="EXDATE:20260112T140000Z,20260113T140000Z\n"),
            (ObservedInstance(SECOND), ObservedInstance(THIRD)),
        ),
        (
            calendar(
                "MASTER", OVERRIDE.replace("SUMMARY", "STATUS:CANCELLED\nSUMMARY"),
                more="EXDATE:20260113T140000Z\n",
            ),
            (ObservedInstance(SECOND, None, "Choir"), ObservedInstance(THIRD)),
        ),
        (calendar("MASTER", OVERRIDE, more="EXDATE:20260112T140000Z\n"),
         (ObservedInstance(SECOND, MOVED, "Choir"),)),
        (
            calendar("MASTER", more="EXDATE;TZID=Europe/Berlin:20260112T140000\n",
                     zone=";TZID=Europe/Berlin", z=""),
            (ObservedInstance(parse_instant("2026-01-12T13:00:00Z")),),
        ),
        (calendar("MASTER", OVERRIDE.replace("ID:2026", "ID;RANGE=THISANDFUTURE:2026")),
         (ObservedInstance(SECOND, MOVED, "Choir", from_then_on=True),)),
        (calendar("MASTER", OVERRIDE.replace("20260112T16", "nothing")), ()),
    ],
)  # fmt: skip
def test_a_series_is_read_with_its_instances_that_differ(
    raw: bytes, instances: tuple[ObservedInstance, ...]
) -> None:
    for found in (observe(raw, "1", "UTC", ()), *observe_marked(raw, "UTC", ())):
        assert found is not None
        assert found.title == "Choir"
        assert found.mark is not None
        assert found.instances == instances


def test_one_instance_by_itself_is_an_event_without_instances() -> None:
    found = observe(calendar(OVERRIDE), "1", "UTC", ())
    assert found is not None
    assert (found.span, found.instances) == (MOVED, ())


RULE = "RRULE:FREQ=DAILY;COUNT=5"


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        (RULE, "FREQ=DAILY;COUNT=5"),
        (f"{RULE}\n{RULE}", "FREQ=DAILY;COUNT=5"),
        ("RRULE:FREQ=DAILY;UNTIL=20260113T140000Z", "FREQ=DAILY;UNTIL=20260113T140000Z"),
        ("COMMENT:alone", ""),
        ("RRULE:", ""),
        (f"{RULE}\nRRULE:FREQ=WEEKLY", None),
        (f"{RULE}\nRDATE:20260301T140000Z", None),
        ("RDATE:20260301T140000Z", None),
    ],
)
def test_the_rule_is_told_where_there_is_one(written: str, rule: str | None) -> None:
    raw = calendar("MASTER").replace(RULE.encode(), written.replace("\n", "\r\n").encode())
    found = observe(raw, "1", "UTC", ())
    assert found is not None
    assert found.rule == rule


def test_what_is_read_in_a_child_is_the_same() -> None:
    raw = calendar("MASTER", OVERRIDE.replace("ID:2026", "ID;RANGE=THISANDFUTURE:2026"))
    found = observe(raw, "1", "UTC", ())
    assert observations_of(json.dumps([observed_row(found)]).encode()) == [found]
