"""F2's resources on each SQL store: the peak of use decides, nothing is ever booked beyond it."""

import threading
from dataclasses import replace

import pytest

from daemon.app.family.events import check_constraints
from daemon.app.family.resources import check_resource_availability, reserve
from engine.documents.rules import parse_constraint
from engine.errors import InputError, StaleVersionError, UnknownThingError
from engine.model.event import EventStatus
from engine.ports.store import Store
from tests.acceptance.stores.conftest import MakeWorld
from tests.acceptance.stores.family import CHILD, MADE, PARENT, at_home, event, kept, put, taking_part, window

SUNDAY = "2026-01-11T"


def asked(store: Store, resource: str, start: str, end: str) -> tuple[bool, int, int, int]:
    span = window(f"{SUNDAY}{start}:00Z", f"{SUNDAY}{end}:00Z")
    with store.reading() as tx:
        found = check_resource_availability(tx, resource, span)
    return found.available, found.current_usage, found.max_capacity, found.remaining


def test_acceptance_62_one_at_a_time_unless_said_and_inactive_ones_are_kept(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        with store.reading() as tx:
            capacities = {each.id: each.capacity for each in tx.repositories.resources.all()}
        assert capacities == {"car": 1, "kitchen": 3, "laptop": 1}
        booked = kept("res1", "car", f"{SUNDAY}14:00:00Z", f"{SUNDAY}16:00:00Z")
        with store.writing() as tx:
            reserve(tx, booked)
            tx.repositories.resources.delete("car")
        with pytest.raises(InputError, match="Family Car is no longer in use"), store.writing() as tx:
            reserve(tx, replace(booked, id="res2", start_time=booked.end_time, end_time=booked.end_time + 60))
        with store.reading() as tx:
            car = tx.repositories.resources.get("car")
            assert car is not None
            assert not car.active
            assert tx.repositories.reservations.get("res1") == replace(booked, version=1)
            assert tx.repositories.reservations.get("res2") is None
            with pytest.raises(UnknownThingError):
                check_resource_availability(tx, "boat", booked.span)


def test_acceptance_63_the_documents_cases(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        put(store, kept("car1", "car", f"{SUNDAY}14:00:00Z", f"{SUNDAY}16:00:00Z"))
        assert asked(store, "car", "15:00", "17:00") == (False, 1, 1, 0)
        assert asked(store, "car", "16:00", "18:00") == (True, 0, 1, 1)
        for number in range(1, 4):
            put(store, kept(f"k{number}", "kitchen", f"{SUNDAY}14:00:00Z", f"{SUNDAY}16:00:00Z"))
            expected = {1: (True, 1, 3, 2), 2: (True, 2, 3, 1), 3: (False, 3, 3, 0)}[number]
            assert asked(store, "kitchen", "14:00", "16:00") == expected


def test_acceptance_63_proposed_counts_cancelled_does_not_and_the_peak_decides(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        put(
            store,
            kept("p", "car", f"{SUNDAY}09:00:00Z", f"{SUNDAY}10:00:00Z", status=EventStatus.PROPOSED),
            kept("c", "laptop", f"{SUNDAY}09:00:00Z", f"{SUNDAY}10:00:00Z", status=EventStatus.CANCELLED),
            kept("one", "kitchen", f"{SUNDAY}09:00:00Z", f"{SUNDAY}10:00:00Z"),
            kept("two", "kitchen", f"{SUNDAY}10:00:00Z", f"{SUNDAY}11:00:00Z"),
        )
        assert asked(store, "car", "09:00", "10:00") == (False, 1, 1, 0)
        assert asked(store, "laptop", "09:00", "10:00") == (True, 0, 1, 1)
        assert asked(store, "kitchen", "09:00", "11:00") == (True, 1, 3, 2)


def test_acceptance_63_of_many_who_reserve_at_once_no_more_than_fit_succeed(sql: MakeWorld) -> None:
    with at_home(sql) as store:
        done: list[int] = []

        def try_one(number: int) -> None:
            wanted = kept(f"k{number}", "kitchen", f"{SUNDAY}14:00:00Z", f"{SUNDAY}16:00:00Z")
            while True:
                try:
                    with store.writing() as tx:
                        reserve(tx, wanted)
                    done.append(number)
                    return
                except StaleVersionError:
                    continue
                except InputError:
                    return

        threads = [threading.Thread(target=try_one, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(done) == 3
        assert asked(store, "kitchen", "14:00", "16:00") == (False, 3, 3, 0)


def test_acceptance_64_a_reservation_goes_with_its_event_and_one_may_stand_alone(sql: MakeWorld) -> None:
    trip = replace(event("trip", f"{SUNDAY}14:00:00Z", 120), status=EventStatus.PROPOSED)
    with at_home(sql) as store:
        put(store, trip)
        times = (f"{SUNDAY}14:00:00Z", f"{SUNDAY}16:00:00Z")
        put(store, kept("with", "car", *times, event_id="trip", status=EventStatus.PROPOSED))
        put(store, kept("alone", "laptop", *times))
        for status in (EventStatus.CONFIRMED, EventStatus.CANCELLED):
            with store.writing() as tx:
                there = tx.repositories.events.get("trip")
                assert there is not None
                tx.repositories.events.put(replace(there, status=status, updated_at=MADE + 60))
            with store.reading() as tx:
                assert [each.status for each in tx.repositories.reservations.of_event("trip")] == [status]
                alone = tx.repositories.reservations.get("alone")
            assert alone is not None
            assert (alone.event_id, alone.status) == (None, EventStatus.CONFIRMED)
        assert asked(store, "car", "14:00", "16:00") == (True, 0, 1, 1)


def test_f2s_rules_are_checked_among_somebodys_other_events(sql: MakeWorld) -> None:
    limit = {
        "id": "c4",
        "name": "Limit daily events",
        "family_member_id": CHILD,
        "constraint_level": "soft",
        "priority": 8,
        "rule": {"type": "max_events_per_day", "count": 3},
    }
    dinner = {
        "id": "c5",
        "name": "Family dinner time",
        "family_member_id": None,
        "constraint_level": "hard",
        "rule": {"type": "blocked_window", "start": "18:00", "end": "19:00"},
    }
    fourth = window(f"{SUNDAY}18:30:00Z", f"{SUNDAY}19:30:00Z")
    with at_home(sql) as store:
        with store.writing() as tx:
            for document in (limit, dinner):
                rule = parse_constraint(document)
                tx.repositories.constraints.put(replace(rule, created_at=MADE, updated_at=MADE))
        for hour in ("09", "11", "13"):
            put(store, event(f"e{hour}", f"{SUNDAY}{hour}:00:00Z"), taking_part(f"e{hour}", CHILD))
        with store.reading() as tx:
            found = {
                user: [violation.document() for violation in check_constraints(tx, user, fourth)]
                for user in (CHILD, PARENT)
            }
    hard = {"constraint_id": "c5", "name": "Family dinner time", "level": "hard", "blocking": True}
    soft = {
        "constraint_id": "c4",
        "name": "Limit daily events",
        "level": "soft",
        "priority": 8,
        "blocking": False,
    }
    assert found == {CHILD: [soft, hard], PARENT: [hard]}
