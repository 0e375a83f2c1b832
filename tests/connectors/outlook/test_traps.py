"""What Microsoft documents and its users report: ids, marks, zones, versions, throttling, what is busy."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.outlook.connector import OutlookConnector
from connectors.outlook.ownership import LATE, MOST_LOOKED_UP
from connectors.outlook.pace import Pace
from engine.errors import (
    HeldBackError,
    SourceError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)
from engine.ids import ConnectorName, EventId, EventUid, Href, InstallId, RemoteCalendarId
from engine.model.calendar import BusyStatus
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Span
from tests.connectors.outlook.world import OutlookWorld, known_of, outlook_world
from tests.contracts.connector import INSTALL, WINDOW, ZONE, draft
from tests.standins.outlook.faults import Fault
from tests.standins.outlook.kindness import Kindness
from tests.standins.outlook.owner import Owner
from tests.standins.surroundings import OWNER

TEN, ELEVEN = "2026-10-20T10:00:00", "2026-10-20T11:00:00"
SPAN = Span(parse_instant(f"{TEN}Z"), parse_instant(f"{ELEVEN}Z"))


def spans(world: OutlookWorld) -> list[Span]:
    read = world.interpreted(world.everything())
    assert read.quarantined == ()
    return [one.span for one in read.occurrences]


@pytest.mark.parametrize(
    ("shows", "status"),
    [
        ("busy", BusyStatus.BUSY),
        ("tentative", BusyStatus.TENTATIVE),
        ("oof", BusyStatus.OUT_OF_OFFICE),
        ("workingElsewhere", BusyStatus.BUSY),
        ("unknown", BusyStatus.BUSY),
    ],
)
def test_what_takes_time_says_how(source: OutlookWorld, shows: str, status: BusyStatus) -> None:
    source.owner.put(TEN, ELEVEN, showAs=shows)
    (one,) = source.interpreted(source.everything()).occurrences
    assert one.status is status


@pytest.mark.parametrize(
    "fields",
    [
        {"showAs": "free"},
        {"isCancelled": True},
        {"responseStatus": {"response": "declined", "time": "2026-01-01T00:00:00Z"}},
        {
            "attendees": [
                {"emailAddress": {"address": OWNER.upper()}, "status": {"response": "declined"}},
                {"emailAddress": {"address": "else@example.com"}, "status": {"response": "accepted"}},
            ]
        },
    ],
)
def test_what_takes_no_time_leaves_its_owner_free(source: OutlookWorld, fields: dict[str, object]) -> None:
    source.owner.put(TEN, ELEVEN, **fields)
    assert spans(source) == []


def test_somebody_elses_no_leaves_nobody_free(source: OutlookWorld) -> None:
    guest = {"emailAddress": {"address": "else@example.com"}, "status": {"response": "declined"}}
    source.owner.put(TEN, ELEVEN, attendees=[guest])
    assert spans(source) == [SPAN]


def test_working_elsewhere_is_free_where_the_operator_says_so(tmp_path: Path) -> None:
    with outlook_world(tmp_path, working_elsewhere="free") as world:
        world.owner.put(TEN, ELEVEN, showAs="workingElsewhere")
        assert spans(world) == []


def test_what_is_marked_free_blocks_where_the_operator_says_so(tmp_path: Path) -> None:
    with outlook_world(tmp_path, transparent="busy") as world:
        world.owner.put(TEN, ELEVEN, showAs="free")
        assert spans(world) == [SPAN]


@pytest.mark.parametrize("zone", ["UTC", "W. Europe Standard Time", "Europe/Berlin", "Tokyo Standard Time"])
def test_whole_days_mean_the_owners_day_whatever_zone_they_are_in(source: OutlookWorld, zone: str) -> None:
    source.owner.put("2026-10-20T00:00:00", "2026-10-21T00:00:00", isAllDay=True, zone=zone)
    start = parse_instant("2026-10-19T22:00:00Z")
    assert spans(source) == [Span(start, start + DAY)]


def test_a_whole_day_that_the_clocks_change_on_is_longer(source: OutlookWorld) -> None:
    source.owner.put("2026-10-25T00:00:00", "2026-10-26T00:00:00", isAllDay=True)
    (span,) = spans(source)
    assert span.seconds == DAY + HOUR


@pytest.mark.parametrize(
    ("zone", "hour"), [("W. Europe Standard Time", 8), ("Europe/Berlin", 8), ("Tokyo Standard Time", 1)]
)
def test_times_come_in_utc_whatever_zone_they_were_made_in(
    source: OutlookWorld, zone: str, hour: int
) -> None:
    source.owner.put(TEN, ELEVEN, zone=zone)
    (span,) = spans(source)
    assert span.start == parse_instant(f"2026-10-20T{hour:02}:00:00Z")


def test_a_series_keeps_its_wall_clock_over_a_change_of_the_clocks(source: OutlookWorld) -> None:
    rule = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": "2026-10-24", "numberOfOccurrences": 2},
    }
    source.owner.put("2026-10-24T10:00:00", "2026-10-24T11:00:00", zone="Europe/Berlin", recurrence=rule)
    assert [one.start % DAY // HOUR for one in spans(source)] == [8, 9]


def test_a_server_that_tells_another_zone_than_was_preferred_is_read_by_what_it_tells() -> None:
    from connectors.outlook.times import span_of

    for zone, hour in (
        ("Pacific Standard Time", 17),
        ("America/Los_Angeles", 17),
        ("tzone://Microsoft/Custom", 8),
        ("UTC", 10),
    ):
        value = {"dateTime": "2026-10-20T10:00:00.0000000", "timeZone": zone}
        assert span_of({"start": value, "end": value}, ZONE).start % DAY == hour * HOUR


def test_a_time_beyond_the_calendar_is_one_that_cannot_be_read() -> None:
    from connectors.outlook.times import span_of

    value = {"dateTime": "9999-12-31T23:00:00-05:00", "timeZone": "UTC"}
    with pytest.raises(ValueError, match="beyond the calendar"):
        span_of({"start": value, "end": value}, ZONE)


def test_an_event_that_cannot_be_read_is_set_aside_and_its_neighbours_count(source: OutlookWorld) -> None:
    source.put("one", "20261020T100000Z", "One")
    broken = source.everything().objects[0]
    odd = (b"{}", b"[]", b'{"event":{}}', b'{"event":{"start":3,"end":4}}', b"null", b"\xff", b'{"busy":3}')
    objects = [
        replace(broken, uid=EventUid(f"odd-{n}"), href=Href(f"odd-{n}"), raw=raw) for n, raw in enumerate(odd)
    ]
    read = source.connector.interpret([broken, *objects], WINDOW, ZONE)
    assert len(read.occurrences) == 1
    assert len(read.quarantined) == len(odd)


def test_every_request_prefers_immutable_ids(source: OutlookWorld) -> None:
    source.put("one", "20261020T100000Z", "One")
    source.connector.write(source.calendar, draft())
    source.everything()
    source.connector.calendars()
    source.connector.marked(source.calendar, INSTALL)
    source.connector.withdraw(source.calendar, draft().event_id)
    assert source.outlook.violations == []


def test_a_copy_that_its_owner_moved_to_another_calendar_is_found_and_withdrawn(source: OutlookWorld) -> None:
    written = source.connector.write(source.calendar, draft())
    other = source.outlook.calendar(OWNER, "Projects")
    name = next(iter(source.owner.stored.events))
    source.owner.carry(name, other)
    found = source.connector.read(source.calendar, written.event_id)
    assert found is not None
    assert found.live
    source.connector.withdraw(source.calendar, written.event_id)
    assert other.events == {}


def test_copies_are_found_by_their_mark_without_store_or_memory(source: OutlookWorld) -> None:
    source.connector.write(source.calendar, draft())
    anew = OutlookConnector(source.connector._options, source.connector._context)
    assert [one.event_id for one in anew.marked(source.calendar, None)] == [draft().event_id]
    anew.withdraw(source.calendar, draft().event_id)
    anew.close()
    assert source.owner.stored.events == {}


def test_a_filter_that_sees_the_whole_mailbox_tells_each_calendar_its_own(source: OutlookWorld) -> None:
    other = RemoteCalendarId(source.outlook.calendar(OWNER, "Projects").id)
    source.connector.write(source.calendar, draft("a@install-1"))
    source.connector.write(other, draft("b@install-1"))
    assert [one.event_id for one in source.connector.marked(source.calendar, INSTALL)] == ["a@install-1"]
    assert [one.event_id for one in source.connector.marked(other, INSTALL)] == ["b@install-1"]


def test_a_double_of_a_copy_is_withdrawn_with_it(source: OutlookWorld) -> None:
    source.connector.write(source.calendar, draft())
    (kept,) = source.owner.stored.events.values()
    double = {**kept.event, "id": "double"}
    source.owner.stored.events["double"] = replace(kept, event=double)
    anew = OutlookConnector(source.connector._options, source.connector._context)
    anew.withdraw(source.calendar, draft().event_id)
    anew.close()
    assert source.owner.stored.events == {}


def test_an_events_text_may_have_any_size(source: OutlookWorld) -> None:
    """Somebody's invitation with a megabyte of text stops no reading, and no withdrawing of a copy."""
    text = {"contentType": "text", "content": "x" * 1_500_000}
    source.connector.write(source.calendar, draft())
    (name,) = source.owner.stored.events
    source.owner.change(name, body=text)
    source.owner.put("2026-10-21T10:00:00", "2026-10-21T11:00:00", body=text)
    assert len(spans(source)) == 2
    assert source.connector.read(source.calendar, draft().event_id) is not None
    source.connector.withdraw(source.calendar, draft().event_id)
    assert name not in source.owner.stored.events


