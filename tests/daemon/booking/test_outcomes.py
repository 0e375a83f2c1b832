"""What is shown of every attendee's copy: what became of it, when, and when it is tried again."""

from collections.abc import Mapping
from typing import Any

from engine.booking.target import NOTIFIED
from engine.booking.view import booking_view
from engine.ids import UserId
from engine.model.booking import BookingState
from engine.sessions import state_machine
from engine.time.instant import format_instant
from tests.doubles.provider.faults import Fault, Operation
from tests.worlds.book_world import NOON, SESSION, World

BOB, CY = UserId("bob"), UserId("cy")


def shown(world: World) -> Mapping[str, Mapping[str, Any]]:
    view = booking_view(world.booking(), world.effects())
    return {one["user"]: one for one in view["perCalendar"]}


def outcomes(world: World) -> dict[str, str]:
    return {user: one["outcome"] for user, one in shown(world).items()}


def booked() -> World:
    world = World()
    world.propose()
    world.accept()
    assert world.settle() is BookingState.CONFIRMED
    return world


def test_a_written_copy_keeps_the_time_at_which_it_was_written() -> None:
    world = booked()
    assert outcomes(world) == dict.fromkeys(("ann", "bob", "cy"), "written")
    before = {user: one["at"] for user, one in shown(world).items()}
    assert format_instant(NOON) <= min(before.values())
    world.clock.at += 7200
    world.run()
    assert {user: one["at"] for user, one in shown(world).items()} == before
    assert {one["nextTry"] for one in shown(world).values()} == {None}


def test_a_copy_that_is_not_taken_yet_waits_and_says_when_it_is_tried_again() -> None:
    world = World()
    world.propose()
    world.accept()
    world.desks[BOB].faults.then(Operation.WRITE, *[Fault.UNAVAILABLE] * 50)
    world.run()
    bobs = shown(world)["bob"]
    assert (bobs["outcome"], bobs["at"]) == ("waiting", None)
    assert bobs["nextTry"] > format_instant(world.clock.at)


def test_a_refused_copy_failed_and_the_others_are_removed() -> None:
    world = World()
    world.propose()
    world.accept()
    world.desks[BOB].faults.then(Operation.WRITE, Fault.REFUSE)
    seen = set()
    for _ in range(12):
        world.run()
        seen |= set(outcomes(world).items())
        world.clock.at += 61
    assert ("bob", "failed") in seen or ("bob", "removed") in seen
    assert ("ann", "removed") in seen


def test_a_cancelled_copy_is_removed_at_the_time_at_which_it_went() -> None:
    world = booked()
    written = shown(world)["bob"]["at"]
    world.clock.at += 3600
    world.command(lambda session: state_machine.cancel(session, now=world.clock.at))
    assert outcomes(world)["bob"] == "waiting"
    assert world.settle() is BookingState.CANCELLED
    assert set(outcomes(world).values()) == {"removed"}
    assert shown(world)["bob"]["at"] > written
    assert shown(world)["bob"]["nextTry"] is None


def test_who_has_no_calendar_to_write_to_is_told_once_the_booking_stands() -> None:
    world = World()
    world.targets[CY] = NOTIFIED
    world.propose()
    world.accept()
    assert set(outcomes(world).values()) <= {"waiting"}
    assert world.settle() is BookingState.CONFIRMED
    cys = shown(world)["cy"]
    assert (cys["calendar"], cys["outcome"]) == (None, "told")
    assert cys["at"] == format_instant(world.booking().since)


def test_nothing_is_shown_of_what_was_never_accepted() -> None:
    world = World()
    world.propose()
    with world.store.reading() as tx:
        assert booking_view(tx.ledger.booking(SESSION), ())["perCalendar"] == []
