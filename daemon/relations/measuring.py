"""Measures contacts: strength and rhythm, interests, and who is met together; as their history stands now.

A contact is measured after each change of its history and once a day, since all of it fades. Measured twice
at one moment it is the same.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from daemon.relations.embedding import keep_texts
from daemon.relations.naming import Names, without_removed
from daemon.relations.occasions import Occasions
from daemon.runtime.guard import Guard
from engine.ids import UserId
from engine.model.relations import Contact, Interaction, Interest, MeetingSource, Memory, Relationship
from engine.model.set_aside import Item, Work
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.relations.birthdays import birthday_of
from engine.relations.bonds import MOST_EVIDENCE, bond, neighbours, pair
from engine.relations.interests import Found, Topic, interests
from engine.relations.memories import Noted, noted
from engine.relations.strength import Measured, Touch, measured
from engine.relations.texts import interaction_text
from engine.stale import retry_stale
from engine.time.span import DAY, Instant
from engine.trouble import Trouble, attempt

AT_ONCE = 50
"""Contacts that one transaction measures."""


def history(interactions: Sequence[Interaction], now: Instant) -> Measured:
    """Measure what is known of a contact."""
    touches = (Touch(one.interaction_date, one.duration_minutes, one.people) for one in interactions)
    return measured(touches, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """Keeps what follows from contacts' histories in step with them."""

    store: Store
    clock: Clock
    names: Names
    occasions: Occasions | None = None
    """What people are told of it; where nothing is, only figures change."""
    by_meaning: bool = False
    """Whether texts are kept to be found by their meaning."""

    def run(self) -> int:
        """Measure whoever is due; gives how many were."""
        now = self.clock.now()
        with self.store.reading() as tx:
            due = tx.repositories.contacts.measurable(now, AT_ONCE)
        if not due:
            return 0
        together = attempt(partial(self._measured, due, now))
        if isinstance(together, Trouble):
            if together.is_the_stores:
                raise together.raised
            return sum(self._measure_one(one, now) for one in due)
        return len(due)

    def _measured(self, due: Sequence[str], now: Instant) -> bool:
        retry_stale(partial(self._measure_all, due, now), "A contact")
        return True

    def _measure_one(self, name: str, now: Instant) -> bool:
        """Measure one by itself, where not all could be; one that cannot be waits for a day."""
        item = Item(step=Work.RELATE, name=f"contact/{name}")
        if Guard(self.store, self.clock).run(item, partial(self._measured, [name], now)) is True:
            return True
        with self.store.writing() as tx:
            tx.repositories.contacts.measure([name], now + DAY)
        return False

    def _measure_all(self, due: Sequence[str], now: Instant) -> None:
        with self.store.writing() as tx:
            birthdays: dict[UserId, Sequence[MeetingSource]] = {}
            bound: dict[str, Collection[str]] = {}
            contacts = tx.repositories.contacts.some(due)
            closed = sorted({*due} - {one.id for one in contacts})
            tx.repositories.contacts.measure(closed, now + DAY)  # what does not open would be due for ever
            for contact in contacts:
                user = contact.user_id
                if user not in birthdays:
                    birthdays[user] = tx.repositories.meeting_sources.birthdays(user)
                _, bound[contact.id] = self._settled(tx, contact, now, birthdays[user])
            count_mutual(tx, bound)

    def measure(
        self, tx: Transaction, contact: Contact, now: Instant, birthdays: Sequence[MeetingSource] = ()
    ) -> Contact:
        """Measure one, and write what differs."""
        after, changed = self._settled(tx, contact, now, birthdays)
        count_mutual(tx, {contact.id: changed})
        return after

    def _settled(
        self, tx: Transaction, contact: Contact, now: Instant, birthdays: Sequence[MeetingSource]
    ) -> tuple[Contact, Collection[str]]:
        """Write what differs of one; gives with whom its ties have come or gone, too."""
        known = tx.repositories.interactions.history(contact.id)
        found = history(known, now)
        self._interests(tx, contact, known, self._texts(tx, contact, known, now), now)
        changed = self._bonds(tx, contact, now)
        day = contact.birthday or birthday_of(
            contact, [one.birthday for one in birthdays if one.birthday is not None]
        )
        after = replace(
            contact,
            birthday=day,
            relationship_strength=found.strength,
            last_interaction_at=found.last,
            interaction_frequency=found.frequency,
            rhythm=found.rhythm,
            measure_at=now + DAY,
        )
        self._memories(tx, after, known, now)
        if self.occasions is not None:
            again = self.occasions.look(tx, after, known, found, now)
            after = replace(after, measure_at=min(now + DAY, again or now + DAY))
        return tx.repositories.contacts.put(after), changed

    def _texts(
        self, tx: Transaction, contact: Contact, known: Sequence[Interaction], now: Instant
    ) -> Mapping[str, Topic]:
        """Keep what is to be found by meaning; gives the topics that titles lie near to."""
        if not self.by_meaning:
            repository = tx.repositories.embeddings
            repository.delete_all([one.id for one in repository.of_contact(contact.id)])
            return {}
        memories = tx.repositories.memories.of_contact(contact.id)
        kept = keep_texts(tx, self.names, contact, known, memories, now)
        placed = tx.repositories.embeddings.marked([one.mark for one in kept])
        return {one.text: one.topic for one in placed if one.topic is not None}

    def _interests(
        self,
        tx: Transaction,
        contact: Contact,
        known: Sequence[Interaction],
        near: Mapping[str, Topic],
        now: Instant,
    ) -> None:
        repository = tx.repositories.interests
        there = {one.mark: one for one in repository.of_contact(contact.id)}
        titles = [(one.subject, one.interaction_date, one.id) for one in known if one.subject]
        about = {
            one.subject: near[text]
            for one in known
            if one.subject and (text := interaction_text(one)) in near
        }
        found = {
            self.names.interest(contact.id, *topic): one
            for topic, one in interests(titles, now, about).items()
        }
        new = without_removed(tx, found.keys() - there.keys())
        gone = [one.id for mark, one in there.items() if mark not in found and not one.entered]
        repository.delete_all(gone)
        made = [_interest(self.names, contact, mark, one, now) for mark, one in found.items() if mark in new]
        changed = [
            replace(before, **_values(found[mark]), updated_at=now)
            for mark, before in there.items()
            if mark in found and not before.entered and _differs(before, found[mark])
        ]
        repository.put_all((*made, *changed))

    def _memories(
        self, tx: Transaction, contact: Contact, known: Sequence[Interaction], now: Instant
    ) -> None:
        """Keep what rules make of a history; what a person changed of it stays as they wrote it."""
        repository, user = tx.repositories.memories, tx.users.get(contact.user_id)
        there = {one.id: one for one in repository.of_contact(contact.id)}
        interests = tx.repositories.interests.of_contact(contact.id)
        found = {
            self.names.any_of("memory", contact.id, one.rule): one
            for one in noted(contact, known, interests, now, "UTC" if user is None else user.timezone)
        }
        gone = [one.id for name, one in there.items() if one.rule is not None and name not in found]
        repository.delete_all(gone)
        wanted = without_removed(tx, found.keys() - there.keys()) | there.keys()
        after = [
            _memory(name, contact, one, there.get(name), now) for name, one in found.items() if name in wanted
        ]
        repository.put_all(one for one in after if _is_news(one, there.get(one.id)))

    def _bonds(self, tx: Transaction, contact: Contact, now: Instant) -> Collection[str]:
        """Keep who is met together; gives with whom that is news."""
        repository = tx.repositories.relationships
        shared: defaultdict[str, list[tuple[Instant, str]]] = defaultdict(list)
        for other, interaction, at in tx.repositories.interactions.together(contact.id):
            shared[other].append((at, interaction))
        there = {_other(one, contact.id): one for one in repository.of_contact(contact.id)}
        fresh = {self.names.relationship(*pair(contact.id, one)): one for one in shared if one not in there}
        for name in fresh.keys() - without_removed(tx, fresh.keys()):
            del shared[fresh[name]]
        gone = [name for name, one in there.items() if name not in shared and not one.entered]
        repository.delete_all([there[name].id for name in gone])
        changed = [name for name in shared if name not in there] + gone
        drawn = [
            _bond(self.names, contact, name, there.get(name), times, now)
            for name, times in shared.items()
            if name not in there or not there[name].entered
        ]
        known = {one.id: one for one in there.values()}
        repository.put_all(
            one for one in drawn if one.id not in known or replace(known[one.id], last_updated_at=now) != one
        )
        return changed