def test_a_change_of_what_its_owner_deleted_is_a_conflict_and_no_refusal(source: OutlookWorld) -> None:
    written = source.connector.write(source.calendar, draft())
    source.owner.delete(next(iter(source.owner.stored.events)))
    with pytest.raises(WriteConflictError, match="404"):
        source.connector.write(source.calendar, draft(), written.etag)


def test_copies_have_no_guests_and_nobody_is_mailed(source: OutlookWorld) -> None:
    source.connector.write(source.calendar, draft())
    assert source.outlook.state.mails == []


def test_a_repeat_makes_nothing_new_however_it_is_answered(tmp_path: Path) -> None:
    for again in (True, False):
        folder = tmp_path / str(again)
        folder.mkdir()
        kindness = Kindness(prompt_lists=True, steady_etags=True, answers_again=again)
        with outlook_world(folder, kindness=kindness) as world:
            first = world.connector.write(world.calendar, draft())
            assert world.connector.write(world.calendar, draft()) == first
            assert len(world.owner.stored.events) == 1


def test_after_a_deletion_a_new_epoch_writes_a_new_event(source: OutlookWorld) -> None:
    source.connector.write(source.calendar, draft("first@install-1"))
    source.connector.withdraw(source.calendar, EventId("first@install-1"))
    source.connector.write(source.calendar, draft("second@install-1"))
    assert len(source.owner.stored.events) == 1


