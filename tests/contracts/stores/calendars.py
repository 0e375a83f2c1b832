"""Calendars: one read is stored as a whole, busy spans follow it, and a forgotten calendar leaves nothing."""

from dataclasses import replace

import pytest

from engine.errors import StaleVersionError
from engine.ids import ConnectorName, EventUid, Href
from engine.model.calendar import (
    BusyStatus,
    CalendarState,
    CalendarType,
    ConnectorState,
    Quarantined,
    Visibility,
)
from engine.model.calendar_object import Digest, SyncPlan
from engine.ports.store import Store
from engine.time.span import HOUR, Span
from tests.contracts.stores.sample_rows import OUTAGE
from tests.contracts.stores.samples import (
    ALICE,
    BOB,
    NOON,
    account,
    busy,
    calendar,
    key,
    plan,
    raw,
)

DAY_OF_NOON = Span(NOON - 12 * HOUR, NOON + 12 * HOUR)


class AccountContract:
    def test_acc_73_every_field_of_an_account_round_trips(self, store: Store) -> None:
        full = replace(
            account(),
            state=ConnectorState.EXPIRED,
            last_attempt=NOON,
            last_success=NOON - HOUR,
            last_error="The grant was withdrawn",
            failures=3,
            next_run=NOON + HOUR,
            heard=NOON - 2,
            missed=True,
        )
        with store.writing() as work:
            work.calendars.put_account(account("bob-feed", BOB))
            written = work.calendars.put_account(full)
        with store.reading() as look:
            assert look.calendars.account(full.connector) == written == replace(full, version=1)
            assert [each.connector for each in look.calendars.accounts()] == ["alice-feed", "bob-feed"]
            assert look.calendars.account(ConnectorName("none")) is None

    def test_an_account_is_replaced_only_in_the_version_that_was_read(self, store: Store) -> None:
        with store.writing() as work:
            first = work.calendars.put_account(account())
            work.calendars.put_account(replace(first, failures=1))
        for stale in (first, account()):
            with pytest.raises(StaleVersionError), store.writing() as work:
                work.calendars.put_account(stale)

    def test_those_whose_last_try_failed_are_named(self, store: Store) -> None:
        with store.writing() as work:
            work.calendars.put_account(account("well"))
            work.calendars.put_account(replace(account("weak"), state=ConnectorState.DEGRADED))
            work.calendars.put_account(replace(account("shut-out"), state=ConnectorState.EXPIRED))
            work.calendars.put_account(replace(account("away"), state=ConnectorState.ERROR, failures=1))
            back = work.calendars.put_account(replace(account("back"), failures=3))
            work.calendars.put_account(replace(back, failures=0))
        with store.reading() as look:
            assert look.calendars.failing() == ["away", "shut-out"]

    def test_those_whose_outage_is_not_over_are_named(self, store: Store) -> None:
        with store.writing() as work:
            for name, over_at in (("there", None), ("again", None), ("back", NOON)):
                fresh = replace(OUTAGE, connector=ConnectorName(name), over_at=over_at)
                work.repositories.outages.put(fresh)
        with store.reading() as look:
            assert look.repositories.outages.standing() == ["again", "there"]

    def test_connectors_are_due_once_their_time_has_come_the_longest_first(self, store: Store) -> None:
        with store.writing() as work:
            for name, at in (("later", NOON + 1), ("b", NOON), ("a", NOON), ("first", NOON - HOUR)):
                work.calendars.put_account(replace(account(name), next_run=at))
        with store.reading() as look:
            assert look.calendars.due(NOON - HOUR - 1) == []
            assert look.calendars.due(NOON) == ["first", "a", "b"]
            assert look.calendars.due(NOON + 1)[-1] == "later"

    def test_due_connectors_are_claimed_in_a_batch_and_by_one_alone(self, store: Store) -> None:
        names = ("first", "second", "third", "aside")
        with store.writing() as work:
            for hours, name in enumerate(names):
                work.calendars.put_account(replace(account(name), next_run=NOON - 9 * HOUR + hours * HOUR))
            work.calendars.put_account(replace(account("later"), next_run=NOON + 1))
        aside = [ConnectorName("aside")]
        with store.writing() as work:
            mine = work.calendars.claim_due("me", NOON, NOON + 45, 2, aside)
        with store.writing() as work:
            theirs = work.calendars.claim_due("they", NOON, NOON + 45, 9, aside)
            assert work.calendars.claim_due("third", NOON, NOON + 45, 9, aside) == []
        assert [one.connector for one in mine] == ["first", "second"]
        assert [one.connector for one in theirs] == ["third"]
        assert {(one.claimed_by, one.claimed_until, one.last_attempt) for one in mine} == {
            ("me", NOON + 45, NOON)
        }
        with store.writing() as work:
            assert work.calendars.put_account(mine[0]).version == mine[0].version + 1
            assert work.calendars.account(mine[1].connector) == mine[1]
            late = work.calendars.claim_due("after them", NOON + 46, NOON + 91, 9)
            assert {one.connector for one in late} == {*names, "later"}


