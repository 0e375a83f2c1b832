"""A booked series changed at its edges: days, ends, leavers, moved ones, and a host who has moved."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from engine.booking.checks.occurrence_changes import Decision, cleared, lies_otherwise
from engine.booking.policy import OnForeign, Policy
from engine.booking.steps.booking_steps import holds_of
from engine.booking.steps.draft import series_of
from engine.booking.steps.updating import is_series_edit
from engine.booking.taken import taken_by
from engine.errors import InputError
from engine.find.series.rule import session_rule
from engine.ids import SessionId, UserId
from engine.model.session import EventSession, Occurrence, SessionConstraints, SessionStatus, TimeSlot
from engine.model.session_record import OwnChange
from engine.recurrence.rule_starts import rule_starts
from engine.sessions import series_changes, state_machine
from engine.sessions.series_horizon import known_up_to, told_up_to
from engine.sessions.series_offshoots import following, in_place_of
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY, HOUR, Span
from engine.time.wall_clock import WallClock

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
NOW = parse_instant("2026-10-19T12:00:00Z")
ANN, BOB = UserId("ann"), UserId("bob")
STARTS = [
    parse_instant(f"2026-{day}:00:00Z")
    for day in ("10-20T14", "10-27T14", "11-03T15", "11-10T15", "11-17T15")
]
"""Ten o'clock in New York on Tuesdays, over its clock change."""


def booked(rule: str = "FREQ=WEEKLY;COUNT=5", count: int = 5) -> EventSession:
    slot = TimeSlot(
        start=STARTS[0],
        end=STARTS[0] + HOUR,
        occurrences=tuple(Occurrence(start=at) for at in STARTS[:count]),
    )
    return EventSession(
        id=SessionId("s"),
        host_user_id=ANN,
        invitee_ids=(BOB,),
        title="Sync",
        duration=60,
        status=SessionStatus.SCHEDULED,
        final_time=slot,
        recurrence=rule,
        created_at=NOW - DAY,
        expires_at=NOW + 6 * DAY,
    )


def places(session: EventSession) -> list[int]:
    assert session.final_time is not None
    return [span.start for span in session.final_time.places]


def within(session: EventSession, first: str, last: str | None, now: int = NOW) -> list[int]:
    days = date.fromisoformat(first), None if last is None else date.fromisoformat(last)
    return [one.start for one in series_changes.occurrences_within(session, *days, NEW_YORK, now)]


def test_days_of_a_pause_count_at_both_ends_and_only_what_is_to_come() -> None:
    session = booked()
    assert within(session, "2026-10-27", "2026-11-10") == STARTS[1:4]
    assert within(session, "2026-10-28", "2026-11-09") == STARTS[2:3]
    assert within(session, "2026-10-20", None) == STARTS
    assert within(session, "2020-01-01", "2030-01-01", now=STARTS[1]) == STARTS[2:]
    without = series_changes.without(session, Occurrence(start=STARTS[2]), "x")
    assert within(without, "2026-10-27", "2026-11-10") == [STARTS[1], STARTS[3]]
    late = series_changes.moved(session, Occurrence(start=STARTS[2]), STARTS[2] + 14 * HOUR)
    assert within(late, "2026-11-04", "2026-11-04") == [STARTS[2]]


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2026-11-10", "2026-11-03", "lies before"),
        ("2026-11-04", "2026-11-09", "does not take place between"),
        ("2026-11-18", None, "does not take place from"),
        ("2019-01-01", "2019-12-31", "does not take place between"),
    ],
)
def test_days_on_which_nothing_is_are_refused(first: str, last: str | None, told: str) -> None:
    with pytest.raises(InputError, match=told):
        within(booked(), first, last)


def test_a_day_is_the_hosts_wherever_that_is() -> None:
    night = replace(
        booked(count=1),
        final_time=TimeSlot(
            start=NOW + 15 * HOUR, end=NOW + 16 * HOUR, occurrences=(Occurrence(start=NOW + 15 * HOUR),)
        ),
    )
    day = date(2026, 10, 19)  # eleven at night in New York, early on the 20th in Berlin
    assert series_changes.occurrence_on(night, day, NEW_YORK, NOW).start == NOW + 15 * HOUR
    with pytest.raises(InputError, match="does not take place on 2026-10-19"):
        series_changes.occurrence_on(night, day, BERLIN, NOW)


