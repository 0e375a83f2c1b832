"""Series written into Outlook: the rule as a pattern, instances one by one, and what breaks off between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from connectors.outlook.patterns import can_say, pattern_of, recurrence_of
from engine.errors import SourceError, WriteConflictError, WriteRefusedError
from engine.ids import EventId, InstallId, SessionId
from engine.model.booking import EventDraft, Mark, Person
from engine.recurrence.rrule import parse_rule
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Span
from tests.connectors.outlook.world import OutlookWorld, known_of, outlook_world
from tests.standins.outlook.faults import Fault
from tests.standins.outlook.keeping import occurrences
from tests.standins.outlook.times import check_recurrence, instant, starts
from tests.standins.surroundings import INSTALL

ZONE = ZoneInfo("America/New_York")
WEEK = 7 * DAY


def at(day: int, hour: int, month: int = 10) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=ZONE).timestamp())


FIRST = at(20, 10)
RULED = [at(20, 10), at(27, 10), at(3, 10, 11), at(10, 10, 11), at(17, 10, 11)]
"""New York's clocks go back on 1 November."""
DRAFT = EventDraft(
    event_id=EventId("one@install"),
    mark=Mark(install=InstallId(INSTALL), session=SessionId("s1"), epoch=1),
    span=Span(FIRST, FIRST + HOUR),
    title="Sync",
    stamp=FIRST,
    zone=ZONE.key,
    organizer=Person(name="Alice", email="alice@example.com"),
    recurrence="FREQ=WEEKLY;COUNT=5",
    lasts=RULED[-1] + HOUR,
)
CHANGED = replace(DRAFT, removed=(RULED[3],), moved=((RULED[1], at(27, 12)),))
STANDS = [RULED[0], at(27, 12), RULED[2], RULED[4]]


@pytest.fixture
def source(tmp_path: Path) -> Iterator[OutlookWorld]:
    with outlook_world(tmp_path) as world:
        yield world


def lies(world: OutlookWorld) -> list[int]:
    """Give when instances of the only series begin, as the server holds them."""
    (kept,) = (one for one in world.owner.stored.events.values() if one.event.get("recurrence"))
    return sorted(int(instant(one["start"])) for one, _, _ in occurrences(kept, 4e9))


@pytest.mark.parametrize("draft", [DRAFT, CHANGED], ids=["plain", "changed"])
def test_a_series_is_written_and_read_back_as_ours(source: OutlookWorld, draft: EventDraft) -> None:
    written = source.connector.write(source.calendar, draft)
    assert lies(source) == (RULED if draft is DRAFT else STANDS)
    found = source.connector.read(source.calendar, draft.event_id)
    assert found is not None
    assert (found.whole, found.span, found.mark, found.etag) == (True, draft.span, draft.mark, written.etag)
    changes = source.everything()
    read = source.connector.interpret(changes.objects, Span(FIRST - DAY, FIRST + 8 * WEEK), "UTC")
    assert [one.span.start for one in read.occurrences] == lies(source)
    assert {(str(one.uid), one.ours) for one in read.occurrences} == {(draft.event_id, True)}
    source.connector.withdraw(source.calendar, draft.event_id)
    assert source.owner.stored.events == {}


@pytest.mark.parametrize(
    "change",
    [
        {"removed": (RULED[0],)},
        {"removed": (RULED[0],), "moved": ((RULED[1], at(27, 8)),)},
        {"moved": ((RULED[0], FIRST + 2 * HOUR),)},
        {"recurrence": "FREQ=WEEKLY;UNTIL=20261110T150000Z", "removed": (RULED[1],)},
        {"recurrence": "FREQ=WEEKLY;UNTIL=20261110T145959Z", "moved": ((RULED[1], at(27, 9)),)},
        {"removed": tuple(RULED[1:])},
        {"own_removed": (RULED[2],), "own_moved": ((RULED[1], at(28, 10)),)},
        {"title": "Other words"},
    ],
    ids=lambda change: "+".join(change),
)
def test_a_written_series_is_brought_in_step(source: OutlookWorld, change: dict[str, Any]) -> None:
    first = source.connector.write(source.calendar, replace(DRAFT, moved=((RULED[2], at(3, 12, 11)),)))
    wanted = {start: start for start in RULED}
    if "20261110T150000Z" in change.get("recurrence", ""):
        wanted.pop(RULED[4])
    elif "UNTIL" in change.get("recurrence", ""):
        wanted.pop(RULED[4]), wanted.pop(RULED[3])
    for start in (*change.get("removed", ()), *change.get("own_removed", ())):
        wanted.pop(start)
    wanted |= dict((*change.get("moved", ()), *change.get("own_moved", ())))
    after = replace(DRAFT, sequence=1, **change)
    second = source.connector.write(source.calendar, after, first.etag)
    assert lies(source) == sorted(wanted.values())
    again = source.connector.write(source.calendar, replace(after, sequence=2), second.etag)
    assert lies(source) == sorted(wanted.values())
    with pytest.raises(WriteConflictError):
        source.connector.write(source.calendar, after, first.etag)
    assert again.etag != first.etag


def test_what_an_owner_deleted_there_is_never_brought_back_in_silence(source: OutlookWorld) -> None:
    first = source.connector.write(source.calendar, replace(DRAFT, removed=(RULED[1],)))
    moved = replace(DRAFT, sequence=1, moved=((RULED[1], at(27, 12)),))
    with pytest.raises(WriteRefusedError, match="brings none back"):
        source.connector.write(source.calendar, moved, first.etag)
    assert lies(source) == [RULED[0], *RULED[2:]]


