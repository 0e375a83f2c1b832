"""Whom people know, and what calendars tell of them, in memory."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from engine.ids import UserId
from engine.model.relations import (
    Contact,
    Embedding,
    Encounter,
    Interaction,
    Interest,
    KnownAddress,
    MeetingSource,
    Memory,
    Relationship,
)
from engine.ports.relations import Ranked
from engine.time.span import Instant
from engine.trouble import Unopened, left_out
from tests.doubles.store.repository import MemoryRepository, drop_where
from tests.doubles.store.tables import Table, Tables

T = TypeVar("T", bound=Any)


class _Rows(MemoryRepository[T]):
    def __init__(self, tables: Tables, table: Table[str, T]) -> None:
        super().__init__(table)
        self._tables = tables

    def spoilt(self) -> Mapping[str, str]:
        """Tell which do not open: here all do."""
        return {}

    def add_all(self, entities: Iterable[T]) -> None:
        """Insert new ones."""
        for entity in entities:
            self.put(entity)

    def put_all(self, entities: Iterable[T]) -> None:
        """Insert or replace some, each in just the version that it carries."""
        for entity in entities:
            self.put(entity)

    def delete_all(self, names: Collection[str]) -> None:
        """Remove some."""
        for name in names:
            self.delete(name)

    def of_user(self, user: UserId) -> Sequence[T]:
        """Give a user's, by id."""
        return self._some(lambda one: one.user_id == user, lambda one: one.id)

    def page(self, user: UserId, after: str, limit: int) -> Sequence[T]:
        """Give so many of a user's, by id, that follow an id; the empty one comes first."""
        return [one for one in self.of_user(user) if one.id > after][:limit]

    def changed(self, user: UserId, since: Instant) -> Sequence[T]:
        """Give a user's that were changed since then, by id."""
        return [one for one in self.of_user(user) if one.updated_at >= since]

    def count(self, user: UserId) -> int:
        """Tell how many a user has."""
        return len(self.of_user(user))

    def ids(self, user: UserId) -> Collection[str]:
        """Name a user's."""
        return [one.id for one in self.of_user(user)]

    def _check(self, entity: T) -> None:
        named = getattr(entity, "contact_id", None)
        self._need(entity, named is None or named in self._tables.contacts, "there is no such contact")

    def _of_contact(self, contact: str) -> list[T]:
        return self._some(lambda one: one.contact_id == contact, lambda one: one.id)


class MemoryContacts(_Rows[Contact]):
    """`engine.ports.relations.Contacts`."""

    word = "Contact"

    def _check(self, entity: Contact) -> None:
        self._need(entity, 0 <= entity.relationship_strength <= 1, "relationship_strength")

    def delete(self, name: str) -> None:
        """Remove one, with what belongs to it."""
        super().delete(name)
        belongings: tuple[Table[str, Any], ...] = (
            self._tables.known_addresses,
            self._tables.interactions,
            self._tables.interests,
            self._tables.memories,
            self._tables.embeddings,
        )
        for table in belongings:
            drop_where(table, "id", lambda one: one.contact_id == name)
        drop_where(self._tables.relationships, "id", lambda one: name in (one.contact_a_id, one.contact_b_id))

    def ranked(self, user: UserId) -> Sequence[Ranked]:
        """Tell of a user's what can be told without opening them; those that were merged are left out."""
        return [
            Ranked(one.id, one.relationship_strength, one.last_interaction_at, one.is_archived)
            for one in self.of_user(user)
            if one.merged_into is None
        ]

    def measurable(self, now: Instant, limit: int) -> Sequence[str]:
        """Name those that are to be measured by now, the longest due first."""
        due = [one for one in self._table if one.measure_at is not None and one.measure_at <= now]
        return [one.id for one in sorted(due, key=lambda one: (one.measure_at, one.id))][:limit]

    def measure(self, names: Collection[str], at: Instant) -> None:
        """Have some measured from then on."""
        for one in self.some(names):
            self.put(replace(one, measure_at=at))


class MemoryKnownAddresses(_Rows[KnownAddress]):
    """`engine.ports.relations.KnownAddresses`."""

    word = "Address"

    def of_contact(self, contact: str) -> Sequence[KnownAddress]:
        """Give a contact's, by hash."""
        return self._of_contact(contact)