def test_a_version_that_changed_by_itself_is_a_conflict_and_read_anew(tmp_path: Path) -> None:
    with outlook_world(tmp_path, kindness=Kindness(prompt_lists=True)) as world:
        written = world.connector.write(world.calendar, draft())
        with pytest.raises(WriteConflictError):
            world.connector.write(world.calendar, replace(draft(hours=1), sequence=1), written.etag)
        seen = world.connector.read(world.calendar, draft().event_id)
        assert seen is not None
        world.connector.write(world.calendar, replace(draft(hours=1), sequence=1), seen.etag)


@pytest.fixture
def lagging(tmp_path: Path) -> Iterator[OutlookWorld]:
    with outlook_world(tmp_path, kindness=Kindness(steady_etags=True)) as world:
        yield world


def test_a_copy_is_found_by_its_id_before_any_search_shows_it(lagging: OutlookWorld) -> None:
    lagging.connector.write(lagging.calendar, draft())
    assert lagging.connector.marked(lagging.calendar, INSTALL) == []
    assert lagging.connector.read(lagging.calendar, draft().event_id) is not None
    lagging.connector.withdraw(lagging.calendar, draft().event_id)
    assert lagging.owner.stored.events == {}


def test_a_repeat_that_no_search_explains_yet_is_ambiguous(lagging: OutlookWorld) -> None:
    lagging.outlook.faults.then("events.create", Fault.LOST_AFTER)
    for _ in range(2):
        with pytest.raises(WriteAmbiguousError):
            lagging.connector.write(lagging.calendar, draft())
    lagging.outlook.state.clock.advance(10)
    assert lagging.connector.write(lagging.calendar, draft()).event_id == draft().event_id
    assert len(lagging.owner.stored.events) == 1


