"""Finding people, interactions and memories by their words; what is indexed lies in memory alone."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from daemon.app.relations.desk import Desk
from engine.errors import InputError
from engine.ids import UserId
from engine.model.relations import Contact, Interaction, Memory
from engine.ports.store import Transaction
from engine.relations.naming import called
from engine.relations.search import Key, WordIndex
from engine.text.plain_text import one_line
from engine.time.span import Instant

MOST_HITS = 50
MOST_PEOPLE = 16
"""Whose words are kept in memory at once; whoever asked longest ago is read anew."""
LONGEST_QUESTION = 500
LONGEST_TEXT = 300


@dataclass(slots=True)
class _Indexed:
    words: WordIndex = field(default_factory=WordIndex)
    until: Instant = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class Indexes:
    """The indexes of those who searched last; each holds one person's words and is theirs alone."""

    _by_user: OrderedDict[UserId, _Indexed] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, user: UserId) -> _Indexed:
        """Give a person's, made where there is none."""
        with self._lock:
            found = self._by_user.setdefault(user, _Indexed())
            self._by_user.move_to_end(user)
            while len(self._by_user) > MOST_PEOPLE:
                self._by_user.popitem(last=False)
            return found

    def forget(self, user: UserId) -> None:
        """Let go of a person's words."""
        with self._lock:
            self._by_user.pop(user, None)


def search(desk: Desk, question: str, indexes: Indexes) -> list[dict[str, Any]]:
    """Give what fits a question, the best first.

    Raises:
        InputError: nothing is asked, or too much.
    """
    if not question.strip() or len(question) > LONGEST_QUESTION:
        raise InputError("q is empty or too long", f"Write some words, at most {LONGEST_QUESTION} letters")
    indexed = indexes.of(desk.user)
    with indexed.lock, desk.access.store.reading() as tx:
        _bring_up_to_date(tx, desk, indexed)
        found = indexed.words.find(question)
        best = sorted(found, key=lambda key: (-found[key], key))[: 4 * MOST_HITS]
        return _hits(tx, desk, {key: found[key] for key in best}, indexed.words)


def _bring_up_to_date(tx: Transaction, desk: Desk, indexed: _Indexed) -> None:
    """Take in what has changed since; what is gone is found out when it is hit."""
    since, repositories = indexed.until, tx.repositories
    for contact in repositories.contacts.changed(desk.user, since):
        indexed.words.put(("contact", contact.id), _of_contact(contact))
    for interaction in repositories.interactions.changed(desk.user, since):
        indexed.words.put(("interaction", interaction.id), _of_interaction(interaction))
    for memory in repositories.memories.changed(desk.user, since):
        indexed.words.put(("memory", memory.id), (memory.title, memory.content, *memory.tags))
    indexed.until = max(0, desk.now - 1)


def _of_contact(one: Contact) -> tuple[str | None, ...]:
    named = (one.full_name, one.first_name, one.last_name, *one.emails, one.company, one.job_title)
    return (*named, one.location, one.bio, one.notes, one.phone, *one.tags)


def _of_interaction(one: Interaction) -> tuple[str | None, ...]:
    return one.subject, one.content, one.content_summary


def _hits(tx: Transaction, desk: Desk, found: dict[Key, float], words: WordIndex) -> list[dict[str, Any]]:
    repositories, now = tx.repositories, desk.now
    ids = {kind: {name for each, name in found if each == kind} for kind, _ in found}
    interactions = {one.id: one for one in repositories.interactions.some(ids.get("interaction", ()))}
    memories = {one.id: one for one in repositories.memories.some(ids.get("memory", ()))}
    named = {
        *ids.get("contact", ()),
        *(one.contact_id for one in interactions.values()),
        *(one.contact_id for one in memories.values() if one.contact_id is not None),
    }
    contacts = {
        one.id: one
        for one in repositories.contacts.some(named)
        if one.user_id == desk.user and one.merged_into is None
    }
    rows = []
    for (kind, name), score in found.items():
        row = _row(kind, name, contacts, interactions, memories, now)
        if row is None:
            words.drop((kind, name))
        else:
            rows.append({"kind": kind, "id": name, **row, "score": round(score, 4)})
    return rows[:MOST_HITS]


def _row(
    kind: str,
    name: str,
    contacts: dict[str, Contact],
    interactions: dict[str, Interaction],
    memories: dict[str, Memory],
    now: Instant,
) -> dict[str, Any] | None:
    if kind == "contact":
        contact = contacts.get(name)
        text = "" if contact is None else " · ".join(filter(None, (contact.job_title, contact.company)))
    elif kind == "interaction":
        one = interactions.get(name)
        contact = contacts.get(one.contact_id) if one is not None else None
        text = "" if one is None else ": ".join(filter(None, (one.subject, one.content)))
    else:
        memory = memories.get(name)
        if memory is None or (memory.expires_at is not None and memory.expires_at <= now):
            return None
        contact = contacts.get(memory.contact_id or "")
        text = ": ".join(filter(None, (memory.title, memory.content)))
        if contact is None:
            return {"contactId": None, "fullName": None, "text": one_line(text, LONGEST_TEXT)}
    if contact is None:
        return None
    return {
        "contactId": contact.id,
        "fullName": contact.full_name,
        "text": one_line(text, LONGEST_TEXT) or called(contact),
    }
