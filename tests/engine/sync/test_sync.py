"""Sync: what one read changes, and what it may never change."""

from collections.abc import Collection, Iterable
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.ids import CalendarKey, ConnectorName, EventUid, Href, RemoteCalendarId, UserId
from engine.model.calendar import Calendar, CalendarState, Quarantined
from engine.model.calendar_object import (
    Changes,
    Digest,
    Interpretation,
    Occurrence,
    RawObject,
    SyncPlan,
    Unread,
)
from engine.sync.coverage import outgrown, uncovered
from engine.sync.difference import Difference, difference
from engine.sync.plan import extend, plan
from engine.sync.reading import Reading, reading
from engine.time.span import DAY, HOUR, Span

NOW = 1_800_000_000
HORIZON = 60 * DAY
KEY = CalendarKey(ConnectorName("alice"), RemoteCalendarId("."))
CALENDAR = Calendar(key=KEY, user_id=UserId("alice"), name="Alice")


def item(name: str, content: str = "1", uid: str | None = None) -> RawObject:
    return RawObject(
        href=Href(name), uid=EventUid(uid or name), etag=content, content_hash=content, raw=content.encode()
    )


def digests(*items: RawObject) -> dict[Href, Digest]:
    return {one.href: Digest(one.uid, one.etag, one.content_hash) for one in items}


def each_day_an_hour(objects: Iterable[RawObject], window: Span, zone: str) -> Interpretation:
    """Read every object as a daily hour at noon UTC; `bad` content cannot be read, `odd` only in part."""
    found: list[Occurrence] = []
    bad = []
    for one in objects:
        if b"bad" in one.raw:
            bad.append(Quarantined(str(one.uid), "unreadable"))
            continue
        if b"odd" in one.raw:
            bad.append(Quarantined(str(one.uid), "a part is unreadable", counts=True))
        first = window.start - window.start % DAY + 12 * HOUR
        hours = (Span(at, at + HOUR) for at in range(first, window.end, DAY))
        found += [Occurrence(span=hour, uid=one.uid) for hour in hours if hour.overlaps(window)]
    return Interpretation(tuple(found), tuple(bad))


def compared(
    calendar: Calendar,
    stored: dict[Href, Digest],
    changes: Changes,
    *,
    now: int = NOW,
    lasting: Collection[Href] | None = None,
) -> Difference:
    return difference(
        calendar,
        stored,
        changes,
        now=now,
        horizon=HORIZON,
        owner_zone="UTC",
        is_ours=lambda uid: uid.endswith("@us"),
        lasting=lasting,
    )


def answered(asked: Reading) -> list[Interpretation]:
    return [each_day_an_hour(batch, asked.window, asked.zone) for batch in asked.batches]


def planned(calendar: Calendar, stored: dict[Href, Digest], changes: Changes, *, now: int = NOW) -> SyncPlan:
    found = compared(calendar, stored, changes, now=now)
    return plan(calendar, stored, changes, found, answered(found.to_interpret), now)


@pytest.mark.parametrize(
    ("over", "there", "left", "why"),
    [
        (1, 0, 0, None),
        (30, 0, 0, None),
        (30, 1, 1, None),
        (30, 3, 2, None),
        (30, 1, 0, "suddenly empty (it held 1 event)"),
        (1, 20, 1, "19 of 20 events"),
        (30, 20, 0, "suddenly empty (it held 20 events)"),
    ],
)
def test_what_was_over_before_a_window_began_is_not_missing_from_it(
    over: int, there: int, left: int, why: str | None
) -> None:
    past = [item(f"past-{number}") for number in range(over)]
    to_come = [item(f"to-come-{number}") for number in range(there)]
    changes = Changes(objects=tuple(to_come[:left]), whole=True)
    lasting = [one.href for one in to_come]
    found = compared(CALENDAR, digests(*past, *to_come), changes, lasting=lasting)
    assert (found.suspicion or "") == "" if why is None else why in str(found.suspicion)


def test_a_first_read_stores_everything_and_covers_the_horizon() -> None:
    plan = planned(CALENDAR, {}, Changes(objects=(item("a"), item("b")), whole=True, token="t1"))
    assert {one.href for one in plan.upserts} == {"a", "b"}
    assert plan.calendar.state is CalendarState.OK
    assert plan.calendar.token == "t1"
    assert plan.calendar.synced_at == NOW
    assert plan.calendar.covers is not None
    assert plan.calendar.covers.end >= NOW + HORIZON
    assert all(len(spans) >= 60 for spans in plan.busy.values())