class MemoryInteractions(_Rows[Interaction]):
    """`engine.ports.relations.Interactions`."""

    word = "Interaction"

    def _check(self, entity: Interaction) -> None:
        super()._check(entity)
        mood = entity.sentiment_score
        self._need(entity, mood is None or -1 <= mood <= 1, "sentiment_score")
        self._need(entity, (entity.duration_minutes or 0) >= 0, "duration_minutes")

    def entered(self, user: UserId) -> Sequence[Interaction]:
        """Give those of a user's that are derived from no event, or that somebody wrote on, by id."""
        return self._some(
            lambda one: one.user_id == user and (one.source_id is None or bool(one.metadata)),
            lambda one: one.id,
        )

    def of_contact(self, contact: str) -> Sequence[Interaction]:
        """Give a contact's, newest first."""
        return self._some(lambda one: one.contact_id == contact, _newest_first)

    def history(self, contact: str) -> Sequence[Interaction]:
        """Give a contact's, newest first, without who else was there: what measuring asks for."""
        return [replace(one, meeting_attendees=(), metadata={}) for one in self.of_contact(contact)]

    def of_sources(self, sources: Collection[str]) -> Sequence[Interaction]:
        """Give those that are derived from some events."""
        return self._some(lambda one: one.source_id in sources, lambda one: one.id)

    def together(self, contact: str) -> Sequence[tuple[str, str, Instant]]:
        """Tell with whom a contact was met: the other, the interaction with this one, and when."""
        mine = [one for one in self._table if one.contact_id == contact and one.source_id is not None]
        found = [
            (other.contact_id, one.id, one.interaction_date)
            for one in mine
            for other in self._table
            if (other.source_id, other.interaction_date) == (one.source_id, one.interaction_date)
            and other.contact_id != contact
        ]
        return sorted(found, key=lambda row: (row[0], row[2], row[1]))


def _newest_first(one: Interaction) -> tuple[int, str]:
    return -one.interaction_date, one.id


class MemoryInterests(_Rows[Interest]):
    """`engine.ports.relations.Interests`."""

    word = "Interest"

    def _check(self, entity: Interest) -> None:
        super()._check(entity)
        self._need(entity, 0 <= entity.confidence_score <= 1, "confidence_score")
        same = [
            one
            for one in self._table
            if (one.contact_id, one.mark) == (entity.contact_id, entity.mark) and one.id != entity.id
        ]
        self._need(entity, not same, "it is there already")

    def of_contact(self, contact: str) -> Sequence[Interest]:
        """Give a contact's, by id."""
        return self._of_contact(contact)


class MemoryRelationships(_Rows[Relationship]):
    """`engine.ports.relations.Relationships`."""

    word = "Relationship"

    def _check(self, entity: Relationship) -> None:
        self._need(entity, 0 <= entity.strength_score <= 1, "strength_score")
        self._need(entity, entity.contact_a_id < entity.contact_b_id, "once")
        pair = (entity.contact_a_id, entity.contact_b_id)
        there = all(name in self._tables.contacts for name in pair)
        self._need(entity, there, "there is no such contact")
        same = [
            one for one in self._table if (one.contact_a_id, one.contact_b_id) == pair and one.id != entity.id
        ]
        self._need(entity, not same, "it is there already")

    def of_contact(self, contact: str) -> Sequence[Relationship]:
        """Give those that a contact is part of, by id."""
        return self._some(lambda one: contact in (one.contact_a_id, one.contact_b_id), lambda one: one.id)

    def around(self, contacts: Collection[str]) -> Sequence[tuple[str, str, str, int]]:
        """Tell of those that some contacts are part of: id, both contacts, how many they know in common."""
        found = self._some(
            lambda one: one.contact_a_id in contacts or one.contact_b_id in contacts, lambda one: one.id
        )
        return [(one.id, one.contact_a_id, one.contact_b_id, one.mutual_connections) for one in found]


class MemoryMemories(_Rows[Memory]):
    """`engine.ports.relations.Memories`."""

    word = "Memory"

    def of_contact(self, contact: str) -> Sequence[Memory]:
        """Give a contact's, by id."""
        return self._of_contact(contact)

    def expired(self, now: Instant, limit: int) -> Sequence[str]:
        """Name those that are over by now."""
        return [one.id for one in self._table if one.expires_at is not None and one.expires_at <= now][:limit]


