"""A calendar cut into objects: one a UID, however its lines are folded, and a hash that no fetch renews."""

import pytest

from connectors.ical.text.body import whole_calendar
from connectors.ical.text.objects import content_hash, split
from engine.model.calendar_object import RawObject
from tests.connectors.ical.reading.busy_times import calendar, event

UID = "a-rather-long-name-of-an-event@example.com"
MASTER = event(f"UID:{UID}", "DTSTART:20261020T080000Z", "RRULE:FREQ=DAILY;COUNT=3")
MOVED = event(f"UID:{UID}", "RECURRENCE-ID:20261021T080000Z", "DTSTART:20261021T100000Z")
LINE = f"UID:{UID}"


def objects(*components: str) -> tuple[RawObject, ...]:
    return split(whole_calendar(calendar(*components), "the calendar"))


def folded(component: str, at: int, fold: str) -> str:
    return component.replace(LINE, LINE[:at] + fold + LINE[at:])


@pytest.mark.parametrize("fold", ["\r\n ", "\n ", "\r\n\t", "\n\t"])
@pytest.mark.parametrize("at", [1, 3, 4, 5, 20, len(LINE) - 1])
def test_a_folded_uid_is_the_same_uid(at: int, fold: str) -> None:
    (found,) = objects(MASTER, folded(MOVED, at, fold))
    assert found.uid == UID
    assert found.raw.count(b"BEGIN:VEVENT") == 2


def test_two_uids_that_differ_behind_a_fold_are_two_objects() -> None:
    other = folded(MOVED, 20, "\r\n ").replace("event@", "other@")
    assert [one.uid for one in objects(MASTER, other)] == [UID, UID.replace("event@", "other@")]


SPELLED = ["", ";X-A=b", ';X-A="a:b"', ';X-A="a;b:c";X-B=d', ';X-A="";X-B=":"', ';X-A=b"c', ';X-A="b']


@pytest.mark.parametrize("params", SPELLED)
@pytest.mark.parametrize("name", ["UID", "uid", "U\r\n ID"])
def test_a_uid_by_any_spelling(name: str, params: str) -> None:
    (found,) = objects(MASTER, MOVED.replace("UID:", f"{name}{params}:", 1))
    assert found.uid == UID


@pytest.mark.parametrize("params", SPELLED)
def test_a_zone_by_any_spelling(params: str) -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:Here\r\nEND:VTIMEZONE\r\n".replace("TZID:", f"TZID{params}:")
    shared, found = objects(zone, event(LINE, "DTSTART;TZID=Here:20261020T080000"))
    assert shared.shared
    assert shared.content_hash.encode() in found.raw


@pytest.mark.parametrize("value", ['a:"b"', 'a"b:c', "a;b:c", ":a"])
def test_a_uid_may_hold_what_separates(value: str) -> None:
    assert objects(event(f"UID:{value}", "DTSTART:20261020T080000Z"))[0].uid == value
    assert objects(event(f"UID;X-A=b:{value}", "DTSTART:20261020T080000Z"))[0].uid == value


STAMPED = event(LINE, "DTSTAMP:20260101T000000Z", "DTSTART:20261020T080000Z")
SAME = {
    "a later fetch": STAMPED.replace("DTSTAMP:2026", "DTSTAMP:2027"),
    "a folded stamp": STAMPED.replace("DTSTAMP:2026", "DTSTAMP:20\r\n 26"),
    "a stamp with a parameter": STAMPED.replace("DTSTAMP:", "DTSTAMP;X-A=b:"),
}
OTHER = {
    "another time": STAMPED.replace("20261020", "20261021"),
    "another title": STAMPED.replace("END:VEVENT", "SUMMARY:x\r\nEND:VEVENT"),
    "a stamp's namesake": STAMPED.replace("DTSTART:20261020", "DTSTART:20261022"),
}


@pytest.mark.parametrize("case", SAME)
def test_what_every_fetch_renews_is_no_change(case: str) -> None:
    assert content_hash(SAME[case].encode()) == content_hash(STAMPED.encode())
    assert len(objects(STAMPED, SAME[case])) == 1
    (found,) = objects(STAMPED, SAME[case])
    assert found.raw.count(b"BEGIN:VEVENT") == 1


@pytest.mark.parametrize("case", OTHER)
def test_what_an_owner_changed_is_one(case: str) -> None:
    assert content_hash(OTHER[case].encode()) != content_hash(STAMPED.encode())
    (found,) = objects(STAMPED, OTHER[case])
    assert found.raw.count(b"BEGIN:VEVENT") == 2


@pytest.mark.parametrize("name", ["UID", "TZID"])
def test_quotes_without_end_cost_no_more_than_their_length(name: str) -> None:
    def read(length: int) -> int:
        hostile = f"{name};X-A=" + '"a' * length
        zone = f"BEGIN:VTIMEZONE\r\n{hostile}\r\nEND:VTIMEZONE\r\n"
        return len(objects(zone, event(hostile, "DTSTART:20261020T080000Z")))

    assert read(50_001) == 1
