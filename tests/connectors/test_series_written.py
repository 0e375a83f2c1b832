"""A series as it is written: the same instances to independent readers, to ours, and to Google's stand-in."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from connectors.gcal.recurrence import series_of
from connectors.gcal.translate import body_of
from connectors.ical.text.compose import compose
from engine.ids import EventId, InstallId, SessionId
from engine.model.booking import EventDraft, Mark, Person
from engine.recurrence.instances import instances
from engine.time.span import DAY, HOUR, Span
from tests.standins.google.times import instances as instances_at_google

ZONE = ZoneInfo("America/New_York")
WEEK = 7 * DAY


def at(day: int, hour: int, month: int = 10) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=ZONE).timestamp())


FIRST = at(20, 10)
DRAFT = EventDraft(
    event_id=EventId("one@install"),
    mark=Mark(install=InstallId("install"), session=SessionId("s1"), epoch=1),
    span=Span(FIRST, FIRST + HOUR),
    title="Sync",
    stamp=FIRST,
    zone=ZONE.key,
    organizer=Person(name="Alice", email="alice@example.com"),
    recurrence="FREQ=WEEKLY;COUNT=5",
    removed=(at(10, 10, 11),),
    moved=((at(27, 10), at(27, 12)),),
    lasts=at(17, 11, 11),
)
STANDS = [at(20, 10), at(27, 12), at(3, 10, 11), at(17, 10, 11)]
"""The second moved to noon, the fourth left out; New York's clocks go back on 1 November."""
WINDOW = Span(FIRST - DAY, FIRST + 10 * WEEK)


def test_a_written_series_reads_back_the_same() -> None:
    read = Calendar.from_ical(compose(DRAFT))
    found = recurring_ical_events.of(read).between(
        datetime.fromtimestamp(WINDOW.start, UTC), datetime.fromtimestamp(WINDOW.end, UTC)
    )
    assert sorted(int(one["DTSTART"].dt.timestamp()) for one in found) == STANDS
    assert {int(one["DTEND"].dt.timestamp() - one["DTSTART"].dt.timestamp()) for one in found} == {HOUR}


def test_google_is_given_the_same_instances() -> None:
    body = body_of(DRAFT)
    until = datetime.fromtimestamp(WINDOW.end, UTC)
    found = [
        int(datetime.fromisoformat(one["start"]["dateTime"]).timestamp())
        for one in instances_at_google(body, ZONE.key, until)
    ]
    assert sorted(found) == STANDS
    ours = instances(series_of(body, (), ZONE.key).series, WINDOW)
    assert sorted(span.start for span in ours) == STANDS


def test_the_first_may_move_or_be_left_out() -> None:
    for removed, moved, stands in (
        ((FIRST,), (), [FIRST + WEEK, at(3, 10, 11)]),
        ((), ((FIRST, FIRST + 2 * HOUR),), [FIRST + 2 * HOUR, FIRST + WEEK, at(3, 10, 11)]),
    ):
        draft = replace(DRAFT, recurrence="FREQ=WEEKLY;COUNT=3", removed=removed, moved=moved)
        found = recurring_ical_events.of(Calendar.from_ical(compose(draft))).between(
            datetime.fromtimestamp(WINDOW.start, UTC), datetime.fromtimestamp(WINDOW.end, UTC)
        )
        assert sorted(int(one["DTSTART"].dt.timestamp()) for one in found) == stands
