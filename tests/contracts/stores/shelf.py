"""Every kind of entity on a shelf is created, read, updated and deleted alike."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.errors import StaleVersionError
from engine.ports import Store, Transaction
from engine.shelves import Shelf
from engine.timespan import DAY
from tests.contracts.stores.samples import ALICE, BOB, NOON, plan, user
from tests.contracts.stores.shelved import (
    BUDGET,
    CAR,
    CONFLICT,
    ENDED,
    FULL_EVENT,
    GRANT,
    NOTIFICATION,
    PARTICIPANT,
    PROFILE,
    REMINDER,
    RESERVATION,
    RULE,
    SET_ASIDE,
    SYNC_JOB,
    event,
)
from tests.contracts.stores.untouched import untouched

SHELVES: dict[str, tuple[Callable[[Transaction], Shelf[Any]], Any, str]] = {
    "events": (lambda tx: tx.shelves.events, FULL_EVENT, "updated_at"),
    "participants": (lambda tx: tx.shelves.participants, PARTICIPANT, "updated_at"),
    "reminders": (lambda tx: tx.shelves.reminders, REMINDER, "due_at"),
    "constraints": (lambda tx: tx.shelves.constraints, RULE, "updated_at"),
    "resources": (lambda tx: tx.shelves.resources, replace(CAR, id="van", active=False), "updated_at"),
    "reservations": (lambda tx: tx.shelves.reservations, RESERVATION, "updated_at"),
    "conflicts": (lambda tx: tx.shelves.conflicts, CONFLICT, "updated_at"),
    "profiles": (lambda tx: tx.shelves.profiles, PROFILE, "last_updated"),
    "analytics": (lambda tx: tx.shelves.analytics, ENDED, "created_at"),
    "notifications": (lambda tx: tx.shelves.notifications, NOTIFICATION, "read_at"),
    "sync_jobs": (lambda tx: tx.shelves.sync_jobs, SYNC_JOB, "completed_at"),
    "grants": (lambda tx: tx.shelves.grants, GRANT, "updated_at"),
    "set_aside": (lambda tx: tx.shelves.set_aside, SET_ASIDE, "next_at"),
    "budgets": (lambda tx: tx.shelves.budgets, BUDGET, "quiet_until"),
}
KEPT_WHEN_DELETED = {"resources"}


def furnish(work: Transaction) -> None:
    """Put there what the samples rest on."""
    work.users.put(user())
    work.calendars.apply(plan())
    work.shelves.events.put(event("event_123"))
    work.shelves.resources.put(CAR)


def name_of(entity: Any) -> str:
    """Give the id under which an entity lies."""
    return str(
        next(getattr(entity, key) for key in ("id", "connector", "user_id", "name") if hasattr(entity, key))
    )


each_shelf = pytest.mark.parametrize("shelf", list(SHELVES))


class ShelfContract:
    @each_shelf
    def test_acc_6_every_field_round_trips(self, store: Store, shelf: str) -> None:
        open_shelf, entity, _ = SHELVES[shelf]
        assert untouched(entity) <= {"capacity", "active"}
        with store.writing() as work:
            furnish(work)
            written = open_shelf(work).put(entity)
        assert written == replace(entity, version=1)
        with store.reading() as look:
            assert open_shelf(look).get(name_of(entity)) == written
            assert open_shelf(look).get("none") is None

    @each_shelf
    def test_an_entity_is_replaced_only_in_the_version_that_was_read(self, store: Store, shelf: str) -> None:
        open_shelf, entity, moment = SHELVES[shelf]
        with store.writing() as work:
            furnish(work)
            first = open_shelf(work).put(entity)
            second = open_shelf(work).put(replace(first, **{moment: NOON + DAY}))
        assert second == replace(first, **{moment: NOON + DAY}, version=2)
        for stale in (entity, first):
            with pytest.raises(StaleVersionError), store.writing() as work:
                open_shelf(work).put(stale)
        with store.reading() as look:
            assert open_shelf(look).get(name_of(entity)) == second

    @each_shelf
    def test_what_is_deleted_is_gone(self, store: Store, shelf: str) -> None:
        open_shelf, entity, _ = SHELVES[shelf]
        with store.writing() as work:
            furnish(work)
            open_shelf(work).put(entity)
            open_shelf(work).delete(name_of(entity))
            open_shelf(work).delete("none")
        with store.reading() as look:
            assert (open_shelf(look).get(name_of(entity)) is None) == (shelf not in KEPT_WHEN_DELETED)

    @each_shelf
    def test_acc_79_it_goes_with_its_user(self, store: Store, shelf: str) -> None:
        open_shelf, entity, _ = SHELVES[shelf]
        with store.writing() as work:
            furnish(work)
            open_shelf(work).put(entity)
            work.users.delete(BOB)
            assert open_shelf(work).get(name_of(entity)) is not None
            work.users.delete(ALICE)
        with store.reading() as look:
            assert (open_shelf(look).get(name_of(entity)) is None) == (
                shelf not in KEPT_WHEN_DELETED | {"conflicts", "budgets"}
            )