def test_who_stays_away_is_held_no_more_and_kept_away_by_their_copy_alone() -> None:
    session = booked()
    away = series_changes.stays_away(session, BOB, STARTS[1:3])
    assert is_series_edit(session, away)
    assert places(away) == STARTS
    assert [span.start for span in taken_by(away, Span(STARTS[0], STARTS[0] + HOUR), BOB)] == [
        STARTS[0],
        *STARTS[3:],
    ]
    held = {(one.person, one.span.start) for one in holds_of(away, Span(STARTS[0], STARTS[0] + HOUR))}
    assert held == {*((ANN, at) for at in STARTS), *((BOB, at) for at in (STARTS[0], *STARTS[3:]))}
    slot = Span(STARTS[0], STARTS[0] + HOUR)
    assert series_of(away, slot, BOB)["own_removed"] == tuple(STARTS[1:3])
    assert series_of(away, slot, ANN)["own_removed"] == ()


@pytest.mark.parametrize(
    ("begins", "rule"), [(1, "FREQ=WEEKLY;UNTIL=20261020T140000Z"), (0, "FREQ=WEEKLY;COUNT=5")]
)
def test_the_copy_of_who_has_left_ends_where_they_did(begins: int, rule: str) -> None:
    left = series_changes.leaves(booked(), BOB, STARTS[begins:])
    slot = Span(STARTS[0], STARTS[0] + HOUR)
    assert series_of(left, slot, BOB)["recurrence"] == rule
    assert series_of(left, slot, BOB)["own_removed"] == tuple(STARTS[begins:])
    assert series_of(left, slot, ANN)["recurrence"] == "FREQ=WEEKLY;COUNT=5"
    assert taken_by(left, slot, BOB) == tuple(Span(at, at + HOUR) for at in STARTS[:begins])


@pytest.mark.parametrize("number", [3, 4])
def test_a_series_ends_though_something_later_was_left_out_before(number: int) -> None:
    session = series_changes.without(booked(), Occurrence(start=STARTS[number]), "x")
    kept = series_changes.ended_before(session, date(2026, 11, 3), NEW_YORK, NOW)
    assert kept is not None
    assert places(kept) == STARTS[:2]
    with pytest.raises(InputError, match="has begun"):
        series_changes.ended_before(session, date(2026, 11, 3), NEW_YORK, STARTS[2] + HOUR)


def test_what_is_left_out_at_the_end_is_not_ended_again() -> None:
    session = series_changes.without(booked(), Occurrence(start=STARTS[4]), "x")
    with pytest.raises(InputError, match="does not take place from 2026-11-17 on"):
        series_changes.ended_before(session, date(2026, 11, 17), NEW_YORK, NOW)
    endless = replace(session, recurrence="FREQ=WEEKLY")
    kept = series_changes.ended_before(endless, date(2026, 11, 17), NEW_YORK, NOW)
    assert kept is not None
    assert kept.recurrence == "FREQ=WEEKLY;UNTIL=20261110T150000Z"


def test_an_endless_series_takes_place_up_to_the_day_it_is_to_end_however_far_that_is() -> None:
    endless = series_changes.leaves(booked("FREQ=WEEKLY"), BOB, STARTS[3:])
    day = date(2026, 12, 2)
    kept = series_changes.ended_before(told_up_to(endless, day, NEW_YORK), day, NEW_YORK, NOW)
    assert kept is not None
    assert kept.recurrence == "FREQ=WEEKLY;UNTIL=20261201T150000Z"
    assert places(kept) == [*STARTS, STARTS[4] + 7 * DAY, STARTS[4] + 14 * DAY]
    assert kept.final_time is not None
    assert [one.available for one in kept.final_time.occurrences] == [True] * 5 + [None] * 2
    assert kept.record.stays_away(BOB) == frozenset(places(kept)[3:])
    with pytest.raises(InputError, match="too far ahead"):
        told_up_to(endless, date(9999, 12, 31), NEW_YORK)
    assert told_up_to(booked(), date(9999, 12, 31), NEW_YORK) == booked()