def test_the_same_read_again_changes_nothing() -> None:
    changes = Changes(objects=(item("a"), item("b")), whole=True)
    assert planned(CALENDAR, digests(*changes.objects), changes).changed == 0


def test_only_what_differs_is_read_anew() -> None:
    plan = planned(
        CALENDAR, digests(item("a"), item("b")), Changes(objects=(item("a"), item("b", "2")), whole=True)
    )
    assert [one.href for one in plan.upserts] == ["b"]
    assert set(plan.busy) == {"b"}


def test_a_partial_read_deletes_only_what_it_names() -> None:
    stored = digests(item("a"), item("b"), item("c"))
    plan = planned(CALENDAR, stored, Changes(gone=(Href("b"), Href("unheard-of")), whole=False))
    assert plan.deletes == ("b",)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [(1, 0, "suddenly empty"), (20, 0, "suddenly empty"), (20, 1, "19 of 20 events")],
)
def test_a_sudden_loss_is_held_back_and_the_last_good_state_stays(
    before: int, after: int, words: str
) -> None:
    everything = [item(f"e{number}") for number in range(before)]
    changes = Changes(objects=tuple(everything[:after]), whole=True, token="new")
    ok = replace(CALENDAR, state=CalendarState.OK, token="old", synced_at=NOW - HOUR)
    plan = planned(ok, digests(*everything), changes)
    assert plan.changed == 0
    assert plan.calendar.state is CalendarState.DEGRADED
    assert plan.calendar.suspicion is not None
    assert words in plan.calendar.suspicion
    assert plan.calendar.token == "old"
    assert plan.calendar.synced_at == NOW - HOUR


def test_a_loss_of_nine_in_ten_is_believed() -> None:
    everything = [item(f"e{number}") for number in range(10)]
    plan = planned(CALENDAR, digests(*everything), Changes(objects=(everything[0],), whole=True))
    assert len(plan.deletes) == 9


def test_an_accepted_loss_is_taken_and_another_one_is_held_back_again() -> None:
    everything = [item(f"e{number}") for number in range(20)]
    changes = Changes(objects=(everything[0],), whole=True)
    held = planned(CALENDAR, digests(*everything), changes).calendar
    accepted = replace(held, accepted=held.suspect)
    assert len(planned(accepted, digests(*everything), changes).deletes) == 19
    assert planned(accepted, digests(*everything), Changes(whole=True)).changed == 0


def test_explicit_deletions_are_never_suspicious() -> None:
    everything = [item(f"e{number}") for number in range(20)]
    gone = tuple(one.href for one in everything)
    assert len(planned(CALENDAR, digests(*everything), Changes(gone=gone, whole=False)).deletes) == 20


def test_taking_back_our_own_event_is_not_suspicious() -> None:
    stored = digests(item("x.ics", uid="x@us"))
    assert planned(CALENDAR, stored, Changes(whole=True)).deletes == ("x.ics",)


def test_an_object_that_cannot_be_had_keeps_what_was_last_read_of_it_until_it_can() -> None:
    stored = digests(item("a", uid="uid-a"), item("b"), item("d"))
    unread = (Unread(Href("a"), "refused (403)"), Unread(Href("c"), "empty"))
    held = planned(CALENDAR, stored, Changes(objects=(item("d"),), unread=unread, whole=True))
    assert (held.deletes, held.busy, held.calendar.state) == (("b",), {}, CalendarState.OK)
    assert [(one.uid, one.reason) for one in held.calendar.quarantined] == [
        ("uid-a", "refused (403)"),
        ("c", "empty"),
    ]
    had = planned(held.calendar, stored, Changes(whole=False, unchanged=True))
    assert had.calendar.quarantined == ()


def test_a_bad_event_is_quarantined_and_its_neighbours_count() -> None:
    plan = planned(CALENDAR, {}, Changes(objects=(item("a"), item("b", "bad")), whole=True))
    assert [bad.uid for bad in plan.calendar.quarantined] == ["b"]
    assert plan.busy[Href("a")]
    mended = planned(
        plan.calendar, digests(item("a"), item("b", "bad")), Changes(objects=(item("b", "2"),), whole=False)
    )
    assert mended.calendar.quarantined == ()


