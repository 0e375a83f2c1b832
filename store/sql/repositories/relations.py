"""Whom people know, and what calendars tell of them, in SQL."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

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
    Upcoming,
)
from engine.ports.relations import Ranked
from engine.time.span import Instant
from store.refusals import stale
from store.sql.repositories.repository import TUPLE, Kind, SqlRepository
from store.sql.tables.relations import (
    ai_memories,
    contact_addresses,
    contacts,
    embeddings,
    encounters,
    interactions,
    interests,
    meeting_sources,
    relationships,
)

T = TypeVar("T")
_BATCH = 500
"""Values that a statement names at most: databases bound how many one may carry."""


def _sentences_document(sentences: Iterable[tuple[str, Sequence[str]]]) -> list[list[Any]]:
    return [[text, list(sources)] for text, sources in sentences]


def _parse_sentences(rows: Iterable[tuple[str, Sequence[str]]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((text, tuple(sources)) for text, sources in rows)


def _upcoming_document(one: Upcoming) -> list[Any]:
    return [one.start, one.end, one.title, list(one.addresses)]


def _parse_upcoming(row: Sequence[Any]) -> Upcoming:
    start, end, title, addresses = row
    return Upcoming(start, end, title, tuple(addresses))


def _batches(names: Collection[str]) -> Iterator[list[str]]:
    listed = sorted(set(names))
    for at in range(0, len(listed), _BATCH):
        yield listed[at : at + _BATCH]


class _Rows(SqlRepository[T]):
    """What the repositories of relations have in common: many at once."""

    empty: Mapping[str, Any] = {}
    """Sealed fields that are written as nothing where they hold nothing, and what they are then."""

    def add_all(self, entities: Iterable[T]) -> None:
        """Insert new ones."""
        rows = [{**self._row(entity), "version": 1} for entity in entities]
        if rows:
            self._connection.execute(sa.insert(self.kind.table), rows)

    def put_all(self, entities: Iterable[T]) -> None:
        """Insert or replace some, each in just the version that it carries."""
        rows = [self._row(entity) for entity in entities]
        new = [{**row, "version": 1} for row in rows if row["version"] == 0]
        if new:
            self._connection.execute(sa.insert(self.kind.table), new)
        changed = [
            {"_id": row["id"], "_version": row["version"], **row, "version": row["version"] + 1}
            for row in rows
            if row["version"] > 0
        ]
        if changed:
            table = self.kind.table.c
            there = sa.and_(table.id == sa.bindparam("_id"), table.version == sa.bindparam("_version"))
            done = self._connection.execute(sa.update(self.kind.table).where(there), changed)
            if done.rowcount != len(changed):
                raise stale(self.kind.word, str(changed[0]["id"]))

    def delete_all(self, names: Collection[str]) -> None:
        """Remove some."""
        for batch in _batches(names):
            self._connection.execute(sa.delete(self.kind.table).where(self.kind.table.c.id.in_(batch)))

    def some(self, names: Collection[str]) -> Sequence[T]:
        """Give those of these ids that there are."""
        return self._among("id", names)

    def of_user(self, user: UserId) -> Sequence[T]:
        """Give a user's, by id."""
        table = self.kind.table.c
        return self._some(self._select().where(table.user_id == user).order_by(table.id))

    def page(self, user: UserId, after: str, limit: int) -> Sequence[T]:
        """Give so many of a user's, by id, that follow an id; the empty one comes first."""
        table = self.kind.table.c
        mine = self._select().where(table.user_id == user, table.id > after)
        return self._some(mine.order_by(table.id).limit(limit))

    def changed(self, user: UserId, since: Instant) -> Sequence[T]:
        """Give a user's that were changed since then, by id."""
        table = self.kind.table.c
        mine = self._select().where(table.user_id == user, table.updated_at >= since)
        return self._some(mine.order_by(table.id))

    def count(self, user: UserId) -> int:
        """Tell how many a user has."""
        mine = sa.select(sa.func.count()).where(self.kind.table.c.user_id == user)
        return int(self._connection.execute(mine).scalar_one())

    def ids(self, user: UserId) -> Collection[str]:
        """Name a user's."""
        table = self.kind.table.c
        return list(self._connection.execute(sa.select(table.id).where(table.user_id == user)).scalars())

    def _read(self, name: str, row: Mapping[Any, Any]) -> Any:
        """Read a value; what is empty lies as nothing, and is not sealed."""
        if row[name] is None and name in self.empty:
            return self.empty[name]
        return super()._read(name, row)

    def _written(self, name: str, value: Any) -> Any:
        return None if name in self.empty and not value else super()._written(name, value)

    def _among(self, column: str, values: Collection[str]) -> list[T]:
        table = self.kind.table.c
        batches = (self._select().where(table[column].in_(batch)) for batch in _batches(values))
        return [one for statement in batches for one in self._some(statement.order_by(table.id))]

    def _of_contact(self, contact: str) -> list[T]:
        table = self.kind.table.c
        return self._some(self._select().where(table.contact_id == contact).order_by(table.id))