OPERATIONS = ("events.create", "events.instances", "events.delete", "events.update")
FAULTS = (
    Fault.ERROR_BEFORE,
    Fault.ERROR_AFTER,
    Fault.LOST_BEFORE,
    Fault.LOST_AFTER,
    Fault.TRUNCATED,
    Fault.THROTTLED,
    Fault.TWICE,
)


@pytest.mark.long
@pytest.mark.upload
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("step", [1, 2])
def test_a_write_that_breaks_off_is_seen_to_be_unfinished_and_ended(
    tmp_path: Path, operation: str, step: int
) -> None:
    for fault in FAULTS:
        folder = tmp_path / fault
        folder.mkdir()
        with outlook_world(folder) as world:
            world.outlook.faults.then(operation, *[Fault.NONE] * (step - 1), fault)
            ended(world)
            assert lies(world) == STANDS, fault
            found = world.connector.read(world.calendar, CHANGED.event_id)
            assert found is not None, fault
            assert found.whole, fault


def ended(world: OutlookWorld) -> None:
    """Write as the daemon does: look before each further try."""
    try:
        world.connector.write(world.calendar, CHANGED)
    except SourceError:
        world.clock.at += 3600
        found = world.connector.read(world.calendar, CHANGED.event_id)
        if found is None:
            world.connector.write(world.calendar, CHANGED)
        elif not found.whole:
            world.connector.write(world.calendar, CHANGED, found.etag)


@pytest.mark.parametrize("refused", ["events.instances", "events.delete", "events.update"])
def test_what_is_refused_half_way_leaves_nothing(source: OutlookWorld, refused: str) -> None:
    source.outlook.faults.then(refused, Fault.FORBIDDEN)
    with pytest.raises(SourceError):
        source.connector.write(source.calendar, CHANGED)
    there = source.owner.stored.events
    found = None if not there else source.connector.read(source.calendar, CHANGED.event_id)
    assert found is None or not found.whole


def test_a_series_that_its_owner_changes_is_told_as_it_lies(source: OutlookWorld) -> None:
    source.connector.write(source.calendar, DRAFT)
    before = source.everything()
    (name,) = source.owner.stored.events
    source.owner.delete_instance(source.owner.instances(name)[2]["id"])
    later = source.later(before, known_of(before))
    known = {one.href: one for one in before.objects if one.href not in set(later.gone)}
    known |= {one.href: one for one in later.objects}
    read = source.connector.interpret(known.values(), Span(FIRST - DAY, FIRST + 8 * WEEK), "UTC")
    assert [one.span.start for one in read.occurrences] == [*RULED[:2], *RULED[3:]]
    assert {one.ours for one in read.occurrences} == {True}


RULES = (
    *("FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;BYDAY=MO,WE,FR", "FREQ=WEEKLY"),
    *("FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "FREQ=WEEKLY;INTERVAL=3"),
    *("FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=20", "FREQ=MONTHLY;BYDAY=3TU", "FREQ=MONTHLY;INTERVAL=2"),
    *("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=3", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=YEARLY"),
    *("FREQ=YEARLY;BYMONTH=10;BYDAY=3TU", "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=20"),
)
STARTS = {
    "FREQ=DAILY;BYDAY=MO,WE,FR": date(2026, 10, 21),
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1": date(2026, 10, 30),
}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("end", [";COUNT=7", ";UNTIL=20271020T140000Z", ""])
def test_a_pattern_makes_the_days_of_its_rule(rule: str, end: str) -> None:
    first = datetime.combine(STARTS.get(rule, date(2026, 10, 20)), datetime.min.time()).replace(hour=10)
    begins = int(first.replace(tzinfo=ZONE).timestamp())
    draft = replace(DRAFT, span=Span(begins, begins + HOUR), recurrence=rule + end)
    told = recurrence_of(draft)
    check_recurrence(told.body)
    assert can_say(rule + end)
    until = first + timedelta(days=400)
    made = list(starts({"recurrence": told.body, "start": told.start}, until.timestamp()))
    meant = rrulestr(rule + end.replace("Z", ""), dtstart=first)
    ruled = meant.between(first, until, inc=True)
    assert [one for one in made if one < until] == [one for one in ruled if one < until]
    assert made[0] == first


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        *("FREQ=MONTHLY;BYDAY=5MO", "FREQ=MONTHLY;BYDAY=1MO,3MO", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1"),
        *("FREQ=YEARLY;BYDAY=20MO", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=WEEKLY;BYMONTH=1"),
        *("FREQ=DAILY;INTERVAL=2;BYDAY=MO", "FREQ=HOURLY", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR"),
    ],
)
def test_what_no_pattern_says_is_refused_before_anything_is_written(rule: str) -> None:
    assert not can_say(rule)
    with pytest.raises(WriteRefusedError, match="no way to say"):
        recurrence_of(replace(DRAFT, recurrence=rule))


@pytest.mark.parametrize("by", [-1800, 0, 1800])
def test_a_series_that_would_begin_in_a_repeated_hour_is_refused(by: int) -> None:
    start = parse_instant("2026-10-25T01:00:00Z") + by
    draft = replace(
        DRAFT, zone="Europe/Berlin", recurrence="FREQ=WEEKLY;COUNT=3", span=Span(start, start + HOUR)
    )
    with pytest.raises(WriteRefusedError, match="an hour that the clock repeats"):
        recurrence_of(draft)


def test_a_day_that_not_every_month_has_is_no_days_of_a_pattern() -> None:
    late = parse_rule("FREQ=MONTHLY", UTC)
    assert pattern_of(late, date(2026, 1, 28)) is not None
    assert pattern_of(late, date(2026, 1, 29)) is None
