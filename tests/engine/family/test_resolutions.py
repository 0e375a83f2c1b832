"""Ways out of conflicts: tried before they are offered, ranked, and never touching what must stand."""

import random
from dataclasses import replace

import pytest

from engine.family.agenda import Agenda, Entry, Source
from engine.family.collisions import collisions
from engine.family.resolutions import Option, documents, options, others_to_ask
from engine.family.score import Strategy
from engine.ids import UserId
from engine.model.event import EventPriority, Flexibility
from engine.model.user import Role
from engine.time.instant import format_instant
from engine.time.span import HOUR, MINUTE, Span
from tests.engine.family.agendas import NOW, agenda, at, entry, person, resource, rule

SOCCER = entry("Soccer", "14:00", "15:30", flexibility=Flexibility.PREFERRED)
DENTIST = entry("Dentist", "14:30", "16:00", priority=EventPriority.HIGH)
LUNCH = entry("Lunch", "12:00", "14:00", priority=EventPriority.HIGH)


def ways(known: Agenda, *names: str) -> list[Option]:
    changed = names or tuple(one.id for one in known.entries)
    return options(collisions(changed, known, NOW)[0], known, NOW)


def test_acc_67_soccer_moves_to_four_then_is_called_off() -> None:
    told = documents(ways(agenda(SOCCER, DENTIST, LUNCH)))
    assert list(told) == ["option_1", "option_2"]
    first, second = told.values()
    assert (first["strategy"], first["event_id"]) == ("move_event", "event_soccer")
    assert (first["new_start_time"], first["score"]) == ("2026-01-11T16:00:00Z", 0.90)
    assert (second["strategy"], second["event_id"], second["score"]) == ("cancel_event", "event_soccer", 0.50)
    assert first["why"]


def test_what_is_critical_or_fixed_never_moves() -> None:
    firm = [
        entry("A", "14:00", "15:00", priority=EventPriority.CRITICAL, flexibility=Flexibility.FLEXIBLE),
        entry("B", "14:30", "15:30"),
    ]
    found = ways(agenda(*firm))
    assert [(one.strategy, one.entry.id) for one in found] == [(Strategy.CANCEL_EVENT, "event_b")]
    both = [replace(one, priority=EventPriority.CRITICAL) for one in firm]
    assert ways(agenda(*both)) == []


def test_the_new_time_suits_rules_and_people() -> None:
    rules = [
        rule("Dinner", "hard", {"type": "blocked_window", "start": "16:00", "end": "20:00"}),
        rule("Early", "hard", {"type": "no_events_before", "time": "11:00"}, "carol"),
    ]
    best = ways(agenda(SOCCER, DENTIST, LUNCH, rules=rules))[0]
    assert best.span is not None
    assert format_instant(best.span.start) == "2026-01-11T20:00:00Z"


def test_a_soft_rule_is_not_broken_by_the_way_out_either() -> None:
    rules = [rule("Day", "soft", {"type": "preferred_window", "start": "09:00", "end": "17:00"}, "carol")]
    best = ways(agenda(SOCCER, DENTIST, LUNCH, rules=rules))[0]
    assert best.span is not None
    assert format_instant(best.span.start) == "2026-01-11T10:30:00Z"


def test_nothing_moves_into_the_past() -> None:
    soon = at("14:20")
    known = agenda(SOCCER, DENTIST, LUNCH)
    (one,) = collisions([SOCCER.id], known, soon)
    best = options(one, known, soon)[0]
    assert best.span is not None
    assert best.span.start >= soon


def test_another_car_comes_before_another_time() -> None:
    one = entry("One", "09:00", "10:00", who=("alice",), uses=["car"], priority=EventPriority.HIGH)
    two = entry("Two", "09:30", "10:30", who=("bob",), uses=["car"], flexibility=Flexibility.PREFERRED)
    shared = [resource("car"), resource("van")]
    best = ways(agenda(one, two, resources=shared))[0]
    assert (best.strategy, best.resource) == (Strategy.SWAP_RESOURCE, ("car", "van"))


def test_a_rule_says_which_resource_is_rather_taken() -> None:
    one = entry("One", "09:00", "10:00", who=("alice",), uses=["car"], priority=EventPriority.HIGH)
    two = entry("Two", "09:30", "10:30", who=("bob",), uses=["car"], flexibility=Flexibility.PREFERRED)
    shared = [resource("car"), resource("bus"), resource("van")]
    wish = rule("Rather", "soft", {"type": "resource_priority", "resources": ["van", "bus"]})
    assert ways(agenda(one, two, resources=shared, rules=[wish]))[0].resource == ("car", "van")


def test_an_event_with_others_can_go_on_without_the_one() -> None:
    team = entry("Team", "14:00", "15:30", who=("carol", "bob"))
    found = ways(agenda(team, DENTIST))
    without = next(one for one in found if one.strategy is Strategy.MAKE_OPTIONAL)
    assert (without.entry.id, without.user) == ("event_team", UserId("carol"))


def test_a_little_is_cut_off_but_never_more_than_a_third() -> None:
    long = entry("Long", "12:30", "14:45", flexibility=Flexibility.PREFERRED)
    cut = next(one for one in ways(agenda(long, DENTIST)) if one.strategy is Strategy.SHORTEN_EVENT)
    assert cut.span == Span(at("12:30"), at("14:30"))
    assert all(one.strategy is not Strategy.SHORTEN_EVENT for one in ways(agenda(SOCCER, DENTIST)))