def test_an_own_event_is_known_as_ours_though_no_search_shows_it_yet(lagging: OutlookWorld) -> None:
    lagging.everything()
    lagging.connector.write(lagging.calendar, draft())
    lagging.outlook.state.settings.list_lag = 0
    lagging.outlook.state.settings.kindness = replace(
        lagging.outlook.state.settings.kindness, prompt_lists=True
    )
    (one,) = lagging.interpreted(lagging.everything()).occurrences
    assert (one.ours, str(one.uid)) == (True, str(draft().event_id))


def test_many_new_events_cost_few_requests_and_ours_is_found_among_them(source: OutlookWorld) -> None:
    """What is not looked up at once is searched for when searches have caught up: by one request, once."""
    before = source.everything()
    source.outlook.state.settings.search_lag = 60
    source.connector.write(source.calendar, draft())
    (copy,) = source.owner.stored.events
    source.outlook.state.clock.advance(1)
    for number in range(MOST_LOOKED_UP + 10):
        source.owner.put(f"2026-11-{1 + number % 28:02}T10:00:00", f"2026-11-{1 + number % 28:02}T11:00:00")
    source.outlook.log.clear()
    first = source.later(before)
    assert len(first.objects) == MOST_LOOKED_UP + 11
    assert source.asked("events.get") == MOST_LOOKED_UP
    (mine,) = [one for one in first.objects if one.href == copy]
    assert str(mine.uid) != str(draft().event_id)
    source.clock.at += LATE
    source.outlook.state.clock.advance(LATE)
    second = source.later(first)
    assert [str(one.uid) for one in second.objects] == [str(draft().event_id)]
    assert source.interpreted(second).occurrences[0].ours
    source.outlook.log.clear()
    third = source.later(second, known_of(first) | known_of(second))
    assert (third.unchanged, [one.operation for one in source.outlook.log]) == (True, ["delta"])


def test_a_deletion_that_a_search_still_shows_is_a_deletion(lagging: OutlookWorld) -> None:
    lagging.connector.write(lagging.calendar, draft())
    lagging.outlook.state.clock.advance(10)
    lagging.connector.withdraw(lagging.calendar, draft().event_id)
    assert lagging.connector.read(lagging.calendar, draft().event_id) is None
    lagging.connector.withdraw(lagging.calendar, draft().event_id)


def test_after_a_429_on_a_write_nothing_is_written_before_its_time_and_reads_go_on(
    source: OutlookWorld,
) -> None:
    source.everything()
    source.outlook.faults.then("events.create", Fault.THROTTLED)
    with pytest.raises(SourceUnavailableError, match="throttled"):
        source.connector.write(source.calendar, draft())
    source.outlook.log.clear()
    with pytest.raises(HeldBackError):
        source.connector.write(source.calendar, draft())
    with pytest.raises(HeldBackError):
        source.connector.withdraw(source.calendar, draft().event_id)
    assert source.connector.writes_held() is not None
    assert source.connector.reads_held() is None
    assert source.outlook.log == []
    assert source.everything().whole
    source.clock.at += 61
    source.connector.write(source.calendar, draft())


