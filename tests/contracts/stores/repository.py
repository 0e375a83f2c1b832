"""Every kind of entity on a repository is created, read, updated and deleted alike."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.errors import StaleVersionError
from engine.ports.repository import Repository
from engine.ports.store import Store, Transaction
from engine.time.span import DAY
from tests.contracts.stores.sample_rows import (
    ANA,
    BUDGET,
    CAR,
    CHANNEL,
    CONFLICT,
    CURSOR,
    DAEMON,
    DISPATCH,
    EMBEDDING,
    ENCOUNTER,
    ENDED,
    FULL_EVENT,
    GRANT,
    INTERACTION,
    INTEREST,
    INVITATION,
    KEPT_ANSWER,
    KNOWN_ADDRESS,
    LEARNING_NOTE,
    LINK,
    MEETING_SOURCE,
    MEMORY,
    NOTIFICATION,
    OUTAGE,
    PARTICIPANT,
    PERSONAL_SETTINGS,
    PROFILE,
    REFRESH_TOKEN,
    RELATIONSHIP,
    REMINDER,
    RESERVATION,
    RULE,
    SET_ASIDE,
    SYNC_JOB,
    TURN,
    VISIT,
    event,
)
from tests.contracts.stores.samples import ALICE, BOB, NOON, plan, user
from tests.contracts.stores.untouched import untouched

REPOSITORIES: dict[str, tuple[Callable[[Transaction], Repository[Any]], Any, str]] = {
    "events": (lambda tx: tx.repositories.events, FULL_EVENT, "updated_at"),
    "participants": (lambda tx: tx.repositories.participants, PARTICIPANT, "updated_at"),
    "reminders": (lambda tx: tx.repositories.reminders, REMINDER, "due_at"),
    "constraints": (lambda tx: tx.repositories.constraints, RULE, "updated_at"),
    "resources": (lambda tx: tx.repositories.resources, replace(CAR, id="van", active=False), "updated_at"),
    "reservations": (lambda tx: tx.repositories.reservations, RESERVATION, "updated_at"),
    "conflicts": (lambda tx: tx.repositories.conflicts, CONFLICT, "updated_at"),
    "profiles": (lambda tx: tx.repositories.profiles, PROFILE, "last_updated"),
    "analytics": (lambda tx: tx.repositories.analytics, ENDED, "created_at"),
    "notifications": (lambda tx: tx.repositories.notifications, NOTIFICATION, "read_at"),
    "sync_jobs": (lambda tx: tx.repositories.sync_jobs, SYNC_JOB, "completed_at"),
    "grants": (lambda tx: tx.repositories.grants, GRANT, "updated_at"),
    "set_aside": (lambda tx: tx.repositories.set_aside, SET_ASIDE, "next_at"),
    "daemons": (lambda tx: tx.repositories.daemons, DAEMON, "last_seen"),
    "turns": (lambda tx: tx.repositories.turns, TURN, "taken_at"),
    "channels": (lambda tx: tx.repositories.channels, CHANNEL, "claimed"),
    "refresh_tokens": (lambda tx: tx.repositories.refresh_tokens, REFRESH_TOKEN, "used_at"),
    "kept_answers": (lambda tx: tx.repositories.kept_answers, KEPT_ANSWER, "created_at"),
    "learning": (lambda tx: tx.repositories.learning, LEARNING_NOTE, "updated_at"),
    "personal_settings": (lambda tx: tx.repositories.personal_settings, PERSONAL_SETTINGS, "updated_at"),
    "budgets": (lambda tx: tx.repositories.budgets, BUDGET, "quiet_until"),
    "dispatches": (lambda tx: tx.repositories.dispatches, DISPATCH, "next_at"),
    "links": (lambda tx: tx.repositories.links, LINK, "used_at"),
    "invitations": (lambda tx: tx.repositories.invitations, INVITATION, "revoked_at"),
    "visits": (lambda tx: tx.repositories.visits, VISIT, "over_at"),
    "outages": (lambda tx: tx.repositories.outages, OUTAGE, "over_at"),
    "cursors": (lambda tx: tx.repositories.cursors, CURSOR, "position"),
    "contacts": (lambda tx: tx.repositories.contacts, ANA, "updated_at"),
    "known_addresses": (lambda tx: tx.repositories.known_addresses, KNOWN_ADDRESS, "before"),
    "interactions": (lambda tx: tx.repositories.interactions, INTERACTION, "updated_at"),
    "interests": (lambda tx: tx.repositories.interests, INTEREST, "updated_at"),
    "relationships": (lambda tx: tx.repositories.relationships, RELATIONSHIP, "last_updated_at"),
    "memories": (lambda tx: tx.repositories.memories, MEMORY, "updated_at"),
    "meeting_sources": (lambda tx: tx.repositories.meeting_sources, MEETING_SOURCE, "due_at"),
    "embeddings": (lambda tx: tx.repositories.embeddings, EMBEDDING, "updated_at"),
    "encounters": (lambda tx: tx.repositories.encounters, ENCOUNTER, "meetings"),
}
KEPT_WHEN_DELETED = {"resources"}


def furnish(work: Transaction) -> None:
    """Put there what the samples rest on."""
    work.users.put(user())
    work.calendars.apply(plan())
    work.repositories.events.put(event("event_123"))
    for name in ("known", "other"):
        work.repositories.contacts.put(replace(ANA, id=name, merged_into=None))
    work.repositories.meeting_sources.put(replace(MEETING_SOURCE, id="known_source"))
    work.repositories.resources.put(CAR)


def name_of(entity: Any) -> str:
    """Give the id under which an entity lies."""
    return str(
        next(getattr(entity, key) for key in ("id", "connector", "user_id", "name") if hasattr(entity, key))
    )


each_repository = pytest.mark.parametrize("repository", list(REPOSITORIES))


class RepositoryContract:
    @each_repository
    def test_acc_6_every_field_round_trips(self, store: Store, repository: str) -> None:
        open_repository, entity, _ = REPOSITORIES[repository]
        assert untouched(entity) <= {"capacity", "active"}
        with store.writing() as work:
            furnish(work)
            written = open_repository(work).put(entity)
        assert written == replace(entity, version=1)
        with store.reading() as look:
            assert open_repository(look).get(name_of(entity)) == written
            assert open_repository(look).get("none") is None

    @each_repository
    def test_an_entity_is_replaced_only_in_the_version_that_was_read(
        self, store: Store, repository: str
    ) -> None:
        open_repository, entity, field = REPOSITORIES[repository]
        later = {field: NOON + DAY if field != "before" else "another"}
        with store.writing() as work:
            furnish(work)
            first = open_repository(work).put(entity)
            second = open_repository(work).put(replace(first, **later))
        assert second == replace(first, **later, version=2)
        for stale in (entity, first):
            with pytest.raises(StaleVersionError), store.writing() as work:
                open_repository(work).put(stale)
        with store.reading() as look:
            assert open_repository(look).get(name_of(entity)) == second

    @each_repository
    def test_what_is_deleted_is_gone(self, store: Store, repository: str) -> None:
        open_repository, entity, _ = REPOSITORIES[repository]
        with store.writing() as work:
            furnish(work)
            open_repository(work).put(entity)
            open_repository(work).delete(name_of(entity))
            open_repository(work).delete("none")
        with store.reading() as look:
            assert (open_repository(look).get(name_of(entity)) is None) == (
                repository not in KEPT_WHEN_DELETED
            )

    @each_repository
    def test_acc_79_it_goes_with_its_user(self, store: Store, repository: str) -> None:
        open_repository, entity, _ = REPOSITORIES[repository]
        with store.writing() as work:
            furnish(work)
            open_repository(work).put(entity)
            work.users.delete(BOB)
            assert open_repository(work).get(name_of(entity)) is not None
            work.users.delete(ALICE)
        with store.reading() as look:
            assert (open_repository(look).get(name_of(entity)) is None) == (
                repository
                not in KEPT_WHEN_DELETED | {"conflicts", "budgets", "daemons", "turns", "cursors", "learning"}
            )