class CalendarContract:
    def test_acc_17_every_field_of_a_calendar_round_trips(self, store: Store) -> None:
        full = replace(
            calendar(),
            type=CalendarType.SHARED,
            visibility=Visibility.PRIVATE,
            is_primary=True,
            read_only=False,
            zone="Europe/Berlin",
            state=CalendarState.DEGRADED,
            token="opaque",
            synced_at=NOON,
            covers=DAY_OF_NOON,
            suspicion="Suddenly empty",
            suspect="digest",
            accepted="other",
            quarantined=(Quarantined("uid", "no start"), Quarantined("b", "refused (403)", Href("b.ics"))),
        )
        with store.writing() as work:
            work.calendars.apply(SyncPlan(calendar=full, based_on=0))
        with store.reading() as look:
            assert look.calendars.get(key()) == replace(full, version=1)
            assert look.calendars.get(key("none")) is None

    def test_calendars_come_by_connector_and_by_user(self, store: Store) -> None:
        others = replace(calendar("b"), key=key("b", "bob-feed"), user_id=BOB)
        with store.writing() as work:
            for each in (calendar("work"), calendar("home"), others):
                work.calendars.apply(SyncPlan(calendar=each, based_on=0))
        with store.reading() as look:
            found = look.calendars.of_connector(ConnectorName("alice-feed"))
            assert [each.name for each in found] == ["Home", "Work"]
            assert [each.key for each in look.calendars.of_user(ALICE)] == [key("home"), key("work")]
            assert look.calendars.of_user(BOB) == [replace(others, version=1)]

    def test_a_read_brings_objects_and_busy_spans(self, store: Store) -> None:
        with store.writing() as work:
            work.calendars.apply(plan("one.ics", "two.ics"))
        with store.reading() as look:
            assert look.calendars.objects(key()) == [raw("one.ics"), raw("two.ics")]
            assert look.calendars.objects(key(), [Href("two.ics"), Href("none")]) == [raw("two.ics")]
            assert look.calendars.objects(key(), []) == []
            assert look.calendars.digests(key()) == {
                href: Digest(EventUid(f"uid-{href}"), '"1"', f"hash-{href}")
                for href in ("one.ics", "two.ics")
            }
            assert look.calendars.busy(ALICE, DAY_OF_NOON) == [busy("one.ics"), busy("two.ics")]

    def test_the_next_read_replaces_removes_and_adds(self, store: Store) -> None:
        moved = busy("two.ics", start=NOON + 3 * HOUR)
        more = replace(busy("three.ics", start=NOON + HOUR), status=BusyStatus.TENTATIVE, ours=True)
        with store.writing() as work:
            work.calendars.apply(plan("one.ics", "two.ics", "three.ics"))
            work.calendars.apply(
                SyncPlan(
                    calendar=calendar(version=1),
                    based_on=1,
                    upserts=(raw("two.ics", etag=None, text=b"changed"),),
                    deletes=(Href("one.ics"),),
                    busy={Href("two.ics"): (moved,)},
                    more_busy=(more,),
                )
            )
        with store.reading() as look:
            assert look.calendars.busy(ALICE, DAY_OF_NOON) == [busy("three.ics"), more, moved]
            stored = look.calendars.objects(key())
            assert stored == [raw("three.ics"), raw("two.ics", etag=None, text=b"changed")]

    def test_a_plan_made_from_an_older_row_changes_nothing(self, store: Store) -> None:
        with store.writing() as work:
            work.calendars.apply(plan("one.ics"))
        for based_on in (0, 2):
            with pytest.raises(StaleVersionError), store.writing() as work:
                work.calendars.apply(plan("two.ics", based_on=based_on))
        with store.reading() as look:
            assert look.calendars.objects(key()) == [raw("one.ics")]
            assert look.calendars.get(key()) == calendar(version=1)

    def test_busy_spans_that_only_touch_the_window_are_left_out(self, store: Store) -> None:
        with store.writing() as work:
            work.calendars.apply(plan("one.ics"))
        with store.reading() as look:
            assert look.calendars.busy(ALICE, Span(NOON - HOUR, NOON)) == []
            assert look.calendars.busy(ALICE, Span(NOON + HOUR, NOON + 2 * HOUR)) == []
            assert look.calendars.busy(ALICE, Span(NOON - 1, NOON + 1)) == [busy("one.ics")]
            assert look.calendars.busy(BOB, DAY_OF_NOON) == []

    def test_a_long_busy_span_is_found_in_its_middle(self, store: Store) -> None:
        away = busy("away.ics", start=NOON, hours=24 * 90)
        with store.writing() as work:
            work.calendars.apply(replace(plan("away.ics"), busy={Href("away.ics"): (away,)}))
        middle = Span(NOON + 45 * 24 * HOUR, NOON + 45 * 24 * HOUR + 1)
        with store.reading() as look:
            assert look.calendars.busy(ALICE, middle) == [away]

    def test_a_calendar_that_is_not_read_gives_no_busy_spans(self, store: Store) -> None:
        unread = replace(plan("one.ics"), calendar=calendar(read=False))
        with store.writing() as work:
            work.calendars.apply(unread)
        with store.reading() as look:
            assert look.calendars.busy(ALICE, DAY_OF_NOON) == []

    def test_a_forgotten_calendar_leaves_nothing_and_its_neighbour_everything(self, store: Store) -> None:
        with store.writing() as work:
            work.calendars.apply(plan("one.ics"))
            work.calendars.apply(plan("one.ics", name="home"))
            work.calendars.forget(key())
        with store.reading() as look:
            assert look.calendars.get(key()) is None
            assert look.calendars.objects(key()) == []
            assert look.calendars.busy(ALICE, DAY_OF_NOON) == [busy("one.ics", name="home")]
            assert look.calendars.objects(key("home")) == [raw("one.ics")]