def test_all_connectors_through_one_grant_take_turns_at_its_mailbox(source: OutlookWorld) -> None:
    """Those that read other people's free/busy through it among them; an app alone has one a mailbox."""
    source.everything()
    options, context = source.connector._options, source.connector._context
    schedule = replace(context, name=ConnectorName("work:carol"), owner_email="carol@example.com")
    assert Pace(options, context).turn() is Pace(options, schedule).turn()
    alone = [options.model_copy(update={"mailbox": f"{one}@corp.example"}) for one in ("ann", "bob")]
    first, second = (Pace(one, context).turn() for one in alone)
    assert first is not second


def test_a_pause_of_writes_outlives_the_process(source: OutlookWorld) -> None:
    source.outlook.faults.then("events.create", Fault.THROTTLED)
    with pytest.raises(SourceUnavailableError):
        source.connector.write(source.calendar, draft())
    anew = OutlookConnector(source.connector._options, source.connector._context)
    with pytest.raises(HeldBackError):
        anew.write(source.calendar, draft())
    anew.close()


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.UNAVAILABLE])
def test_a_read_that_is_throttled_waits_and_is_no_end_of_anything(source: OutlookWorld, fault: Fault) -> None:
    source.outlook.faults.then("delta", fault)
    with pytest.raises(SourceUnavailableError, match="throttled") as raised:
        source.everything()
    assert (raised.value.retry_after or 0) >= 7
    with pytest.raises(HeldBackError):
        source.everything()
    source.clock.at += 61
    assert source.everything().whole


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.FORBIDDEN, WriteRefusedError),
        (Fault.ERROR_BEFORE, WriteAmbiguousError),
        (Fault.ERROR_AFTER, WriteAmbiguousError),
        (Fault.TIMEOUT, WriteAmbiguousError),
        (Fault.UNAVAILABLE, WriteAmbiguousError),
        (Fault.LOST_BEFORE, WriteAmbiguousError),
        (Fault.TRUNCATED, WriteAmbiguousError),
        (Fault.HTML, WriteAmbiguousError),
    ],
)
def test_what_an_answer_to_a_write_means(source: OutlookWorld, fault: Fault, kind: type[SourceError]) -> None:
    source.outlook.faults.then("events.create", fault)
    with pytest.raises(kind):
        source.connector.write(source.calendar, draft())


def test_calendars_are_named_by_id_or_name_and_two_of_one_name_by_id_alone(source: OutlookWorld) -> None:
    first = source.outlook.calendar(OWNER, "Projects")
    Owner(source.outlook, first).put(TEN, ELEVEN)
    by_name = source.connector.changes(RemoteCalendarId("Projects"), None, {})
    by_id = source.connector.changes(RemoteCalendarId(first.id), None, {})
    assert known_of(by_name) == known_of(by_id) != {}
    source.outlook.calendar(OWNER, "Twice")
    source.outlook.calendar(OWNER, "Twice")
    with pytest.raises(SourceUnavailableError, match="2 calendars are called Twice"):
        source.connector.changes(RemoteCalendarId("Twice"), None, {})
    with pytest.raises(SourceUnavailableError, match="no calendar Nowhere"):
        source.connector.changes(RemoteCalendarId("Nowhere"), None, {})


def test_a_shared_calendar_is_written_and_found_again_in_its_owners_mailbox(source: OutlookWorld) -> None:
    theirs = source.outlook.account("carol@example.com")
    del source.outlook.state.calendars[theirs.id]
    theirs.id = "AAMkAGI2" * 12
    source.outlook.state.calendars[theirs.id] = theirs
    theirs.shared[OWNER] = "write"
    place = RemoteCalendarId(theirs.id)
    written = source.connector.write(place, draft())
    anew = OutlookConnector(source.connector._options, source.connector._context)
    found = anew.read(place, written.event_id)
    assert found is not None
    assert [one.event_id for one in anew.marked(place, INSTALL)] == [written.event_id]
    anew.withdraw(place, written.event_id)
    assert theirs.events == {}
    anew.close()