class SqlContacts(_Rows[Contact]):
    """`engine.ports.relations.Contacts`."""

    empty: Mapping[str, Any] = {"emails": (), "tags": ()}

    kind = Kind(
        entity=Contact,
        table=contacts,
        word="Contact",
        sealed=(
            *("email", "emails", "full_name", "first_name", "last_name", "company", "job_title"),
            *("linkedin_url", "phone", "avatar_url", "location", "bio", "birthday", "tags", "notes"),
        ),
        converted={"emails": TUPLE, "tags": TUPLE},
    )

    def ranked(self, user: UserId) -> Sequence[Ranked]:
        """Tell of a user's what can be told without opening them; those that were merged are left out."""
        table = contacts.c
        what = (table.id, table.relationship_strength, table.last_interaction_at, table.is_archived)
        mine = sa.select(*what).where(table.user_id == user, sa.text("merged_into IS NULL"))
        return [Ranked(*row) for row in self._connection.execute(mine.order_by(table.id))]

    def measurable(self, now: Instant, limit: int) -> Sequence[str]:
        """Name those that are to be measured by now, the longest due first."""
        table = contacts.c
        due = sa.select(table.id).where(sa.text("measure_at IS NOT NULL"), table.measure_at <= now)
        return list(self._connection.execute(due.order_by(table.measure_at, table.id).limit(limit)).scalars())

    def measure(self, names: Collection[str], at: Instant) -> None:
        """Have some measured from then on."""
        for batch in _batches(names):
            due = sa.update(contacts).where(contacts.c.id.in_(batch))
            self._connection.execute(due.values(measure_at=at, version=contacts.c.version + 1))


class SqlKnownAddresses(_Rows[KnownAddress]):
    """`engine.ports.relations.KnownAddresses`."""

    kind = Kind(entity=KnownAddress, table=contact_addresses, word="Address")

    def of_contact(self, contact: str) -> Sequence[KnownAddress]:
        """Give a contact's, by hash."""
        return self._of_contact(contact)


_OTHERS = interactions.alias("others")


