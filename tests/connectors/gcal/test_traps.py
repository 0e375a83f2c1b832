"""The traps of Google's API, one named test each (GG1 to GG21)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.gcal.changes import WEEK, read_token
from connectors.gcal.refusals import WriteLimitError
from connectors.gcal.scopes import READ_SCOPES, WRITE_SCOPES
from engine.errors import (
    HeldBackError,
    SourceError,
    SourceExpiredError,
    SourceIncompleteError,
    SourceUnavailableError,
    WriteAmbiguousError,
    WriteConflictError,
    WriteRefusedError,
)
from engine.ids import EventId, Href, RemoteCalendarId
from engine.model.calendar_object import Changes, Digest, RawObject
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY, HOUR, Span
from tests.connectors.gcal.world import GoogleWorld, event, google_world
from tests.contracts.connector import WINDOW, draft_for
from tests.standins.google.faults import Fault
from tests.standins.google.oauth import DEATHS, TESTING_SECONDS
from tests.standins.surroundings import OWNER

ZONE = "Europe/Berlin"
LIST, INSERT = "calendar.events.list", "calendar.events.insert"
TEN, ELEVEN = "2026-10-20T10:00:00Z", "2026-10-20T11:00:00Z"
DAILY = {"start": {"dateTime": TEN, "timeZone": "UTC"}, "end": {"dateTime": ELEVEN, "timeZone": "UTC"}}


class Mirror:
    """What a store would keep: objects by href, and the token; applied as the engine applies them."""

    def __init__(self, world: GoogleWorld, calendar: RemoteCalendarId | None = None) -> None:
        self._world = world
        self._calendar = calendar or world.calendar
        self.objects: dict[Href, RawObject] = {}
        self.token: str | None = None

    def sync(self) -> Changes:
        known = {href: Digest(one.uid, one.etag, one.content_hash) for href, one in self.objects.items()}
        read = self._world.connector.changes(self._calendar, self.token, known)
        if read.whole:
            self.objects.clear()
        self.objects |= {one.href: one for one in read.objects}
        for href in read.gone:
            self.objects.pop(href, None)
        self.token = read.token
        return read

    def busy(self, window: Span = WINDOW) -> list[str]:
        read = self._world.connector.interpret(self.objects.values(), window, ZONE)
        assert read.quarantined == ()
        return [f"{one.span.start - parse_instant(TEN):+d}" for one in read.occurrences]


def asked(world: GoogleWorld, method: str = LIST) -> list[dict[str, str]]:
    return [one.query for one in world.google.log if one.method == method]


def test_gg1_requests_with_a_token_carry_nothing_that_forbids_it(source: GoogleWorld) -> None:
    source.google.state.settings.page_limit = 1
    mirror = Mirror(source)
    for hour in (10, 12):
        source.insert(**event(f"2026-10-20T{hour}:00:00Z", f"2026-10-20T{hour + 1}:00:00Z"))
    mirror.sync()
    source.insert(**event("2026-10-20T15:00:00Z", "2026-10-20T16:00:00Z"))
    mirror.sync()
    first = asked(source)[0]
    for query in asked(source)[1:]:
        rest = {name: value for name, value in query.items() if name not in ("pageToken", "syncToken")}
        assert rest == first
    assert len(mirror.objects) == 3


def test_gg1_a_run_that_ends_without_a_token_is_a_failed_run(source: GoogleWorld) -> None:
    source.google.faults.then(LIST, Fault.HTML)
    with pytest.raises(SourceIncompleteError):
        source.everything()


def test_gg2_an_event_slides_into_the_horizon_and_each_token_is_renewed_weekly(source: GoogleWorld) -> None:
    mirror = Mirror(source)
    source.insert(**event("2029-05-05T10:00:00Z", "2029-05-05T11:00:00Z"))
    mirror.sync()
    assert all("timeMax" not in query and "timeMin" not in query for query in asked(source))
    later = Span(parse_instant("2029-05-01T00:00:00Z"), parse_instant("2029-06-01T00:00:00Z"))
    assert len(mirror.busy(later)) == 1
    token = read_token(mirror.token)
    assert token is not None
    source.clock.at += WEEK + DAY
    source.google.state.clock.advance(WEEK + DAY)
    assert mirror.sync().whole
    renewed = read_token(mirror.token)
    assert renewed is not None
    assert renewed.since == source.clock.at


def test_gg3_a_calendar_that_shows_no_more_than_busy_is_asked_for_just_that(source: GoogleWorld) -> None:
    boss = source.google.account("boss@example.com")
    boss.acl[OWNER] = "freeBusyReader"
    source.google.api("boss@example.com").insert(
        {"calendarId": "primary"},
        {},
        {**DAILY, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"], "summary": "Secret"},
    )
    mirror = Mirror(source, RemoteCalendarId("boss@example.com"))
    mirror.sync()
    assert mirror.busy() == ["+0", "+86400", "+172800"]
    source.google.log.clear()
    assert mirror.sync().unchanged
    assert [one.method for one in source.google.log] == ["calendar.freebusy.query"]
    assert all(b"Secret" not in one.raw for one in mirror.objects.values())


def test_gg4_an_event_that_moves_out_of_the_window_leaves_nothing_behind(source: GoogleWorld) -> None:
    made = source.insert(**event(TEN, ELEVEN))
    mirror = Mirror(source)
    mirror.sync()
    assert mirror.busy() == ["+0"]
    path = {"calendarId": "primary", "eventId": made["id"]}
    source.owner.patch(path, {}, event("2027-10-20T10:00:00Z", "2027-10-20T11:00:00Z"), None)
    mirror.sync()
    assert mirror.busy() == []


def test_gg5_a_token_comes_only_with_all_that_it_stands_for(source: GoogleWorld) -> None:
    source.google.state.settings.page_limit = 1
    for hour in (10, 12):
        source.insert(**event(f"2026-10-20T{hour}:00:00Z", f"2026-10-20T{hour + 1}:00:00Z"))
    read = source.everything()
    assert read.token is not None
    assert len(read.objects) == 2


def test_gg6_410_means_a_whole_read_that_tells_what_went_in_the_gap(source: GoogleWorld) -> None:
    kept = source.insert(**event(TEN, ELEVEN))
    lost = source.insert(**event("2026-10-21T10:00:00Z", "2026-10-21T11:00:00Z"))
    mirror = Mirror(source)
    mirror.sync()
    source.owner.delete({"calendarId": "primary", "eventId": lost["id"]}, {}, None)
    source.google.expire_sync_tokens()
    assert mirror.sync().whole
    assert set(mirror.objects) == {kept["id"]}


def test_gg7_an_error_on_a_later_page_discards_the_run(source: GoogleWorld) -> None:
    source.google.state.settings.page_limit = 1
    for hour in (10, 12, 14):
        source.insert(**event(f"2026-10-20T{hour}:00:00Z", f"2026-10-20T{hour + 1}:00:00Z"))
    lost = (Fault.LOST_AFTER, Fault.LOST_AFTER)  # once only, it is asked again on another connection
    for faults in ((Fault.ERROR_BEFORE,), (Fault.TRUNCATED,), (Fault.HTML,), lost, (Fault.RATE,)):
        source.google.faults.then(LIST, Fault.NONE, *faults)
        with pytest.raises(SourceError):
            source.everything()
        source.clock.at += 60
    assert len(source.everything().objects) == 3


@pytest.mark.parametrize("whole", [False, True])
def test_gg8_a_tombstone_needs_no_more_than_its_id(source: GoogleWorld, whole: bool) -> None:
    source.google.state.settings.kindness.whole_tombstones = whole
    single = source.insert(**event("2026-10-25T10:00:00Z", "2026-10-25T11:00:00Z"))
    series = source.insert(**DAILY, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    mirror = Mirror(source)
    mirror.sync()
    assert mirror.busy() == ["+0", "+86400", "+172800", "+432000"]
    source.owner.delete({"calendarId": "primary", "eventId": single["id"]}, {}, None)
    instance = f"{series['id']}_20261021T100000Z"
    source.owner.delete({"calendarId": "primary", "eventId": instance}, {}, None)
    mirror.sync()
    assert mirror.busy() == ["+0", "+172800"]
    source.owner.delete({"calendarId": "primary", "eventId": series["id"]}, {}, None)
    mirror.sync()
    assert mirror.objects == {}


def test_gg9_the_newest_of_two_with_one_id_counts(source: GoogleWorld) -> None:
    mirror = Mirror(source)
    mirror.sync()
    made = source.insert(**event(TEN, ELEVEN, summary="old"))
    path = {"calendarId": "primary", "eventId": made["id"]}
    source.google.state.clock.advance(5)
    source.owner.patch(path, {}, {"summary": "new"}, None)
    mirror.sync()
    assert b'"new"' in mirror.objects[made["id"]].raw
    assert len(mirror.objects) == 1


@pytest.mark.parametrize("target_first", [True, False])
def test_gg10_a_move_between_calendars_ends_alike_in_either_order(
    source: GoogleWorld, target_first: bool
) -> None:
    made = source.insert(**event(TEN, ELEVEN))
    other = source.google.account("c-other@example.com")
    other.acl[OWNER] = "writer"
    here, there = Mirror(source), Mirror(source, RemoteCalendarId(other.id))
    here.sync()
    there.sync()
    source.owner.move({"calendarId": "primary", "eventId": made["id"]}, {"destination": other.id})
    for mirror in (there, here) if target_first else (here, there):
        mirror.sync()
    assert (list(here.objects), list(there.objects)) == ([], [made["id"]])
    assert there.objects[made["id"]].uid == made["iCalUID"]


def test_gg11_a_deleted_id_stays_taken_and_is_never_revived(source: GoogleWorld) -> None:
    first = source.connector.write(source.calendar, draft_for(source))
    source.owner.delete({"calendarId": "primary", "eventId": first.event_id}, {}, None)
    with pytest.raises(WriteConflictError):
        source.connector.write(source.calendar, draft_for(source))
    with pytest.raises(WriteConflictError):
        source.connector.write(source.calendar, draft_for(source), first.etag)
    found = source.connector.read(source.calendar, first.event_id)
    assert found is not None
    assert not found.live


@pytest.mark.parametrize("chosen", ["none", "all"])
def test_google_mails_guests_only_where_the_operator_wants_it_to(tmp_path: Path, chosen: str) -> None:
    options: dict[str, Any] = {} if chosen == "none" else {"send_updates": chosen}
    with google_world(tmp_path, **options) as source:
        written = source.connector.write(source.calendar, draft_for(source))
        source.connector.write(source.calendar, replace(draft_for(source), title="Later"), written.etag)
        source.connector.withdraw(source.calendar, written.event_id)
        for method in (INSERT, "calendar.events.patch", "calendar.events.delete"):
            assert [query["sendUpdates"] for query in asked(source, method)] == [chosen]


def test_gg12_a_zero_length_event_is_not_busy_and_never_written(source: GoogleWorld) -> None:
    made = source.insert(**event(TEN, ELEVEN))
    source.stored.events[made["id"]]["end"] = source.stored.events[made["id"]]["start"]
    mirror = Mirror(source)
    mirror.sync()
    assert mirror.busy() == []
    nothing = replace(draft_for(source), span=Span(WINDOW.start, WINDOW.start))
    with pytest.raises(WriteRefusedError):
        source.connector.write(source.calendar, nothing)


def test_gg13_what_google_made_of_a_write_is_what_the_next_read_finds(source: GoogleWorld) -> None:
    written = source.connector.write(source.calendar, replace(draft_for(source), title="  Planning  "))
    found = source.connector.read(source.calendar, written.event_id)
    assert found is not None
    assert (found.title, found.etag, found.span) == ("Planning", written.etag, draft_for(source).span)


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        (Fault.RATE, [10, 20, 40]),
        (Fault.USER_RATE, [10, 20, 40]),
        (Fault.DAILY_QUOTA, [3600, 3600, 3600]),
        (Fault.TOO_MANY, [10, 20, 40]),
        (Fault.UNAVAILABLE, [7, 7, 7]),
    ],
)
def test_gg14_a_limit_on_reading_is_waited_for_ever_longer(
    source: GoogleWorld, fault: Fault, waits: list[int]
) -> None:
    for wait in waits:
        source.google.faults.then(LIST, fault)
        with pytest.raises(SourceUnavailableError) as caught:
            source.everything()
        assert caught.value.retry_after == wait
        source.clock.at += wait
    assert source.everything().whole


def test_gg14_nobody_asks_during_a_pause(source: GoogleWorld) -> None:
    source.google.faults.then(LIST, Fault.RATE)
    with pytest.raises(SourceUnavailableError):
        source.everything()
    source.google.log.clear()
    source.clock.at += 9
    with pytest.raises(SourceUnavailableError, match="left alone"):
        source.everything()
    assert source.google.log == []


def test_gg14_a_write_limit_pauses_writes_alone_and_a_real_no_is_a_no(source: GoogleWorld) -> None:
    source.google.faults.then(INSERT, Fault.FORBIDDEN, Fault.WRITE_LIMIT)
    with pytest.raises(WriteRefusedError) as refused:
        source.connector.write(source.calendar, draft_for(source))
    assert refused.value.code == "forbidden"
    with pytest.raises(WriteLimitError):
        source.connector.write(source.calendar, draft_for(source))
    tried = len(asked(source, INSERT))
    with pytest.raises(HeldBackError) as limited:
        source.connector.write(source.calendar, draft_for(source))
    assert limited.value.retry_after == 3 * 3600
    assert len(asked(source, INSERT)) == tried
    assert source.everything().whole
    source.clock.at += 3 * 3600
    assert source.connector.write(source.calendar, draft_for(source)).etag


CAUSES = {
    "revoked": ("was revoked", "Run gatherly connect"),
    "unknown": ("no longer accepts", "Run gatherly connect"),
    "deleted": ("no longer accepts", "Run gatherly connect"),
    "rapt": ("organisation's policy", "ask the admin"),
    "policy": ("organisation's policy", "ask the admin"),
}


@pytest.mark.parametrize("death", sorted(DEATHS))
def test_gg15_each_refused_grant_tells_its_likely_cause(source: GoogleWorld, death: str) -> None:
    (refresh,) = source.google.state.refreshes.values()
    refresh.dead = death
    with pytest.raises(SourceExpiredError) as caught:
        source.everything()
    cause, remedy = CAUSES[death]
    assert cause in str(caught.value)
    assert remedy in str(caught.value)
    assert str(caught.value) in source.connector.probe().problems[0]


def test_gg15_testing_mode_that_ends_a_grant_after_seven_days_is_told_from_a_revoked_one(
    source: GoogleWorld,
) -> None:
    source.google.state.settings.testing_mode = True
    assert source.everything().whole
    source.google.state.clock.advance(TESTING_SECONDS + 1)
    source.clock.at += TESTING_SECONDS + 1
    (told,) = source.connector.probe().problems
    assert "ended after 7 days" in told
    assert "Publish the consent screen" in told


@pytest.mark.parametrize("age", [TESTING_SECONDS - HOUR, TESTING_SECONDS + HOUR])
def test_gg15_a_grant_that_ends_sooner_or_later_than_a_week_was_revoked(
    source: GoogleWorld, age: int
) -> None:
    source.everything()
    source.clock.at += age
    source.google.state.clock.advance(age)
    source.everything()
    (refresh,) = source.google.state.refreshes.values()
    refresh.dead = "revoked"
    source.google.expire_access_tokens()
    (told,) = source.connector.probe().problems
    assert "was revoked" in told


def test_gg15_wrong_clients_are_told_apart(source: GoogleWorld) -> None:
    (refresh,) = source.google.state.refreshes.values()
    refresh.client = "another.apps.googleusercontent.com"
    (told,) = source.connector.probe().problems
    assert "given to another OAuth client" in told
    source.google.state.clients.clear()
    (told,) = source.connector.probe().problems
    assert "OAuth client is wrong, deleted or has a new secret" in told
    assert "client_secret_file" in told


def test_gg15_a_missing_scope_is_told_before_a_write_fails(source: GoogleWorld) -> None:
    (refresh,) = source.google.state.refreshes.values()
    refresh.scopes = READ_SCOPES
    (told,) = source.connector.probe().problems
    assert f"lacks the scope {WRITE_SCOPES[0]}." in told
    refresh.scopes = WRITE_SCOPES[:1]
    source.google.expire_access_tokens()
    (told,) = source.connector.probe().problems
    assert "the grant lacks a scope" in told


def test_gg15_a_wrong_clock_is_told_whatever_else_goes_wrong(source: GoogleWorld) -> None:
    source.google.state.clock.skew = -400
    assert source.connector.probe().clock_skew == 400
    (refresh,) = source.google.state.refreshes.values()
    refresh.dead = "unknown"
    source.google.expire_access_tokens()
    found = source.connector.probe()
    assert found.clock_skew == 400
    assert "this machine's clock is 400 s ahead" in found.problems[0]


def test_gg16_an_access_token_that_ends_in_mid_run_is_exchanged_once(source: GoogleWorld) -> None:
    source.google.state.settings.page_limit = 1
    for hour in (10, 12, 14):
        source.insert(**event(f"2026-10-20T{hour}:00:00Z", f"2026-10-20T{hour + 1}:00:00Z"))
    source.everything()
    exchanged = source.keeper.exchanges
    source.google.expire_access_tokens()
    assert len(source.everything().objects) == 3
    assert source.keeper.exchanges == exchanged + 1


def test_gg17_what_happens_between_two_polls_is_seen_without_any_message(source: GoogleWorld) -> None:
    source.google.state.settings.push = "lost"
    mirror = Mirror(source)
    mirror.sync()
    source.insert(**event(TEN, ELEVEN))
    assert len(mirror.sync().objects) == 1


def test_gg18_repeated_parameters_survive_paging(source: GoogleWorld) -> None:
    source.google.state.settings.page_limit = 1
    mine = source.connector.write(source.calendar, draft_for(source))
    other = replace(draft_for(source), event_id=EventId("a1b2c3another"))
    source.connector.write(source.calendar, other)
    source.insert(**event(TEN, ELEVEN))
    found = source.connector.marked(source.calendar, draft_for(source).mark.install)
    assert {one.event_id for one in found} == {mine.event_id, other.event_id}
    assert all(query.get("privateExtendedProperty") for query in asked(source))


def test_what_was_over_long_ago_is_not_sent_again_to_be_swept(source: GoogleWorld) -> None:
    span, install = draft_for(source).span, draft_for(source).mark.install
    source.connector.write(source.calendar, draft_for(source))
    assert len(source.connector.marked(source.calendar, install, span.end - 1)) == 1
    assert source.connector.marked(source.calendar, install, span.end) == []
    assert {query.get("timeMin") for query in asked(source)} == {
        format_instant(span.end - 1),
        format_instant(span.end),
    }


@pytest.mark.parametrize("fault", [Fault.ERROR_AFTER, Fault.LOST_AFTER, Fault.TRUNCATED, Fault.HTML])
def test_gg19_no_answer_but_googles_own_is_success(source: GoogleWorld, fault: Fault) -> None:
    source.google.faults.then(INSERT, fault)
    with pytest.raises(WriteAmbiguousError):
        source.connector.write(source.calendar, draft_for(source))
    found = source.connector.read(source.calendar, draft_for(source).event_id)
    assert (found is None) == (fault is Fault.HTML)


def test_gg20_gone_is_concluded_from_a_look_by_id_and_never_from_a_list(source: GoogleWorld) -> None:
    source.google.state.settings.kindness.prompt_lists = False
    source.google.state.settings.list_lag = 60
    mirror = Mirror(source)
    mirror.sync()
    written = source.connector.write(source.calendar, draft_for(source))
    assert source.connector.marked(source.calendar, draft_for(source).mark.install) == []
    found = source.connector.read(source.calendar, written.event_id)
    assert found is not None
    assert found.live
    mirror.sync()
    assert mirror.objects == {}
    source.google.state.clock.advance(61)
    mirror.sync()
    assert [str(href) for href in mirror.objects] == [str(written.event_id)]


def test_gg21_a_calendar_that_google_cannot_tell_of_is_unknown(source: GoogleWorld) -> None:
    boss = source.google.account("boss@example.com")
    boss.acl[OWNER] = "freeBusyReader"
    boss.broken = True
    with pytest.raises(SourceIncompleteError, match="internalError"):
        source.connector.changes(RemoteCalendarId("boss@example.com"), None, {})