def test_many_calendars_are_listed_to_the_last_page(source: OutlookWorld) -> None:
    for number in range(230):
        source.outlook.calendar(OWNER, f"Number {number}")
    assert len(source.connector.calendars()) == 231


def test_check_calendars_and_reading_send_only_reading_requests(source: OutlookWorld) -> None:
    source.connector.probe()
    source.connector.calendars()
    source.everything()
    source.connector.marked(source.calendar, None)
    source.connector.read(source.calendar, draft().event_id)
    assert {one.verb for one in source.outlook.log if one.operation not in ("token", "getSchedule")} == {
        "GET"
    }


def test_check_says_what_is_wrong(source: OutlookWorld) -> None:
    context = replace(source.connector._context, read=(RemoteCalendarId("Nowhere"),))
    anew = OutlookConnector(source.connector._options, context)
    (problem,) = anew.probe().problems
    assert problem.startswith("the account has no calendar Nowhere")
    anew.close()


def test_no_secret_and_no_title_is_told_in_an_error(source: OutlookWorld) -> None:
    source.owner.put(TEN, ELEVEN, subject="Canary of a title")
    grant = source.keeper.grant()
    said = []
    for fault in (Fault.FORBIDDEN, Fault.ERROR_BEFORE, Fault.HTML, Fault.TRUNCATED, Fault.NO_MAILBOX):
        source.outlook.faults.then("delta", fault)
        with pytest.raises(SourceError) as raised:
            source.everything()
        said.append(str(raised.value))
    for one in source.outlook.state.refreshes.values():
        one.dead = "revoked"
    source.outlook.expire_access_tokens()
    with pytest.raises(SourceError) as raised:
        source.everything()
    words = json.dumps([*said, str(raised.value), repr(source.connector._context), repr(grant)])
    tokens = [*source.outlook.state.refreshes, *source.outlook.state.accesses, "Canary"]
    assert not [one for one in tokens if one in words]


def test_four_requests_at_once_and_no_more(source: OutlookWorld) -> None:
    from concurrent.futures import ThreadPoolExecutor

    source.everything()
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: source.connector.marked(source.calendar, INSTALL), range(24)))
    assert source.outlook.most_at_once <= 4


def test_another_installations_mark_is_no_reason_to_touch_an_event(source: OutlookWorld) -> None:
    there = InstallId("install-2")
    source.connector.write(source.calendar, draft("x@install-2", install=there))
    assert source.connector.marked(source.calendar, INSTALL) == []


def test_fifty_idle_calendars_cost_one_request_each(source: OutlookWorld) -> None:
    calendars = [RemoteCalendarId(source.outlook.calendar(OWNER, f"C{number}").id) for number in range(50)]
    tokens = {one: source.connector.changes(one, None, {}).token for one in calendars}
    source.outlook.log.clear()
    for one in calendars:
        assert source.connector.changes(one, tokens[one], {}).unchanged
    assert [one.operation for one in source.outlook.log] == ["delta"] * 50


@pytest.mark.long
def test_a_thousand_idle_calendars_cost_one_request_each(source: OutlookWorld) -> None:
    calendars = [RemoteCalendarId(source.outlook.calendar(OWNER, f"C{number}").id) for number in range(1000)]
    tokens = {}
    for one in calendars:
        tokens[one] = source.connector.changes(one, None, {}).token
        source.clock.at += 1
        source.outlook.state.clock.advance(1)
    source.outlook.log.clear()
    for one in calendars:
        assert source.connector.changes(one, tokens[one], {}).unchanged
        source.clock.at += 1
        source.outlook.state.clock.advance(1)
    assert [one.operation for one in source.outlook.log if one.operation != "token"] == ["delta"] * 1000