class SqlInteractions(_Rows[Interaction]):
    """`engine.ports.relations.Interactions`."""

    empty: Mapping[str, Any] = {"meeting_attendees": (), "metadata": {}}

    kind = Kind(
        entity=Interaction,
        table=interactions,
        word="Interaction",
        sealed=("subject", "content", "content_summary", "meeting_attendees", "metadata"),
        converted={"meeting_attendees": TUPLE, "metadata": (dict, dict)},
    )

    def of_contact(self, contact: str) -> Sequence[Interaction]:
        """Give a contact's, newest first."""
        return self._newest(interactions.c.contact_id == contact)

    def history(self, contact: str) -> Sequence[Interaction]:
        """Give a contact's, newest first, without who else was there: what measuring asks for."""
        table = interactions.c
        left_out = {name: sa.null().label(name) for name in ("meeting_attendees", "metadata")}
        what = sa.select(*(left_out.get(one.name, one) for one in interactions.columns))
        mine = what.where(table.contact_id == contact)
        return self._some(mine.order_by(table.interaction_date.desc(), table.id))

    def of_sources(self, sources: Collection[str]) -> Sequence[Interaction]:
        """Give those that are derived from some events."""
        return self._among("source_id", sources)

    def together(self, contact: str) -> Sequence[tuple[str, str, Instant]]:
        """Tell with whom a contact was met: the other, the interaction with this one, and when."""
        one, other = interactions, _OTHERS
        same = sa.and_(
            other.c.source_id == one.c.source_id,
            other.c.interaction_date == one.c.interaction_date,
            other.c.user_id == one.c.user_id,
            other.c.contact_id != one.c.contact_id,
        )
        found = (
            sa.select(other.c.contact_id, one.c.id, one.c.interaction_date)
            .join(other, same)
            .where(one.c.contact_id == contact, one.c.source_id.is_not(None))
            .order_by(other.c.contact_id, one.c.interaction_date, one.c.id)
        )
        return [(row[0], row[1], row[2]) for row in self._connection.execute(found)]

    def _newest(self, where: sa.ColumnElement[bool], limit: int | None = None) -> list[Interaction]:
        table = interactions.c
        ordered = self._select().where(where).order_by(table.interaction_date.desc(), table.id)
        return self._some(ordered if limit is None else ordered.limit(limit))


class SqlInterests(_Rows[Interest]):
    """`engine.ports.relations.Interests`."""

    kind = Kind(
        entity=Interest,
        table=interests,
        word="Interest",
        sealed=("interest_category", "interest_topic"),
        converted={"source_interactions": TUPLE},
    )

    def of_contact(self, contact: str) -> Sequence[Interest]:
        """Give a contact's, by id."""
        return self._of_contact(contact)


class SqlRelationships(_Rows[Relationship]):
    """`engine.ports.relations.Relationships`."""

    kind = Kind(
        entity=Relationship,
        table=relationships,
        word="Relationship",
        converted={"evidence_interactions": TUPLE},
    )

    def of_contact(self, contact: str) -> Sequence[Relationship]:
        """Give those that a contact is part of, by id."""
        table = relationships.c
        part = sa.or_(table.contact_a_id == contact, table.contact_b_id == contact)
        return self._some(self._select().where(part).order_by(table.id))

    def around(self, contacts: Collection[str]) -> Sequence[tuple[str, str, str, int]]:
        """Tell of those that some contacts are part of: id, both contacts, how many they know in common."""
        table, found = relationships.c, dict[str, tuple[str, str, str, int]]()
        what = sa.select(table.id, table.contact_a_id, table.contact_b_id, table.mutual_connections)
        for batch in _batches(contacts):
            for end in (table.contact_a_id, table.contact_b_id):
                rows = self._connection.execute(what.where(end.in_(batch)))
                found |= {row[0]: (row[0], row[1], row[2], row[3]) for row in rows}
        return [found[name] for name in sorted(found)]


class SqlMemories(_Rows[Memory]):
    """`engine.ports.relations.Memories`."""

    empty: Mapping[str, Any] = {"sentences": (), "tags": ()}

    kind = Kind(
        entity=Memory,
        table=ai_memories,
        word="Memory",
        sealed=("title", "content", "sentences", "tags"),
        converted={
            "source_interactions": TUPLE,
            "tags": TUPLE,
            "sentences": (_sentences_document, _parse_sentences),
        },
    )

    def of_contact(self, contact: str) -> Sequence[Memory]:
        """Give a contact's, by id."""
        return self._of_contact(contact)

    def expired(self, now: Instant, limit: int) -> Sequence[str]:
        """Name those that are over by now."""
        over = (sa.text("expires_at IS NOT NULL"), ai_memories.c.expires_at <= now)
        return list(self._connection.execute(sa.select(ai_memories.c.id).where(*over).limit(limit)).scalars())


_PLACED = embeddings.alias("placed")