def count_mutual(tx: Transaction, changed: Mapping[str, Collection[str]]) -> None:
    """Count anew whom two know in common, where ties of contacts have come or gone: with whom.

    A tie counts for itself, and for those of its two ends with whom both know: all of them lie around these.
    """
    moved = {name for name, others in changed.items() if others}
    if not moved:
        return
    repository = tx.repositories.relationships
    others = {other for found in changed.values() for other in found}
    near = {*moved, *others, *_ends(repository.around(moved))}
    ties = repository.around(near)
    known = neighbours((one, other) for _, one, other, _ in ties)
    differing = {
        name: count
        for name, one, other, before in ties
        if one in near and other in near and (count := len(set(known[one]) & set(known[other]))) != before
    }
    rows = repository.some(differing)
    repository.put_all(replace(one, mutual_connections=differing[one.id]) for one in rows)


def _ends(ties: Iterable[tuple[str, str, str, int]]) -> set[str]:
    return {end for _, one, other, _ in ties for end in (one, other)}


def _other(one: Relationship, contact: str) -> str:
    return one.contact_b_id if one.contact_a_id == contact else one.contact_a_id


def _bond(
    names: Names,
    contact: Contact,
    other: str,
    before: Relationship | None,
    times: Sequence[tuple[Instant, str]],
    now: Instant,
) -> Relationship:
    first, second = pair(contact.id, other)
    one = before or Relationship(
        id=names.relationship(first, second),
        user_id=contact.user_id,
        contact_a_id=first,
        contact_b_id=second,
        detected_at=now,
        last_updated_at=now,
        created_at=now,
    )
    evidence = one.evidence_interactions
    if contact.id == first or not evidence or len(times) != one.shared_interactions:
        evidence = tuple(name for _, name in sorted(times)[-MOST_EVIDENCE:])
    return replace(
        one,
        strength_score=bond((at for at, _ in times), now),
        shared_interactions=len(times),
        evidence_interactions=evidence,
        last_updated_at=now,
    )


