"""Places what is said of contacts by its meaning, in the background: each distinct text once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import structlog

from daemon.relations.embedders import Embedder, parse_rows, written
from daemon.relations.naming import Names
from engine.model.relations import Contact, Embedding, Interaction, Memory
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.relations.interests import Topic
from engine.relations.texts import texts_of
from engine.relations.topics import TOPICS
from engine.stale import retry_stale
from engine.time.span import HOUR, MINUTE, Instant
from engine.trouble import Trouble, attempt

if TYPE_CHECKING:
    from daemon.relations.embedders import Matrix

NEAR = 0.5
"""How near a title has to lie to a topic to be a sign of it (the cosine between them)."""
_LOG = structlog.get_logger("gatherly")


def keep_texts(
    tx: Transaction,
    names: Names,
    contact: Contact,
    interactions: Sequence[Interaction],
    memories: Sequence[Memory],
    now: Instant,
) -> Sequence[Embedding]:
    """Keep a contact's texts, to be placed; those that are no more go. Gives what there is."""
    repository = tx.repositories.embeddings
    there = {one.mark: one for one in repository.of_contact(contact.id)}
    texts = {names.text(contact.user_id, one): one for one in texts_of(contact, interactions, memories)}
    repository.delete_all([one.id for mark, one in there.items() if mark not in texts])
    new = [
        Embedding(
            id=names.any_of("embedding", contact.id, mark),
            user_id=contact.user_id,
            contact_id=contact.id,
            mark=mark,
            text=text,
            created_at=now,
            updated_at=now,
        )
        for mark, text in texts.items()
        if mark not in there
    ]
    repository.add_all(new)
    return [*(one for mark, one in there.items() if mark in texts), *new]


@dataclass(slots=True, kw_only=True)
class Placing:
    """Has an embedder place what is yet to be placed."""

    store: Store
    clock: Clock
    embedder: Embedder | None
    waiting: bool = True
    """Whether there may be something to place."""
    not_before: Instant = 0
    settled: bool = False
    _topics: "tuple[list[Topic], Matrix] | None" = field(default=None)

    def run(self) -> int:
        """Place some; gives how many."""
        if not self.settled:
            with self.store.writing() as tx:
                tx.repositories.embeddings.unplace(None if self.embedder is None else self.embedder.model)
            self.settled = True
        if self.embedder is None or not self.waiting or self.clock.now() < self.not_before:
            return 0
        with self.store.reading() as tx:
            pending = tx.repositories.embeddings.pending(self.embedder.model, self.embedder.at_once)
        if not pending:
            self.waiting = False
            return 0
        tried = attempt(partial(self._place, self.embedder, pending))
        if isinstance(tried, Trouble):
            return self._later(tried)
        return len(pending)

    def _place(self, embedder: Embedder, pending: Sequence[Embedding]) -> None:
        rows = embedder.place([one.text for one in pending])
        topics = self._nearest(embedder, rows)
        now = self.clock.now()
        retry_stale(partial(self._write, embedder.model, pending, rows, topics, now), "A text")

    def _later(self, trouble: Trouble) -> int:
        """Try again after a while: texts are found by their words meanwhile."""
        if trouble.is_the_stores:
            raise trouble.raised
        wait = getattr(trouble.raised, "retry_after", None) or 5 * MINUTE
        self.not_before = self.clock.now() + min(wait, HOUR)
        _LOG.warning("relations.unplaced", error=trouble.line)
        return 0

    def _write(
        self,
        model: str,
        pending: Sequence[Embedding],
        rows: "Matrix",
        topics: Iterable[Topic | None],
        now: Instant,
    ) -> None:
        """Keep where texts lie; whoever has one that is a sign of a topic is measured anew."""
        with self.store.writing() as tx:
            repository = tx.repositories.embeddings
            if (before := repository.any_vector(model)) and parse_rows([before]).shape[1] != rows.shape[1]:
                repository.unplace(None)  # under its name another model answers now: all are placed anew
            there = {one.id: one for one in repository.some([one.id for one in pending])}
            telling: list[str] = []
            for one, row, topic in zip(pending, rows, topics, strict=True):
                kept = there.get(one.id)
                if kept is None or kept.text != one.text:
                    continue
                placed = replace(kept, model=model, vector=written(row), topic=topic, updated_at=now)
                repository.put(placed)
                if topic is not None:
                    telling.append(one.mark)
            whose = {one.contact_id for one in repository.marked(telling)}
            tx.repositories.contacts.measure(whose, now)

    def _nearest(self, embedder: Embedder, rows: "Matrix") -> list[Topic | None]:
        if self._topics is None or self._topics[1].shape[1] != rows.shape[1]:
            self._topics = _placed_topics(embedder)
        topics, places = self._topics
        near = rows @ places.T
        best = near.argmax(axis=1)
        return [topics[at] if near[row, at] >= NEAR else None for row, at in enumerate(best)]


def _placed_topics(embedder: Embedder) -> "tuple[list[Topic], Matrix]":
    words: dict[Topic, list[str]] = {}
    for word, topic in TOPICS.items():
        words.setdefault(topic, []).append(word)
    return list(words), embedder.place([", ".join(some[:4]) for some in words.values()])