def test_a_pause_beyond_what_is_known_stays_left_out_as_the_horizon_rolls() -> None:
    day = date(2026, 12, 1)
    told = told_up_to(booked("FREQ=WEEKLY"), day, NEW_YORK)
    one = series_changes.occurrence_on(told, day, NEW_YORK, NOW)
    after = series_changes.without(told, one, "x")
    assert is_series_edit(booked("FREQ=WEEKLY"), after)
    rolled = known_up_to(after, STARTS[4] + 22 * DAY, NEW_YORK)
    assert places(rolled) == [*STARTS, STARTS[4] + 7 * DAY, STARTS[4] + 21 * DAY]
    slot = Span(STARTS[0], STARTS[0] + HOUR)
    assert series_of(rolled, slot, BOB)["removed"] == (STARTS[4] + 14 * DAY,)


def test_who_leaves_twice_has_left_at_the_earlier() -> None:
    left = series_changes.leaves(series_changes.leaves(booked(), BOB, STARTS[3:]), BOB, STARTS[1:])
    assert left.record.left == {BOB: STARTS[1]}
    again = series_changes.leaves(left, BOB, STARTS[4:])
    assert again.record.left == {BOB: STARTS[1]}


def test_a_move_for_everybody_brings_nobody_back_who_has_left() -> None:
    away = series_changes.stays_away(booked(), BOB, STARTS[1:2])
    left = series_changes.leaves(away, BOB, STARTS[3:])
    for number, there in ((1, False), (3, True)):
        moved = series_changes.moved(left, Occurrence(start=STARTS[number]), STARTS[number] + HOUR)
        assert (STARTS[number] in moved.record.stays_away(BOB)) is there


def test_an_endless_series_goes_on_without_who_has_left() -> None:
    endless = series_changes.leaves(booked("FREQ=WEEKLY"), BOB, STARTS[3:])
    rolled = known_up_to(endless, STARTS[4] + 15 * DAY, NEW_YORK)
    assert len(places(rolled)) == 7
    assert rolled.record.stays_away(BOB) == frozenset(places(rolled)[3:])
    assert rolled.record.stays_away(ANN) == frozenset()


def test_a_horizon_that_shrinks_forgets_nothing() -> None:
    for rule in ("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=5"):
        session = booked(rule)
        for reach in (STARTS[4], STARTS[0], NOW, NOW - 9 * DAY, 0):
            assert known_up_to(session, reach, NEW_YORK) == session


def test_what_follows_is_asked_of_those_who_would_have_come() -> None:
    left = series_changes.leaves(booked(), BOB, STARTS[3:])
    for day, invited in ((date(2026, 11, 10), ()), (date(2026, 11, 3), (BOB,))):
        after = series_changes.ended_before(left, day, NEW_YORK, NOW)
        assert after is not None
        assert following(left, after, SessionId("n"), NOW, NOW, NEW_YORK).invitee_ids == invited
    endless = replace(left, recurrence="FREQ=WEEKLY", constraints=SessionConstraints(at_least=3))
    later = date(2027, 3, 2)
    after = series_changes.ended_before(told_up_to(endless, later, NEW_YORK), later, NEW_YORK, NOW)
    assert after is not None
    rest = following(endless, after, SessionId("n"), NOW + 140 * DAY, NOW, NEW_YORK)
    assert (rest.invitee_ids, rest.recurrence, rest.constraints.at_least) == ((), "FREQ=WEEKLY", 3)


@pytest.mark.parametrize(
    ("until", "then"),
    [
        ("20261117T150000Z", "20261117T235959"),
        ("20261117T235959", "20261117T235959"),
        ("20261120T100000Z", "20261120T100000Z"),
    ],
)
def test_what_follows_may_begin_later_and_still_takes_place_on_the_last_day(until: str, then: str) -> None:
    session = booked(f"FREQ=WEEKLY;UNTIL={until}")
    after = series_changes.ended_before(session, date(2026, 11, 10), NEW_YORK, NOW)
    assert after is not None
    rest = following(session, after, SessionId("n"), NOW, NOW, NEW_YORK)
    assert rest.recurrence == f"FREQ=WEEKLY;UNTIL={then}"
    assert len(series_starts(rest, STARTS[3] + 3 * HOUR)) == 2


def series_starts(session: EventSession, first: int) -> list[int]:
    """Give when a series takes place that begins then, on the host's clock."""
    wall = WallClock(NEW_YORK).wall(first)
    rule = session_rule(str(session.recurrence), NEW_YORK)
    return list(rule_starts(rule, wall, wall, wall + 90 * DAY))


