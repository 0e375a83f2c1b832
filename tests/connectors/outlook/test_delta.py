"""The traps of delta queries: windows, pages, tombstones, series told whole or bare, state that is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.outlook.changes import SyncToken, read_token
from engine.errors import SourceError, SourceIncompleteError
from engine.ids import RemoteCalendarId
from engine.model.calendar_object import Changes
from engine.time.span import DAY, HOUR
from tests.connectors.outlook.world import OutlookWorld, known_of, moved, outlook_world
from tests.standins.outlook.faults import Fault
from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.owner import daily

WAYS = {
    "in the field": Kindness(prompt_lists=True, steady_etags=True),
    "by the book": Kindness(
        prompt_lists=True, steady_etags=True, whole_occurrences=True, full_pages=True, shows_transactions=True
    ),
}
TEN, ELEVEN = "2026-10-20T10:00:00", "2026-10-20T11:00:00"


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OutlookWorld]:
    with outlook_world(tmp_path, kindness=request.param) as world:
        yield world


def starts(world: OutlookWorld, changes: Changes) -> list[str]:
    """Tell when what came is busy, by day and hour in UTC."""
    read = world.interpreted(changes)
    assert read.quarantined == ()
    return [f"{one.span.start // DAY - 20745}d{one.span.start % DAY // HOUR}" for one in read.occurrences]


def merged(before: Changes, after: Changes) -> Changes:
    """Give what is stored after both."""
    if after.whole:
        return after
    kept = {one.href: one for one in before.objects if one.href not in after.gone}
    kept |= {one.href: one for one in after.objects}
    return replace(after, objects=tuple(kept.values()))


def series(world: OutlookWorld, count: int = 4, **fields: object) -> str:
    made = world.owner.put(TEN, ELEVEN, subject="Daily", recurrence=daily(count, "2026-10-20"), **fields)
    return str(made["id"])


def test_a_series_makes_its_owner_busy_at_each_occurrence(source: OutlookWorld) -> None:
    series(source)
    read = source.everything()
    assert starts(source, read) == ["1d10", "2d10", "3d10", "4d10"]
    assert {one.title for one in source.interpreted(read).occurrences} == {"Daily"}


def test_occurrences_take_how_busy_they_are_from_their_series(source: OutlookWorld) -> None:
    name = series(source)
    before = source.everything()
    source.owner.change(name, showAs="free")
    assert starts(source, merged(before, source.later(before))) == []


@pytest.mark.parametrize("at", [0, 1, 3])
def test_a_deleted_occurrence_is_gone_however_it_is_told(source: OutlookWorld, at: int) -> None:
    name = series(source)
    before = source.everything()
    source.owner.delete_instance(source.owner.instances(name)[at]["id"])
    left = [one for number, one in enumerate(["1d10", "2d10", "3d10", "4d10"]) if number != at]
    assert starts(source, merged(before, source.later(before))) == left


def test_a_moved_occurrence_is_busy_where_it_was_moved_to(source: OutlookWorld) -> None:
    name = series(source)
    before = source.everything()
    second = source.owner.instances(name)[1]["id"]
    fields = moved("2026-10-21T15:00:00", "2026-10-21T16:00:00")
    source.outlook.events(source.owner.stored.owner).update(None, second, fields, None, "UTC")
    after = merged(before, source.later(before))
    assert starts(source, after) == ["1d10", "2d15", "3d10", "4d10"]
    assert starts(source, source.everything()) == ["1d10", "2d15", "3d10", "4d10"]


def test_a_series_that_becomes_shorter_loses_its_end(source: OutlookWorld) -> None:
    name = series(source)
    before = source.everything()
    source.owner.change(name, recurrence=daily(2, "2026-10-20"))
    assert starts(source, merged(before, source.later(before))) == ["1d10", "2d10"]


def test_a_deleted_series_takes_all_of_its_occurrences_with_it(source: OutlookWorld) -> None:
    name = series(source)
    source.put("other", "20261025T100000Z", "Other")
    before = source.everything()
    source.owner.delete(name)
    assert starts(source, merged(before, source.later(before))) == ["6d10"]


def test_an_event_that_begins_to_repeat_is_counted_once_a_day(source: OutlookWorld) -> None:
    made = source.owner.put(TEN, ELEVEN, subject="Alone")
    before = source.everything()
    source.owner.change(made["id"], recurrence=daily(3, "2026-10-20"), type="seriesMaster")
    assert starts(source, merged(before, source.later(before))) == ["1d10", "2d10", "3d10"]


def test_a_series_that_no_longer_repeats_is_one_event(source: OutlookWorld) -> None:
    name = series(source)
    before = source.everything()
    source.owner.change(name, recurrence=None, type="singleInstance")
    assert starts(source, merged(before, source.later(before))) == ["1d10"]


def test_a_new_window_differs_in_nothing_where_nothing_has_changed(source: OutlookWorld) -> None:
    name = series(source)
    source.put("one", "20261020T080000Z", "One")
    before = source.everything()
    source.owner.delete_instance(source.owner.instances(name)[2]["id"])
    after = merged(before, source.later(before))
    anew = source.everything()
    assert known_of(anew) == known_of(after)


def test_an_event_that_is_moved_out_of_the_window_is_gone_and_back_when_it_returns(
    source: OutlookWorld,
) -> None:
    made = source.owner.put(TEN, ELEVEN)
    before = source.everything()
    source.owner.move(made["id"], "2027-10-20T10:00:00", "2027-10-20T11:00:00")
    away = merged(before, source.later(before))
    assert starts(source, away) == []
    source.owner.move(made["id"], TEN, ELEVEN)
    assert starts(source, merged(away, source.later(away))) == ["1d10"]


def test_a_move_to_another_calendar_is_gone_here_and_new_there(source: OutlookWorld) -> None:
    there = source.outlook.calendar("dave@example.com", "Projects")
    made = source.owner.put(TEN, ELEVEN)
    before = source.everything()
    away = source.connector.changes(RemoteCalendarId(there.id), None, {})
    source.owner.carry(made["id"], there)
    assert source.later(before).gone == (made["id"],)
    assert len(source.connector.changes(RemoteCalendarId(there.id), away.token, {}).objects) == 1


def test_pages_are_followed_to_the_end_even_through_empty_ones(source: OutlookWorld) -> None:
    source.outlook.state.settings.page_limit = 2
    for hour in range(7):
        source.put(f"e{hour}", f"20261020T{hour + 8:02d}0000Z", f"Number {hour}")
    assert len(source.everything().objects) == 7
    assert source.asked("delta") >= 4


def test_an_error_in_the_middle_of_paging_leaves_nothing_half_read(source: OutlookWorld) -> None:
    source.outlook.state.settings.page_limit = 2
    for hour in range(7):
        source.put(f"e{hour}", f"20261020T{hour + 8:02d}0000Z", f"Number {hour}")
    source.outlook.faults.then("delta", Fault.NONE, Fault.NONE, Fault.ERROR_BEFORE)
    with pytest.raises(SourceError):
        source.everything()


LOST = ["410", "410 resyncRequired", "400 SyncStateNotFound", "400 resyncRequired", "404 syncStateNotFound"]


@pytest.mark.parametrize("how", LOST)
def test_lost_state_is_a_whole_read(source: OutlookWorld, how: str) -> None:
    source.put("one", "20261020T100000Z", "One")
    before = source.everything()
    source.put("two", "20261021T100000Z", "Two")
    source.outlook.forget_deltas(how)
    after = source.later(before)
    assert after.whole
    assert starts(source, after) == ["1d10", "2d10"]


def test_an_idle_calendar_costs_one_request(source: OutlookWorld) -> None:
    series(source)
    before = source.everything()
    source.outlook.log.clear()
    for _ in range(5):
        after = source.later(before)
        assert (after.unchanged, after.objects, after.gone) == (True, (), ())
        before = replace(after, objects=before.objects)
    assert [one.operation for one in source.outlook.log] == ["delta"] * 5


def test_the_window_is_begun_anew_once_a_day_each_calendar_at_an_hour_of_its_own(
    source: OutlookWorld,
) -> None:
    token = SyncToken(link="https://graph.microsoft.com/", since=source.clock.now())
    due = [
        next(
            hour
            for hour in range(60)
            if token.is_old(RemoteCalendarId(f"calendar-{number}"), token.since + hour * HOUR)
        )
        for number in range(200)
    ]
    assert min(due) >= 24
    assert max(due) <= 48
    assert max(due.count(hour) for hour in set(due)) < 30


def test_what_slides_into_the_horizon_is_read_with_the_next_window(source: OutlookWorld) -> None:
    source.owner.put("2027-01-10T10:00:00", "2027-01-10T11:00:00")
    before = source.everything()
    assert before.objects == ()
    source.clock.at += 60 * DAY
    source.outlook.state.clock.advance(60 * DAY)
    after = source.later(before)
    assert after.whole
    assert len(after.objects) == 1


def test_a_link_to_another_host_is_never_followed(source: OutlookWorld) -> None:
    before = source.everything()
    known = read_token(before.token)
    assert known is not None
    elsewhere = known.link.replace("127.0.0.1", "localhost")
    other = replace(known, link=elsewhere).text()
    source.outlook.log.clear()
    with pytest.raises(SourceIncompleteError, match="another host"):
        source.connector.changes(source.calendar, other, {})
    assert source.outlook.log == []


def test_what_is_no_token_of_ours_asks_for_a_whole_read(source: OutlookWorld) -> None:
    for text in ("", "{}", "[]", '{"v": 2}', '{"v": 1, "link": 3}', "not json", '{"v":1,"since":1,"x":2}'):
        assert source.connector.changes(source.calendar, text, {}).whole
