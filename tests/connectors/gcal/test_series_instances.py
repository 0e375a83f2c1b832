"""A series of ours at Google whose owner changes single instances: told with the series, and dropped."""

from dataclasses import replace

import pytest

from connectors.gcal.translate import removed_ids
from engine.ids import EventId
from engine.model.booking import EventDraft, Observed, ObservedInstance
from engine.model.calendar_object import Digest
from engine.time.span import DAY, HOUR, Span
from tests.connectors.gcal.world import GoogleWorld
from tests.contracts.connector import draft_for


def series(source: GoogleWorld, **more: object) -> EventDraft:
    return replace(draft_for(source), recurrence="FREQ=DAILY;COUNT=4", zone="UTC", **more)  # type: ignore[arg-type] # a draft's own


def instance(draft: EventDraft, number: int) -> dict[str, str]:
    """Name an instance as Google does."""
    at = draft.span.start + number * DAY
    (name,) = removed_ids(replace(draft, removed=(at,)))
    return {"calendarId": "primary", "eventId": name}


def change(source: GoogleWorld, draft: EventDraft) -> None:
    """Move the second, rename the third, delete the fourth."""
    second, third, fourth = (instance(draft, number) for number in (1, 2, 3))
    times = ("2026-10-30T09:00:00Z", "2026-10-30T10:00:00Z")
    moved = {name: {"dateTime": at} for name, at in zip(("start", "end"), times, strict=True)}
    source.owner.patch(second, {}, moved, None)
    source.owner.patch(third, {}, {"summary": "Final"}, None)
    source.owner.delete(fourth, {}, None)


def read(source: GoogleWorld, name: EventId) -> Observed:
    found = source.connector.read(source.calendar, name)
    assert found is not None
    return found


def test_instances_that_their_owner_changed_are_told_with_the_series(source: GoogleWorld) -> None:
    draft = series(source)
    source.connector.write(source.calendar, draft)
    assert read(source, draft.event_id).instances == ()
    change(source, draft)
    found = read(source, draft.event_id)
    starts = [draft.span.start + number * DAY for number in range(4)]
    told = {one.original: one for one in found.instances}
    assert set(told) == set(starts[1:])
    assert told[starts[1]].span is not None
    assert told[starts[1]].span != Span(starts[1], starts[1] + HOUR)
    assert told[starts[2]] == ObservedInstance(starts[2], Span(starts[2], starts[2] + HOUR), "Final")
    assert told[starts[3]] == ObservedInstance(starts[3])
    assert (found.title, found.span) == (draft.title, draft.span)


def test_a_series_that_is_written_anew_takes_the_instances_with_it_that_it_leaves_out(
    source: GoogleWorld,
) -> None:
    draft = series(source)
    written = source.connector.write(source.calendar, draft)
    change(source, draft)
    second = draft.span.start + DAY
    found = read(source, draft.event_id)
    source.connector.write(source.calendar, replace(draft, removed=(second,)), found.etag or written.etag)
    told = {one.original: one for one in read(source, draft.event_id).instances}
    assert told[second] == ObservedInstance(second)
    assert told[draft.span.start + 2 * DAY].title == "Final"


@pytest.mark.parametrize("all_day", [False, True])
def test_what_was_left_out_before_is_left_out_still(source: GoogleWorld, all_day: bool) -> None:
    start = draft_for(source).span.start // DAY * DAY
    draft = series(source, all_day=True, span=Span(start, start + DAY)) if all_day else series(source)
    source.connector.write(source.calendar, draft)
    source.owner.patch(instance(draft, 1), {}, {"summary": "Final"}, None)
    gone = replace(draft, removed=(draft.span.start + DAY,))
    source.connector.write(source.calendar, gone, read(source, draft.event_id).etag)
    (one,) = read(source, draft.event_id).instances
    assert one.span is None


def test_changed_instances_are_no_events_of_ours_by_themselves(source: GoogleWorld) -> None:
    draft = series(source)
    source.connector.write(source.calendar, draft)
    change(source, draft)
    listed = source.connector.marked(source.calendar, draft.mark.install)
    assert [one.event_id for one in listed] == [draft.event_id]
    assert [one.event_id for one in source.connector.marked(source.calendar, None)] == [draft.event_id]


def test_a_series_of_ours_is_listed_until_its_last_instance_is_over(source: GoogleWorld) -> None:
    draft = series(source)
    source.connector.write(source.calendar, draft)
    after_the_first = source.connector.marked(source.calendar, None, draft.span.end)
    assert [one.event_id for one in after_the_first] == [draft.event_id]
    assert source.connector.marked(source.calendar, None, draft.span.end + 365 * DAY) == []


@pytest.mark.parametrize("whole", [True, False], ids=["whole tombstones", "bare tombstones"])
def test_a_series_of_ours_stands_though_a_read_tells_of_nothing_but_instances(
    source: GoogleWorld, whole: bool
) -> None:
    source.google.state.settings.kindness.whole_tombstones = whole
    draft = series(source)
    source.connector.write(source.calendar, draft)
    before = source.everything()
    known = {one.href: Digest(one.uid, one.etag, one.content_hash) for one in before.objects}
    source.owner.delete(instance(draft, 3), {}, None)
    later = source.connector.changes(source.calendar, before.token, known)
    assert later.gone == ()
    window = Span(draft.span.start - DAY, draft.span.start + 9 * DAY)
    read = source.connector.interpret(later.objects, window, "UTC")
    assert [one.span.start for one in read.occurrences] == [
        draft.span.start + number * DAY for number in range(3)
    ]
    assert {one.ours for one in read.occurrences} == {True}
