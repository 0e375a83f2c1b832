"""Availability: what is known of somebody's time, and when it is not known at all."""

from dataclasses import replace

import pytest

from engine.availability.evidence import BlockSource, Evidence, Freshness, blocks, known_busy
from engine.ids import CalendarKey, ConnectorName, EventUid, Href, RemoteCalendarId, SessionId, UserId
from engine.model.booking import Hold
from engine.model.calendar import Calendar, CalendarAccount, CalendarState, ConnectorState, OnStale
from engine.model.calendar_object import BusySpan
from engine.time.span import DAY, HOUR, Span

NOW = 1_800_000_000
ALICE = UserId("alice")
NAME = ConnectorName("alice-work")
KEY = CalendarKey(NAME, RemoteCalendarId("primary"))
WINDOW = Span(NOW, NOW + 7 * DAY)
CALENDAR = Calendar(
    key=KEY,
    user_id=ALICE,
    name="Alice",
    state=CalendarState.OK,
    synced_at=NOW - HOUR,
    covers=Span(NOW - DAY, NOW + 60 * DAY),
)
SPAN = Span(NOW + HOUR, NOW + 2 * HOUR)
BUSY = BusySpan(calendar=KEY, href=Href("a"), uid=EventUid("a"), span=SPAN)
HELD = Hold(person=ALICE, span=Span(NOW + 5 * HOUR, NOW + 6 * HOUR), session=SessionId("other"))
EVIDENCE = Evidence(
    user=ALICE,
    expected=(NAME,),
    calendars=(CALENDAR,),
    accounts={NAME: CalendarAccount(connector=NAME, user_id=ALICE, kind="folder")},
    busy=(BUSY,),
)
HOLD = Freshness(6 * HOUR, OnStale.HOLD)


def spans(evidence: Evidence, freshness: Freshness = HOLD, now: int = NOW) -> list[Span] | None:
    known = known_busy(evidence, WINDOW, now, freshness)
    return None if known.taken is None else [taken.span for taken in known.taken]


def test_fresh_calendars_and_holds_of_other_sessions_make_somebody_busy() -> None:
    assert spans(replace(EVIDENCE, holds=(HELD,))) == [SPAN, HELD.span]


@pytest.mark.parametrize(
    "evidence",
    [
        replace(EVIDENCE, expected=(), calendars=()),
        replace(EVIDENCE, calendars=()),
        replace(EVIDENCE, expected=(NAME, ConnectorName("broken"))),
        replace(EVIDENCE, calendars=(replace(CALENDAR, synced_at=None),)),
        replace(
            EVIDENCE,
            accounts={
                NAME: CalendarAccount(
                    connector=NAME, user_id=ALICE, kind="google", state=ConnectorState.EXPIRED
                )
            },
        ),
    ],
    ids=["nothing connected", "never pulled", "one of two broken", "never whole", "expired"],
)
@pytest.mark.parametrize("on_stale", list(OnStale))
def test_unknown_is_never_free_whatever_the_policy(evidence: Evidence, on_stale: OnStale) -> None:
    known = known_busy(evidence, WINDOW, NOW, Freshness(6 * HOUR, on_stale))
    assert known.taken is None
    assert known.gaps


def test_last_good_busy_times_count_until_max_age_whatever_failed_since() -> None:
    failing = CalendarAccount(connector=NAME, user_id=ALICE, kind="ics", state=ConnectorState.ERROR)
    assert spans(replace(EVIDENCE, accounts={NAME: failing}), now=NOW + 5 * HOUR) == [SPAN]


def test_beyond_max_age_the_policy_decides() -> None:
    later = NOW + 6 * HOUR
    assert spans(EVIDENCE, HOLD, later) is None
    assert spans(EVIDENCE, Freshness(6 * HOUR, OnStale.IGNORE), later) == [SPAN]
    blocked = spans(EVIDENCE, Freshness(6 * HOUR, OnStale.BLOCK), later)
    assert blocked is not None
    assert WINDOW in blocked
    stale = known_busy(EVIDENCE, WINDOW, later, Freshness(6 * HOUR, OnStale.IGNORE))
    assert [gap.source for gap in stale.gaps] == ["alice-work/primary"]


@pytest.mark.parametrize(
    ("ledgered", "counts"),
    [
        ({}, True),
        ({EventUid("a"): (SPAN,)}, False),
        ({EventUid("a"): ()}, False),
        ({EventUid("a"): (WINDOW,)}, True),
        ({EventUid("a"): (WINDOW, SPAN)}, False),
    ],
    ids=[
        "of a lost store",
        "where the ledger wants it",
        "the ledger wants it gone",
        "moved by its owner",
        "one occurrence of a series",
    ],
)
def test_an_event_of_ours_counts_once(ledgered: dict[EventUid, tuple[Span, ...]], counts: bool) -> None:
    ours = replace(EVIDENCE, busy=(replace(BUSY, ours=True),), ledgered=ledgered)
    assert spans(ours) == ([SPAN] if counts else [])


def test_knowledge_ends_where_the_nearest_calendar_ends() -> None:
    short = replace(
        CALENDAR, key=replace(KEY, calendar=RemoteCalendarId("b")), covers=Span(NOW, NOW + 3 * DAY)
    )
    known = known_busy(replace(EVIDENCE, calendars=(CALENDAR, short)), WINDOW, NOW, HOLD)
    assert known.until == NOW + 3 * DAY


def test_acceptance_31_blocks_are_computed_and_hold_no_title() -> None:
    block = blocks(known_busy(EVIDENCE, WINDOW, NOW, HOLD), WINDOW)[0]
    assert (block.start, block.end, block.source, block.is_busy) == (
        SPAN.start,
        SPAN.end,
        BlockSource.CALENDAR,
        True,
    )
    assert block.metadata == {"status": "busy", "calendar": "alice-work/primary"}