class MemoryEmbeddings(_Rows[Embedding]):
    """`engine.ports.relations.Embeddings`."""

    word = "Text"

    def _check(self, entity: Embedding) -> None:
        super()._check(entity)
        mine = (entity.contact_id, entity.mark)
        same = [one for one in self._table if (one.contact_id, one.mark) == mine and one.id != entity.id]
        self._need(entity, not same, "it is there already")

    def of_contact(self, contact: str) -> Sequence[Embedding]:
        """Give a contact's, by id."""
        return self._of_contact(contact)

    def pending(self, model: str, limit: int) -> Sequence[Embedding]:
        """Give texts that a model is yet to place, each once."""
        there = {one.mark for one in self._table if one.model == model}
        lacking = self._some(lambda one: one.model is None and one.mark not in there, lambda one: one.id)
        return list({one.mark: one for one in lacking[:limit]}.values())

    def placed(self, user: UserId, model: str, since: Instant) -> Sequence[tuple[str, str]]:
        """Give marks and vectors of a user's that a model has placed since then, the newest first."""
        found = self._some(
            lambda one: one.user_id == user and one.model == model and one.updated_at >= since,
            lambda one: (-one.updated_at, one.id),
        )
        return [(one.mark, one.vector or "") for one in found]

    def any_vector(self, model: str) -> str | None:
        """Give a vector that a model has placed, anybody's; None where it has placed none."""
        placed = self._some(lambda one: one.model == model, lambda one: one.id)
        return placed[0].vector if placed else None

    def marked(self, marks: Collection[str]) -> Sequence[Embedding]:
        """Give those with some marks, by id."""
        return self._some(lambda one: one.mark in marks, lambda one: one.id)

    def unplace(self, model: str | None) -> None:
        """Take the vectors of all other models away."""
        for one in self._some(lambda one: one.model not in (None, model), lambda one: one.id):
            self.put(replace(one, model=None, vector=None, topic=None))


class MemoryMeetingSources(_Rows[MeetingSource]):
    """`engine.ports.relations.MeetingSources`."""

    word = "Event"

    def delete(self, name: str) -> None:
        """Remove one, with its encounters."""
        super().delete(name)
        drop_where(self._tables.encounters, "id", lambda one: one.source_id == name)

    def due(self, now: Instant, limit: int, unopened: Unopened = left_out) -> Sequence[MeetingSource]:
        """Give those that are to be looked at by now, the longest due first."""
        due = [one for one in self._table if one.due_at is not None and one.due_at <= now]
        return sorted(due, key=lambda one: (one.due_at, one.id))[:limit]

    def upcoming(self, user: UserId, now: Instant, limit: int) -> Sequence[MeetingSource]:
        """Give those of a user that are looked at later, the first due first."""
        later = [one for one in self._table if one.user_id == user and (one.due_at or 0) > now]
        return sorted(later, key=lambda one: (one.due_at, one.id))[:limit]

    def birthdays(self, user: UserId) -> Sequence[MeetingSource]:
        """Give those of a user that are birthdays, by id."""
        return self._some(lambda one: one.user_id == user and one.birthday is not None, lambda one: one.id)

    def look_at(self, names: Collection[str], at: Instant | None) -> None:
        """Have some looked at from then on, or not any more."""
        for one in self.some(names):
            self.put(replace(one, due_at=at))

    def versions(self, names: Collection[str]) -> Mapping[str, int]:
        """Tell in which version some are now; what is gone is left out."""
        return {one.id: one.version for one in self.some(names)}

    def hasten(self, names: Collection[str], at: Instant) -> None:
        """Have some looked at from then on that are looked at later, or not any more."""
        self.look_at([one.id for one in self.some(names) if one.due_at is None or one.due_at > at], at)


class MemoryEncounters(_Rows[Encounter]):
    """`engine.ports.relations.Encounters`."""

    word = "Encounter"

    def _check(self, entity: Encounter) -> None:
        self._need(entity, entity.source_id in self._tables.meeting_sources, "there is no such event")

    def of_sources(self, sources: Collection[str]) -> Sequence[Encounter]:
        """Give those of some events."""
        return self._some(lambda one: one.source_id in sources, lambda one: one.id)

    def of_marks(self, marks: Collection[str]) -> Sequence[Encounter]:
        """Give those of some addresses."""
        return self._some(lambda one: one.mark in marks, lambda one: one.id)

    def met_by(self, user: UserId) -> Mapping[str, int]:
        """Tell at how many meetings of a user's each address was that was at any."""
        return self.met({one.mark for one in self._table if one.user_id == user})

    def met(self, marks: Collection[str]) -> Mapping[str, int]:
        """Tell at how many meetings each of some addresses was."""
        found: Counter[str] = Counter()
        for one in self.of_marks(marks):
            found[one.mark] += one.meetings
        return found