class SqlEmbeddings(_Rows[Embedding]):
    """`engine.ports.relations.Embeddings`."""

    kind = Kind(
        entity=Embedding,
        table=embeddings,
        word="Text",
        sealed=("text", "vector", "topic"),
        converted={"topic": TUPLE},
    )

    def of_contact(self, contact: str) -> Sequence[Embedding]:
        """Give a contact's, by id."""
        return self._of_contact(contact)

    def pending(self, model: str, limit: int) -> Sequence[Embedding]:
        """Give texts that a model is yet to place, each once."""
        table, placed = embeddings.c, _PLACED
        same = sa.exists().where(placed.c.mark == table.mark, placed.c.model == model)
        lacking = self._select().where(sa.text("embeddings.model IS NULL"), ~same)
        found = self._some(lacking.order_by(table.id).limit(limit), lambda _row, _why: None)
        return list({one.mark: one for one in found}.values())

    def placed(self, user: UserId, model: str, since: Instant) -> Sequence[tuple[str, str]]:
        """Give marks and vectors of a user's that a model has placed since then, the newest first."""
        table = embeddings.c
        mine = sa.select(table.id, table.user_id, table.mark, table.vector).where(
            table.user_id == user, table.updated_at >= since, table.model == model
        )
        rows = self._connection.execute(mine.order_by(table.updated_at.desc(), table.id)).mappings()
        return [(row["mark"], self._read("vector", row)) for row in rows]

    def marked(self, marks: Collection[str]) -> Sequence[Embedding]:
        """Give those with some marks, by id."""
        return self._among("mark", marks)

    def unplace(self, model: str | None) -> None:
        """Take the vectors of all other models away."""
        table = embeddings.c
        others = table.model.is_not(None) if model is None else table.model != model
        nowhere = {"model": None, "vector": None, "topic": None, "version": table.version + 1}
        self._connection.execute(sa.update(embeddings).where(others).values(nowhere))


class SqlMeetingSources(_Rows[MeetingSource]):
    """`engine.ports.relations.MeetingSources`."""

    kind = Kind(
        entity=MeetingSource,
        table=meeting_sources,
        word="Event",
        sealed=("birthday", "upcoming"),
        converted={"birthday": TUPLE, "upcoming": (_upcoming_document, _parse_upcoming)},
    )

    def due(self, now: Instant, limit: int) -> Sequence[MeetingSource]:
        """Give those that are to be looked at by now, the longest due first."""
        table = meeting_sources.c
        due = self._select().where(sa.text("due_at IS NOT NULL"), table.due_at <= now)
        return self._some(due.order_by(table.due_at, table.id).limit(limit))

    def upcoming(self, user: UserId, now: Instant, limit: int) -> Sequence[MeetingSource]:
        """Give those of a user that are looked at later, the first due first."""
        table = meeting_sources.c
        later = self._select().where(table.user_id == user, table.due_at > now)
        return self._some(later.order_by(table.due_at, table.id).limit(limit))

    def birthdays(self, user: UserId) -> Sequence[MeetingSource]:
        """Give those of a user that are birthdays, by id."""
        table = meeting_sources.c
        mine = self._select().where(table.user_id == user, sa.text("birthday IS NOT NULL"))
        return self._some(mine.order_by(table.id))

    def look_at(self, names: Collection[str], at: Instant | None) -> None:
        """Have some looked at from then on, or not any more."""
        for batch in _batches(names):
            due = sa.update(meeting_sources).where(meeting_sources.c.id.in_(batch))
            self._connection.execute(due.values(due_at=at, version=meeting_sources.c.version + 1))


class SqlEncounters(_Rows[Encounter]):
    """`engine.ports.relations.Encounters`."""

    kind = Kind(entity=Encounter, table=encounters, word="Encounter")

    def of_sources(self, sources: Collection[str]) -> Sequence[Encounter]:
        """Give those of some events."""
        return self._among("source_id", sources)

    def of_marks(self, marks: Collection[str]) -> Sequence[Encounter]:
        """Give those of some addresses."""
        return self._among("mark", marks)

    def met(self, marks: Collection[str]) -> Mapping[str, int]:
        """Tell at how many meetings each of some addresses was."""
        table, found = encounters.c, dict[str, int]()
        for batch in _batches(marks):
            counted = sa.select(table.mark, sa.func.sum(table.meetings)).where(table.mark.in_(batch))
            found |= {row[0]: int(row[1]) for row in self._connection.execute(counted.group_by(table.mark))}
        return found
