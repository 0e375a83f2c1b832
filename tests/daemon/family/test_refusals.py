"""What nobody may do to a family's things by going another way than the one that is refused."""

import pytest

from daemon.services import Services
from engine.errors import InputError, NotAllowedError
from engine.family.event_change import EventChange
from engine.model.constraint import ConstraintLevel
from engine.model.event import EventPriority, Flexibility
from engine.time.instant import parse_instant
from engine.time.span import HOUR, Span
from tests.daemon.family.home import Houses, add, desks
from tests.daemon.family.test_conflicts import CHILD, open_ones

LATER = parse_instant("2026-01-11T18:00:00Z")


def carols_clash(services: Services) -> tuple[str, str]:
    """Give Carol's piano lesson, which may move, and what it collides in."""
    piano = add(services, "Piano", "14:00", "15:00", flexibility=Flexibility.FLEXIBLE)
    add(services, "Dentist", "14:30", "15:30", priority=EventPriority.HIGH)
    return piano.id, str(open_ones(services)[0]["id"])


def test_a_child_undoes_nothing_that_a_parent_resolved(houses: Houses) -> None:
    services = houses.home(*CHILD)
    piano, clash = carols_clash(services)
    desks(services, "alice").conflicts.resolve(clash, 1)
    moved = desks(services).events.show(piano)
    for who in ("carol", "bob"):
        with pytest.raises(NotAllowedError, match="child"):
            desks(services, who).conflicts.undo(clash)
    assert desks(services).events.show(piano) == moved
    assert desks(services, "alice").conflicts.undo(clash)["status"] == "detected"


def test_a_child_moves_an_event_of_theirs_by_hand_no_more_than_by_a_way_out(houses: Houses) -> None:
    services = houses.home(*CHILD)
    piano, _ = carols_clash(services)
    others = add(services, "Walk", "20:00", "21:00", who=["bob"])
    carol = desks(services, "carol").events
    with pytest.raises(NotAllowedError, match="child"):
        carol.move(piano, LATER)
    with pytest.raises(NotAllowedError, match="child"):
        carol.cancel(piano)
    for change in (EventChange(start=LATER), EventChange(required=())):
        with pytest.raises(NotAllowedError, match="child"):
            carol.edit(piano, change)
    assert carol.edit(piano, EventChange(title="Piano with Dan")).title == "Piano with Dan"
    assert carol.move(others.id, LATER).start_time == LATER
    assert desks(services, "bob").events.move(piano, LATER).start_time == LATER


def test_a_child_without_parents_decides_alone(houses: Houses) -> None:
    services = houses.home(CHILD[1], CHILD[2], settings='[calendars.family]\ntype = "family"\n')
    piano = add(services, "Piano", "14:00", "15:00", by="bob")
    assert desks(services, "carol").events.move(piano.id, LATER).start_time == LATER


def test_a_thing_is_kept_by_hand_at_no_time_at_which_its_own_hard_rules_forbid_it(houses: Houses) -> None:
    services = houses.home()
    rules, quiet = (
        services.access.family.rules,
        {"type": "blocked_window", "start": "20:00", "end": "23:00"},
    )
    rules.add("resource:car", "Garage", ConstraintLevel.HARD, quiet)
    rules.add("resource:kitchen", "Garage", ConstraintLevel.SOFT, quiet)
    rules.add("all", "Evenings", ConstraintLevel.HARD, {**quiet, "start": "17:00"})
    bob = desks(services, "bob").resources
    late = Span(LATER + 2 * HOUR - 60, LATER + 2 * HOUR + 60)
    with pytest.raises(InputError, match=r"never 20:00-23:00 \(Garage\)"):
        bob.reserve("car", late, None, None)
    assert bob.free("car", late)["current_usage"] == 0
    for name, span in (("car", Span(LATER, LATER + 2 * HOUR)), ("kitchen", late)):
        assert bob.reserve(name, span, None, None)["status"] == "confirmed"


def file_of(*lines: str) -> bytes:
    event = ["BEGIN:VEVENT", "UID:one", "SUMMARY:One", *lines, "END:VEVENT"]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *event, "END:VCALENDAR", ""]).encode()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("DTSTART:00010101T000000Z", "DTEND:00010101T010000Z"), "not between 1970 and 2199"),
        (("DTSTART:99991231T220000Z", "DTEND:99991231T230000Z"), "not between 1970 and 2199"),
        (("DTSTART;TZID=Mars/Base:20260112T050000", "DURATION:PT1H"), "zone 'Mars/Base' is not known"),
        (("DTSTART:20260112T050000Z", "DTEND;TZID=Mars/Base:20260112T060000"), "zone 'Mars/Base' is not"),
    ],
)
def test_a_file_whose_times_cannot_be_told_is_refused_in_words(
    lines: tuple[str, ...], why: str, houses: Houses
) -> None:
    services = houses.home()
    with pytest.raises(InputError, match=why):
        desks(services).files.bring_in(file_of(*lines), "family")
    assert desks(services).events.listed(Span(0, LATER)) == []


def test_a_day_is_a_day_whatever_zone_a_file_tells_with_it(houses: Houses) -> None:
    services = houses.home()
    desk = desks(services)
    desk.files.bring_in(file_of("DTSTART;VALUE=DATE;TZID=Mars/Base:20260113"), "family")
    (one,) = desk.events.listed(Span(LATER - 24 * HOUR, LATER + 72 * HOUR))
    assert (one["startTime"], one["isAllDay"]) == ("2026-01-13T00:00:00Z", True)
