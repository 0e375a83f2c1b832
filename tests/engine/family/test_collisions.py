"""What collides and how it is told: F2's four kinds, once each, with their severities."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.family.agenda import Agenda, Source
from engine.family.collisions import Collision, Kind, collisions, looked_around
from engine.family.describing import describe
from engine.model.event import EventPriority, Flexibility
from engine.model.reservation import ConflictType, Severity
from engine.model.user import FamilyPreferences, Preferences
from engine.text.times_left_open import AS_F2, ReadingClock
from engine.text.times_left_open import told as told_on
from engine.time.span import DAY, MINUTE, Span
from tests.engine.family.agendas import NOW, agenda, at, entry, person, resource, rule

SOCCER = entry("Soccer practice", "14:00", "15:30", flexibility=Flexibility.PREFERRED)
DENTIST = entry("Dentist appointment", "14:30", "16:00", priority=EventPriority.HIGH)
LUNCH = entry("Lunch", "12:00", "14:00", priority=EventPriority.HIGH)


def found(known: Agenda, *names: str) -> list[Collision]:
    changed = names or tuple(one.id for one in known.entries)
    return collisions(changed, known, NOW)


def told(known: Agenda, clock: ReadingClock = AS_F2) -> list[str]:
    return [told_on(describe(one, known.people, known.resources), clock) for one in found(known)]


def test_acc_67_soccer_and_dentist_overlap_by_sixty_minutes() -> None:
    known = agenda(SOCCER, DENTIST, LUNCH)
    (one,) = found(known)
    assert (one.type, one.severity) == (ConflictType.TIME, Severity.HIGH)
    assert one.ids == ("event_dentist appointment", "event_soccer practice")
    assert told(known) == [
        "Soccer practice overlaps with Dentist appointment by 60 minutes (2:30pm-3:30pm) on Sun 11 Jan 2026,"
        " for Carol"
    ]


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (ReadingClock("UTC", twelve_hour=False), "(14:30-15:30) on Sun 11 Jan 2026"),
        (ReadingClock("UTC", twelve_hour=True), "(2:30pm-3:30pm) on Sun 11 Jan 2026"),
        (ReadingClock("Pacific/Auckland", twelve_hour=False), "(03:30-04:30) on Mon 12 Jan 2026"),
        (ReadingClock("America/New_York", twelve_hour=True), "(9:30am-10:30am) on Sun 11 Jan 2026"),
    ],
)
def test_each_reads_the_time_on_their_own_clock(clock: ReadingClock, words: str) -> None:
    (said,) = told(agenda(SOCCER, DENTIST), clock)
    assert said == f"Soccer practice overlaps with Dentist appointment by 60 minutes {words}, for Carol"


def test_no_title_passes_for_a_time() -> None:
    posing = entry("\x1e0/60/UTC\x1e", "14:30", "16:00")
    (said,) = told(agenda(SOCCER, posing))
    assert "0/60/UTC" in said
    assert "1970" not in said


def test_acc_65_touching_does_not_collide_and_others_people_do_not() -> None:
    assert found(agenda(LUNCH, SOCCER)) == []
    assert found(agenda(SOCCER, entry("Chess", "14:00", "15:00", who=("bob",)))) == []


@pytest.mark.parametrize("who", ["first", "second"])
def test_a_critical_event_makes_it_critical_whoever_changed(who: str) -> None:
    doctor = entry("Doctor", "15:00", "16:00", priority=EventPriority.CRITICAL)
    changed = {"first": SOCCER.id, "second": doctor.id}[who]
    (one,) = found(agenda(SOCCER, doctor), changed)
    assert one.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("gap", "level", "expected"),
    [(30, "hard", Severity.HIGH), (30, "soft", Severity.MEDIUM), (29, "hard", None), (0, "hard", None)],
)
def test_acc_69_a_gap_of_twenty_nine_minutes_breaks_one_of_thirty(
    gap: int, level: str, expected: Severity | None
) -> None:
    choir = entry("Choir", "15:59", "17:00")
    rules = [rule("gap", level, {"type": "min_gap_minutes", "minutes": gap}, "carol")]
    collided = found(agenda(SOCCER, choir, rules=rules))
    assert [(one.kind, one.severity) for one in collided] == (
        [] if expected is None else [(Kind.GAP, expected)]
    )


def test_the_largest_of_gaps_and_buffers_counts() -> None:
    choir = entry("Choir", "15:40", "17:00")
    carol = person(
        "carol",
        default_preferences=Preferences(buffer_time=5),
        preferences=FamilyPreferences(min_gap=15),
    )
    (one,) = found(agenda(SOCCER, choir, people=[carol]))
    assert (one.type, one.gap) == (ConflictType.TIME, 15)


def test_a_buffer_alone_counts_as_well() -> None:
    choir = entry("Choir", "15:34", "17:00")
    carol = person("carol", default_preferences=Preferences(buffer_time=5))
    assert [one.kind for one in found(agenda(SOCCER, choir, people=[carol]))] == [Kind.GAP]


@pytest.mark.parametrize(
    ("clock", "hit"),
    [("07:59", True), ("08:00", False)],
)
def test_acc_69_before_eight_breaks_a_hard_rule(clock: str, hit: bool) -> None:
    early = entry("Early", clock, "09:00")
    rules = [rule("No early", "hard", {"type": "no_events_before", "time": "08:00"}, "carol")]
    collided = found(agenda(early, rules=rules))
    assert [one.type for one in collided] == ([ConflictType.CONSTRAINT] if hit else [])
    assert all(one.severity is Severity.HIGH and one.ids == (early.id,) for one in collided)


@pytest.mark.parametrize(
    ("priority", "expected"),
    [(1, Severity.LOW), (3, Severity.LOW), (4, Severity.MEDIUM), (9, Severity.MEDIUM)],
)
def test_a_soft_rule_is_low_to_medium_by_its_priority(priority: int, expected: Severity) -> None:
    from dataclasses import replace

    soft = rule("Daytime", "soft", {"type": "preferred_window", "start": "09:00", "end": "17:00"}, "carol")
    late = entry("Late", "20:00", "21:00")
    (one,) = found(agenda(late, rules=[replace(soft, priority=priority)]))
    assert one.severity is expected


def test_acc_69_the_fourth_event_of_a_day_breaks_a_limit_of_three_once() -> None:
    day = [entry(f"E{hour}", f"{hour:02}:00", f"{hour:02}:30") for hour in (9, 11, 13, 15)]
    rules = [rule("Three", "soft", {"type": "max_events_per_day", "count": 3}, "carol")]
    (one,) = found(agenda(*day, rules=rules))
    assert one.ids == tuple(sorted(each.id for each in day))
    assert found(agenda(*day[:3], rules=rules)) == []


def test_a_family_rule_broken_for_two_people_is_one_conflict() -> None:
    dinner = rule("Dinner", "hard", {"type": "blocked_window", "start": "18:00", "end": "19:00"})
    late = entry("Homework", "18:15", "18:45", who=("carol", "bob"))
    known = agenda(late, rules=[dinner])
    (one,) = found(known)
    assert sorted(one.people) == ["bob", "carol"]
    assert "Homework" in told(known)[0]
    assert "Dinner" in told(known)[0]


def test_an_inactive_rule_is_none() -> None:
    from dataclasses import replace

    dinner = rule("Dinner", "hard", {"type": "blocked_window", "start": "18:00", "end": "19:00"})
    late = entry("Homework", "18:15", "18:45")
    assert found(agenda(late, rules=[replace(dinner, active=False)])) == []


def test_acc_66_beyond_capacity_names_those_that_use_it_at_once() -> None:
    one = entry("One", "09:00", "10:00", who=("alice",), uses=["car"])
    two = entry("Two", "09:30", "10:30", who=("bob",), uses=["car"])
    later = entry("Later", "10:30", "11:00", who=("bob",), uses=["car"])
    known = agenda(one, two, later, resources=[resource("car")])
    (collided,) = found(known)
    assert (collided.type, collided.ids) == (ConflictType.RESOURCE, (one.id, two.id))
    assert "2 need Car at once, which has room for 1" in told(known)[0]


def test_contra_27_the_peak_decides_not_the_count() -> None:
    users = [
        entry("Whole", "09:00", "11:00", who=("a",), uses=["car"]),
        entry("First", "09:00", "10:00", who=("b",), uses=["car"]),
        entry("Second", "10:00", "11:00", who=("c",), uses=["car"]),
    ]
    assert found(agenda(*users, resources=[resource("car", 2)])) == []


def test_what_only_reserves_a_resource_is_told_by_the_resource() -> None:
    one = entry("One", "09:00", "10:00", uses=["car"])
    kept = entry("Kept", "09:00", "10:00", who=(), uses=["car"], source=Source.RESERVATION)
    (collided,) = found(agenda(one, kept, resources=[resource("car")]), one.id)
    assert (collided.ids, collided.resources) == ((one.id,), ("car",))


def test_what_is_over_is_left_alone() -> None:
    past = [
        entry("A", "09:00", "10:00", day="2026-01-07T"),
        entry("B", "09:30", "10:00", day="2026-01-07T"),
    ]
    assert found(agenda(*past)) == []


def test_instances_of_two_series_collide_once_and_are_counted() -> None:
    from dataclasses import replace

    weeks = ["2026-01-11T", "2026-01-18T", "2026-01-25T"]
    one = [replace(entry("One", "09:00", "10:00", day=day), series="event_one") for day in weeks]
    two = [replace(entry("Two", "09:30", "10:30", day=day), series="event_two") for day in weeks]
    known = agenda(*one, *two)
    (collided,) = found(known, "event_one")
    assert (collided.times, collided.at.start) == (3, at("09:30"))
    assert told(known)[0].endswith("and 2 more times")


@pytest.mark.parametrize(
    ("document", "seconds"),
    [
        ({"type": "max_events_per_week", "count": 2}, 8 * DAY),
        ({"type": "max_events_per_day", "count": 2}, 2 * DAY),
        ({"type": "min_gap_minutes", "minutes": 45}, 45 * MINUTE),
        ({"type": "no_events_before", "time": "08:00"}, 0),
    ],
)
def test_others_are_looked_at_as_far_as_a_rule_asks(document: Mapping[str, object], seconds: int) -> None:
    asked = rule("one", "hard", document)
    assert looked_around([person("carol", default_preferences=Preferences())], [asked]) == seconds
    few = person("carol", preferences=FamilyPreferences(max_events_per_day=3))
    assert looked_around([few], [asked]) == max(2 * DAY, seconds)


@given(
    st.lists(st.tuples(st.integers(0, 16 * 48), st.integers(1, 96)), min_size=2, max_size=30),
    st.sampled_from(["max_events_per_week", "max_events_per_day", "min_gap_minutes", ""]),
    st.integers(1, 4),
    st.integers(0, 3),
    st.sampled_from(["UTC", "America/New_York", "Pacific/Kiritimati"]),
)
def test_nothing_is_missed_beyond_what_the_rules_look_at(
    spans: list[tuple[int, int]], kind: str, count: int, buffer: int, zone: str
) -> None:
    """Half hours of sixteen days: what one event collides with is the same among all and among those near."""
    key, value = ("minutes", 30 * count) if kind == "min_gap_minutes" else ("count", count)
    rules = [rule("one", "hard", {"type": kind, key: value})] if kind else []
    carol = person("carol", timezone=zone, default_preferences=Preferences(buffer_time=20 * buffer))
    every = [
        replace(SOCCER, id=f"e{number}", span=Span(NOW + start * 1800, NOW + (start + length) * 1800))
        for number, (start, length) in enumerate(spans)
    ]
    around = looked_around([carol], rules)
    near = [one for one in every if one.span.overlaps(every[0].span.widen(around, around))]
    whole, part = (found(agenda(*these, people=[carol], rules=rules), "e0") for these in (every, near))
    assert part == whole