def test_a_series_that_is_asked_anew_asks_everybody() -> None:
    left = series_changes.leaves(booked(), BOB, STARTS[3:])
    anew = state_machine.reschedule(left, now=NOW)
    assert (anew.record.left, anew.record.own_changes) == ({}, ())


def test_one_alone_and_the_last_of_all() -> None:
    single = booked("FREQ=WEEKLY;COUNT=1", 1)
    assert series_changes.ended_before(single, date(2026, 10, 20), NEW_YORK, NOW) is None
    empty = series_changes.without(single, Occurrence(start=STARTS[0]), "x")
    assert empty.final_time is not None
    assert not empty.final_time.takes_place
    with pytest.raises(InputError, match="None is left"):
        series_changes.occurrence_on(empty, date(2026, 10, 20), NEW_YORK, NOW)
    before, after = series_changes.neighbours(single, Occurrence(start=STARTS[0]))
    assert (before, after > STARTS[0] + 300 * DAY) == (0, True)


@pytest.mark.parametrize("until", ["20261117T150000Z", "20261117T145959Z"])
def test_an_end_is_the_start_of_the_last(until: str) -> None:
    kept = series_changes.ended_before(
        booked(f"FREQ=WEEKLY;UNTIL={until}"), date(2026, 11, 10), NEW_YORK, NOW
    )
    assert kept is not None
    assert kept.recurrence == "FREQ=WEEKLY;UNTIL=20261103T150000Z"
    assert places(kept) == STARTS[:3]


@pytest.mark.parametrize("policy", list(OnForeign))
def test_what_collides_goes_only_where_that_is_the_policy(policy: OnForeign) -> None:
    told = [f"{format_instant(STARTS[number])} of the series, bob: a/b" for number in (0, 2)]
    found = cleared(Decision(booked()), told, Policy(on_foreign=policy), STARTS[0] + 1)
    abort = policy is OnForeign.ABORT
    assert places(found.session) == ([*STARTS[:2], *STARTS[3:]] if abort else STARTS)
    assert [one.start for one in found.anew] == ([STARTS[2]] if abort else [])
    if abort:
        alone = in_place_of(booked(), found.anew[0], SessionId("n"), NOW)
        assert alone.search is not None
        assert STARTS[1] + HOUR <= alone.search.start
        assert alone.search.end <= STARTS[3]


def test_a_series_of_which_nothing_is_left_is_called_off() -> None:
    told = [f"{format_instant(at)} of the series, bob: a/b" for at in STARTS]
    found = cleared(Decision(booked()), told, Policy(on_foreign=OnForeign.ABORT), NOW)
    assert found.session.status is SessionStatus.CANCELLED
    assert [one.start for one in found.anew] == STARTS
    endless = cleared(Decision(booked("FREQ=WEEKLY")), told, Policy(on_foreign=OnForeign.ABORT), NOW)
    assert endless.session.status is SessionStatus.SCHEDULED


def test_the_first_that_its_owner_moved_behind_the_second_is_still_the_first() -> None:
    slot = booked().final_time
    assert slot is not None
    known = Span(NOW - DAY, STARTS[4] + 9 * DAY)
    there = [Span(at, at + HOUR) for at in (*STARTS[1:], STARTS[1] + 2 * HOUR)]
    assert lies_otherwise(slot, there, known) == {STARTS[0]: STARTS[1] + 2 * HOUR}
    assert lies_otherwise(slot, there[:-1], known) == {STARTS[0]: None}
    assert lies_otherwise(slot, [], known) is None


def test_own_changes_of_somebody_who_moved_theirs_are_no_absence() -> None:
    changed = replace(
        booked(), record=replace(booked().record, own_changes=(OwnChange(BOB, STARTS[0], STARTS[0] + HOUR),))
    )
    assert changed.record.stays_away(BOB) == frozenset()
    assert series_changes.attended_by(changed, BOB, STARTS) == frozenset(STARTS)


def test_a_host_who_moves_house_moves_no_series() -> None:
    kept = replace(booked(), record=replace(booked().record, zone="America/New_York"))
    assert kept.clock_zone("Europe/Berlin") == "America/New_York"
    assert booked().clock_zone("Europe/Berlin") == "Europe/Berlin"
