"""Whom people know, and what is known of them, in SQL."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.ids import UserId
from engine.model.relations import (
    Contact,
    Embedding,
    Interaction,
    Interest,
    KnownAddress,
    Memory,
    Relationship,
)
from engine.ports.relations import Ranked
from engine.time.span import Instant
from store.sql.repositories.relation_rows import Rows
from store.sql.repositories.repository import TUPLE, Kind, batches
from store.sql.tables.relations import (
    ai_memories,
    contact_addresses,
    contacts,
    embeddings,
    interactions,
    interests,
    relationships,
)


def _sentences_document(sentences: Iterable[tuple[str, Sequence[str]]]) -> list[list[Any]]:
    return [[text, list(sources)] for text, sources in sentences]


def _parse_sentences(rows: Iterable[tuple[str, Sequence[str]]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((text, tuple(sources)) for text, sources in rows)


class SqlContacts(Rows[Contact]):
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
        return list(self._connection.execute(_measurable(limit), {"now": now}).scalars())

    def measure(self, names: Collection[str], at: Instant) -> None:
        """Have some measured from then on."""
        for batch in batches(names):
            due = sa.update(contacts).where(contacts.c.id.in_(batch))
            self._connection.execute(due.values(measure_at=at, version=contacts.c.version + 1))


@cache
def _measurable(limit: int) -> sa.Select[Any]:
    table = contacts.c
    due = sa.select(table.id).where(
        sa.text("measure_at IS NOT NULL"), table.measure_at <= sa.bindparam("now")
    )
    return due.order_by(table.measure_at, table.id).limit(limit)


class SqlKnownAddresses(Rows[KnownAddress]):
    """`engine.ports.relations.KnownAddresses`."""

    kind = Kind(entity=KnownAddress, table=contact_addresses, word="Address")

    def of_contact(self, contact: str) -> Sequence[KnownAddress]:
        """Give a contact's, by hash."""
        return self._of_contact(contact)


_OTHERS = interactions.alias("others")


class SqlInteractions(Rows[Interaction]):
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

    def entered(self, user: UserId) -> Sequence[Interaction]:
        """Give those of a user's that are derived from no event, or that somebody wrote on, by id."""
        table = interactions.c
        by_hand = sa.or_(table.source_id.is_(None), table["metadata"].is_not(None))
        mine = self._select().where(table.user_id == user, by_hand)
        return self._some(mine.order_by(table.id))

    def history(self, contact: str) -> Sequence[Interaction]:
        """Give a contact's, newest first, without who else was there: what measuring asks for."""
        table = interactions.c
        mine = _with_words().where(table.contact_id == contact)
        return self._some(mine.order_by(table.interaction_date.desc(), table.id))

    def changed(self, user: UserId, since: Instant) -> Sequence[Interaction]:
        """Give a user's that were changed since then, by id, without who else was there."""
        table = interactions.c
        mine = _with_words().where(table.user_id == user, table.updated_at >= since)
        return self._some(mine.order_by(table.id))

    def of_sources(self, sources: Collection[str]) -> Sequence[Interaction]:
        """Give those that are derived from some events."""
        return self._among("source_id", sources, "id")

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


def _with_words() -> sa.Select[Any]:
    """Ask for all of a row but who else was there, which takes as long to open as all the rest."""
    left_out = {name: sa.null().label(name) for name in ("meeting_attendees", "metadata")}
    return sa.select(*(left_out.get(one.name, one) for one in interactions.columns))


class SqlInterests(Rows[Interest]):
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


class SqlRelationships(Rows[Relationship]):
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
        for batch in batches(contacts):
            for end in (table.contact_a_id, table.contact_b_id):
                rows = self._connection.execute(what.where(end.in_(batch)))
                found |= {row[0]: (row[0], row[1], row[2], row[3]) for row in rows}
        return [found[name] for name in sorted(found)]


class SqlMemories(Rows[Memory]):
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


class SqlEmbeddings(Rows[Embedding]):
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
        rows = self._connection.execute(mine.order_by(table.updated_at.desc(), table.id)).mappings().all()
        return [(row["mark"], self._read("vector", row)) for row in rows]

    def any_vector(self, model: str) -> str | None:
        """Give a vector that a model has placed, anybody's; None where it has placed none."""
        one = self._select().where(embeddings.c.model == model).order_by(embeddings.c.id).limit(1)
        return next((found.vector for found in self._some(one, lambda _row, _why: None)), None)

    def marked(self, marks: Collection[str]) -> Sequence[Embedding]:
        """Give those with some marks, by id."""
        return self._among("mark", marks, "id")

    def unplace(self, model: str | None) -> None:
        """Take the vectors of all other models away."""
        table = embeddings.c
        others = table.model.is_not(None) if model is None else table.model != model
        nowhere = {"model": None, "vector": None, "topic": None, "version": table.version + 1}
        self._connection.execute(sa.update(embeddings).where(others).values(nowhere))