def test_what_others_own_is_asked_for_and_not_moved() -> None:
    theirs = entry("Theirs", "14:30", "16:00", source=Source.BUSY, flexibility=Flexibility.FLEXIBLE)
    known = agenda(SOCCER, theirs)
    (one,) = collisions([SOCCER.id], known, NOW)
    assert {each.entry.id for each in options(one, known, NOW)} == {SOCCER.id}
    assert others_to_ask(one, known.people) == ("Carol",)


def test_a_session_is_moved_as_sessions_are() -> None:
    session = entry("Planning", "14:30", "16:00", source=Source.SESSION, flexibility=Flexibility.PREFERRED)
    fixed = replace(SOCCER, flexibility=Flexibility.FIXED)
    found = ways(agenda(fixed, session))
    assert found[0].strategy is Strategy.MOVE_SESSION


def test_a_childs_event_asks_one_more() -> None:
    alone = ways(agenda(SOCCER, DENTIST))[0].score.value
    child = person("carol", role=Role.CHILD)
    assert ways(agenda(SOCCER, DENTIST, people=[child]))[0].score.value < alone


def test_three_at_most_and_the_best_first() -> None:
    team = entry("Team", "14:00", "15:30", who=("carol", "bob"), flexibility=Flexibility.FLEXIBLE)
    other = entry("Other", "14:30", "16:00", who=("carol", "alice"), flexibility=Flexibility.PREFERRED)
    found = ways(agenda(team, other))
    assert len(found) == 3
    assert [one.score.value for one in found] == sorted((one.score.value for one in found), reverse=True)


def carried_out(option: Option, known: Agenda) -> Agenda:
    entry = option.entry
    rest = known.without([entry.place])
    if option.strategy is Strategy.CANCEL_EVENT:
        return rest
    if option.span is not None:
        return rest.with_entries([replace(entry, span=option.span)])
    if option.resource is not None:
        old, new = option.resource
        return rest.with_entries([replace(entry, resources=(entry.resources - {old}) | {new})])
    return rest.with_entries([replace(entry, required=entry.required - {option.user or UserId("")})])


def random_agenda(seed: int) -> Agenda:
    dice = random.Random(seed)
    entries: list[Entry] = []
    for number in range(dice.randint(2, 9)):
        start = at("08:00") + dice.randrange(0, 12 * 60, 15) * MINUTE
        made = entry(
            f"E{number}",
            "08:00",
            "09:00",
            who=dice.sample(("carol", "bob", "alice"), dice.randint(1, 2)),
            priority=dice.choice(list(EventPriority)),
            flexibility=dice.choice(list(Flexibility)),
            uses=dice.sample(("car", "van"), dice.randint(0, 1)),
        )
        entries.append(replace(made, span=Span(start, start + dice.choice((30, 45, 60, 90)) * MINUTE)))
    rules = [
        rule("Dinner", "hard", {"type": "blocked_window", "start": "18:00", "end": "19:00"}),
        rule("Gap", dice.choice(("hard", "soft")), {"type": "min_gap_minutes", "minutes": 10}, "carol"),
        rule("Most", "soft", {"type": "max_events_per_day", "count": 4}, "bob"),
    ]
    shared = [resource("car"), resource("van", 2)]
    return agenda(*entries, rules=dice.sample(rules, dice.randint(0, 3)), resources=shared)


@pytest.mark.parametrize("seed", range(60))
def test_every_option_ends_its_conflict_and_makes_no_new_one(seed: int) -> None:
    """The law: after it, the conflict of that key is gone, and nothing collides that did not before."""
    known = random_agenda(seed)
    names = [one.id for one in known.entries]
    before = {one.key for one in collisions(names, known, NOW)}
    for collision in collisions(names, known, NOW):
        for option in options(collision, known, NOW):
            after = carried_out(option, known)
            left = {one.key for one in collisions(names, after, NOW)}
            assert collision.key not in left, (collision.key, option)
            if option.strategy in (Strategy.MOVE_EVENT, Strategy.SHORTEN_EVENT):
                assert left <= before, (option, left - before)


def test_a_week_is_searched_around_the_old_time() -> None:
    busy = [
        entry(f"B{day}", "00:00", "23:59", day=f"2026-01-{day:02}T", priority=EventPriority.HIGH)
        for day in range(11, 14)
    ]
    moving = entry("Moving", "10:00", "11:00", flexibility=Flexibility.FLEXIBLE)
    best = ways(agenda(moving, *busy), moving.id)[0]
    assert best.span is not None
    assert abs(best.span.start - moving.span.start) <= 36 * HOUR


def test_one_change_is_no_way_out_of_a_day_that_is_two_events_over() -> None:
    """Whatever moves or is called off, three are left where two may be: it would only seem to be over."""
    day = [
        entry(f"E{hour}", f"{hour:02}:00", f"{hour:02}:30", flexibility=Flexibility.FLEXIBLE)
        for hour in (7, 11, 13, 15)
    ]
    rules = [rule("Two", "soft", {"type": "max_events_per_day", "count": 2}, "carol")]
    assert ways(agenda(*day, rules=rules)) == []
    assert ways(agenda(*day[:3], rules=rules))