def test_an_event_that_can_no_longer_be_read_keeps_its_last_good_busy_times() -> None:
    before = planned(CALENDAR, {}, Changes(objects=(item("a"), item("b")), whole=True))
    changes = Changes(objects=(item("a", "bad"), item("b", "2")), whole=True)
    after = planned(before.calendar, digests(item("a"), item("b")), changes)
    assert set(after.busy) == {Href("b")}
    assert [entry.uid for entry in after.calendar.quarantined] == ["a"]
    again = planned(
        after.calendar, digests(*changes.objects), Changes(objects=(item("a"), item("b", "2")), whole=True)
    )
    assert again.busy[Href("a")]
    assert again.calendar.quarantined == ()


def test_an_event_of_which_a_part_cannot_be_read_counts_as_it_is_now_and_is_told() -> None:
    before = planned(CALENDAR, {}, Changes(objects=(item("a"),), whole=True))
    changes = Changes(objects=(item("a", "odd"),), whole=True)
    after = planned(before.calendar, digests(item("a")), changes)
    assert after.busy[Href("a")]
    assert [entry.uid for entry in after.calendar.quarantined] == ["a"]


def test_two_files_with_one_uid_keep_their_spans_apart() -> None:
    twins = (item("a.ics", "1", "same"), item("b.ics", "2", "same"))
    plan = planned(CALENDAR, {}, Changes(objects=twins, whole=True))
    assert plan.busy[Href("a.ics")]
    assert len(plan.busy[Href("a.ics")]) == len(plan.busy[Href("b.ics")])


@given(days=st.integers(1, 200))
def test_a_window_that_slides_covers_as_if_it_had_been_read_there(days: int) -> None:
    first = planned(CALENDAR, {}, Changes(objects=(item("a"),), whole=True))
    later = NOW + days * DAY
    assume(outgrown(first.calendar, later, HORIZON))
    asked = reading(first.calendar, [item("a")], uncovered(first.calendar, later, HORIZON), "UTC")
    grown = extend(first.calendar, asked, answered(asked), later, HORIZON)
    afresh = planned(CALENDAR, {}, Changes(objects=(item("a"),), whole=True), now=later)
    spans = {one.span for one in (*first.busy[Href("a")], *grown.more_busy)}
    assert grown.calendar.covers == afresh.calendar.covers
    assert {one.span for one in afresh.busy[Href("a")]} <= spans
    assert len(spans) == len(first.busy[Href("a")]) + len(grown.more_busy)


ZONE = RawObject(href=Href(" shared:z"), uid=EventUid(" shared:z"), etag=None, content_hash="z", raw=b"z")


def test_only_what_is_new_is_interpreted_and_each_of_it_once() -> None:
    stored = digests(item("a"), item("b"), item("gone"))
    changes = Changes(objects=(item("a"), item("b", "2"), item("c")), whole=True)
    asked = compared(CALENDAR, stored, changes).to_interpret
    assert [[one.href for one in batch] for batch in asked.batches] == [["b", "c"]]


def test_what_events_share_goes_with_each_batch_and_alone_asks_for_nothing() -> None:
    twins = (item("a.ics", uid="same"), item("b.ics", uid="same"))
    asked = compared(CALENDAR, {}, Changes(objects=(ZONE, *twins), whole=True)).to_interpret
    assert [[one.href for one in batch] for batch in asked.batches] == [
        [ZONE.href, "a.ics"],
        [ZONE.href, "b.ics"],
    ]
    alone = compared(CALENDAR, {}, Changes(objects=(ZONE,), whole=True))
    assert (alone.to_interpret.batches, alone.upserts) == ((), (ZONE,))


@pytest.mark.parametrize(
    ("calendar", "changes"),
    [
        (CALENDAR, Changes(whole=True)),
        (CALENDAR, Changes(objects=(item("e0", "new"),), whole=True)),
        (replace(CALENDAR, state=CalendarState.DEGRADED), Changes(whole=False, unchanged=True)),
        (CALENDAR, Changes(whole=False, unchanged=True)),
        (CALENDAR, Changes(gone=(Href("e1"),), whole=False)),
    ],
    ids=["emptied", "most gone", "doubted and unchanged", "unchanged", "one gone"],
)
def test_what_is_held_back_doubted_or_not_new_is_not_interpreted(
    calendar: Calendar, changes: Changes
) -> None:
    stored = digests(*(item(f"e{number}") for number in range(20)))
    assert compared(calendar, stored, changes).to_interpret.batches == ()
