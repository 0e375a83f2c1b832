"""Finding people, interactions and memories by their words, and by what they mean."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from daemon.app.relations.desk import Desk
from daemon.app.relations.indexes import Indexed, Indexes
from daemon.relations.embedders import Embedder
from engine.errors import InputError
from engine.model.relations import Contact, Interaction, Memory
from engine.ports.store import Transaction
from engine.relations.naming import called
from engine.relations.search import Key
from engine.text.plain_text import one_line
from engine.time.instant import format_instant
from engine.time.span import Instant
from engine.trouble import Trouble, attempt

if TYPE_CHECKING:
    from daemon.relations.embedders import Matrix

MOST_HITS = 50
LONGEST_QUESTION = 500
LONGEST_TEXT = 300
WORDS = 0.5
"""What a row scores at least that has every word of a question, and at most where it only means the same."""


_LOG = structlog.get_logger("gatherly")


def search(desk: Desk, question: str, indexes: Indexes) -> list[dict[str, Any]]:
    """Give what fits a question, the best first.

    Raises:
        InputError: nothing is asked, or too much.
    """
    if not question.strip() or len(question) > LONGEST_QUESTION:
        raise InputError("q is empty or too long", f"Write some words, at most {LONGEST_QUESTION} letters")
    indexed, model = indexes.of(desk.user), indexes.embedder.model if indexes.embedder else ""
    place = _placed(question, indexes.embedder)
    with indexed.lock, desk.access.store.reading() as tx:
        indexed.bring_up_to_date(tx, desk.user, desk.names, desk.now, model)
        found = _by_words(indexed.words.find(question))
        for mark, near in (indexed.places.near(place) if place is not None else {}).items():
            for key in indexed.with_text(mark):
                found[key] = max(found.get(key, 0.0), near * WORDS)
        best = sorted(found, key=lambda key: (-found[key], key))[: 4 * MOST_HITS]
        return _hits(tx, desk, {key: found[key] for key in best}, indexed)


def _by_words(found: Mapping[Key, float]) -> dict[Key, float]:
    """Take the best; what has every word fits better than what only means the same."""
    best = sorted(found, key=lambda key: (-found[key], key))[: 4 * MOST_HITS]
    return {key: WORDS + (1 - WORDS) * found[key] for key in best}


def _placed(question: str, embedder: Embedder | None) -> "Matrix | None":
    """Give where a question lies; None where nothing tells it, which the log holds."""
    if embedder is None:
        return None
    tried = attempt(partial(embedder.place, [question]))
    if isinstance(tried, Trouble):
        _LOG.warning("relations.searched_by_word", error=tried.line)
        return None
    return tried


def _hits(tx: Transaction, desk: Desk, found: dict[Key, float], indexed: Indexed) -> list[dict[str, Any]]:
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
            indexed.drop((kind, name))
        else:
            when = interactions[name].interaction_date if kind == "interaction" else None
            at = None if when is None else format_instant(when)
            rows.append({"kind": kind, "id": name, **row, "at": at, "score": round(score, 4)})
    rows.sort(key=lambda row: str(row["at"] or ""), reverse=True)
    return sorted(rows, key=lambda row: -row["score"])[:MOST_HITS]


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