def _values(one: Found) -> dict[str, Any]:
    return {
        "confidence_score": one.confidence,
        "evidence_count": len(one.sources),
        "first_detected_at": one.first,
        "last_reinforced_at": one.last,
        "decay_factor": one.decay,
        "source_interactions": one.sources[-MOST_EVIDENCE:],
    }


def _is_news(after: Memory, before: Memory | None) -> bool:
    """Whether a memory says what it did not; what a person made their own stays."""
    if before is None:
        return True
    return before.rule is not None and replace(after, updated_at=before.updated_at) != before


def _memory(name: str, contact: Contact, one: Noted, before: Memory | None, now: Instant) -> Memory:
    return Memory(
        id=name,
        user_id=contact.user_id,
        contact_id=contact.id,
        memory_type=one.memory_type,
        title=one.title,
        content=one.content,
        confidence_score=one.confidence,
        source_interactions=one.sources,
        rule=one.rule,
        is_archived=before is not None and before.is_archived,
        expires_at=one.expires_at,
        created_at=now if before is None else before.created_at,
        updated_at=now,
        version=0 if before is None else before.version,
    )


def _differs(before: Interest, one: Found) -> bool:
    return any(getattr(before, name) != value for name, value in _values(one).items())


def _interest(names: Names, contact: Contact, mark: str, one: Found, now: Instant) -> Interest:
    return Interest(
        id=names.any_of("interest id", mark),
        user_id=contact.user_id,
        contact_id=contact.id,
        interest_category=one.category,
        interest_topic=one.topic,
        mark=mark,
        confidence_score=one.confidence,
        evidence_count=len(one.sources),
        first_detected_at=one.first,
        last_reinforced_at=one.last,
        decay_factor=one.decay,
        source_interactions=one.sources[-MOST_EVIDENCE:],
        created_at=now,
        updated_at=now,
    )
