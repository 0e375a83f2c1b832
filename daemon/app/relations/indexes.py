"""What is in memory of those who search contacts: words, and where texts lie; never on disk in clear."""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from daemon.relations.embedders import Embedder, parse_rows
from daemon.relations.naming import Names
from engine.ids import UserId
from engine.model.relations import Contact, Interaction, Memory
from engine.ports.store import Store, Transaction
from engine.relations.search import Key, WordIndex
from engine.relations.texts import contact_text, interaction_text, memory_text
from engine.time.span import Instant

if TYPE_CHECKING:
    from daemon.relations.embedders import Matrix

MOST_PEOPLE = 16
"""Whose words are kept in memory at once; whoever asked longest ago is read anew."""
MOST_BYTES = 64 * 1024 * 1024
"""What the places of one person's texts may take; the oldest of more are found by their words alone."""
NEAR = 0.45
"""How near a text has to lie to a question to be found by its meaning (the cosine between them)."""
MOST_NEAR = 100
NOWHERE = ""
"""The mark of every text where nothing places any."""


@dataclass(slots=True)
class Places:
    """Where one person's texts lie, by mark."""

    _marks: list[str] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _rows: "Matrix | None" = None

    def __len__(self) -> int:
        return len(self._marks)

    def add(self, placed: Iterable[tuple[str, str]]) -> None:
        """Take in where further texts lie, the newest first; what lies in other dimensions than it goes."""
        import numpy as np

        found = dict(placed)
        width = len(next(iter(found.values()), ""))
        new = [(mark, row) for mark, row in found.items() if mark not in self._known and len(row) == width]
        if not new:
            return
        rows = parse_rows([row for _, row in new])
        if self._rows is None or self._rows.shape[1] != rows.shape[1]:
            self._rows, self._marks = rows[:0], []
        there = self._rows
        most = max(1, MOST_BYTES // rows[:1].nbytes)
        self._rows = np.concatenate((rows, there))[:most]
        self._marks = [*(mark for mark, _ in new), *self._marks][:most]
        self._known = set(self._marks)

    def keep(self, marks: Container[str]) -> None:
        """Let go of all but some."""
        if self._rows is None:
            return
        left = [at for at, mark in enumerate(self._marks) if mark in marks]
        self._rows = self._rows[left]
        self._marks = [self._marks[at] for at in left]
        self._known = set(self._marks)

    def near(self, place: "Matrix") -> Mapping[str, float]:
        """Give the marks of what lies near a place, and how near."""
        if self._rows is None or self._rows.shape[1] != place.shape[1]:
            return {}
        scores = self._rows @ place[0]
        best = scores.argsort()[::-1][:MOST_NEAR]
        return {self._marks[at]: float(scores[at]) for at in best if scores[at] >= NEAR}


@dataclass(slots=True)
class Indexed:
    """One person's: the words of their rows, and which rows have which text."""

    words: WordIndex = field(default_factory=WordIndex)
    places: Places = field(default_factory=Places)
    until: Instant = 0
    placed_until: Instant = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    _by_mark: defaultdict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))
    _marks: dict[Key, str] = field(default_factory=dict)

    def bring_up_to_date(self, tx: Transaction, user: UserId, names: Names, now: Instant, model: str) -> None:
        """Take in what has changed since; what is gone is found out when it is hit, or swept."""
        since, repositories = self.until, tx.repositories

        def mark(text: str) -> str:
            return names.text(user, text) if model else NOWHERE

        for contact in repositories.contacts.changed(user, since):
            self._put(("contact", contact.id), _of_contact(contact), mark(contact_text(contact)))
        for one in repositories.interactions.changed(user, since):
            self._put(("interaction", one.id), _of_interaction(one), mark(interaction_text(one)))
        for memory in repositories.memories.changed(user, since):
            texts = () if memory.rule is not None else _of_memory(memory)
            self._put(("memory", memory.id), texts, mark(memory_text(memory)))
        self.until = max(0, now - 1)
        if model:
            self.places.add(repositories.embeddings.placed(user, model, self.placed_until))
            self.placed_until = max(0, now - 1)

    def with_text(self, mark: str) -> Iterable[Key]:
        """Give the rows that have a text."""
        return self._by_mark.get(mark, ())

    @property
    def marks(self) -> Iterable[str]:
        """The texts that rows have."""
        return self._by_mark.keys()

    def drop(self, key: Key) -> None:
        """Let go of a row."""
        self.words.drop(key)
        mark = self._marks.pop(key, None)
        if mark is not None:
            self._by_mark[mark].discard(key)
            if not self._by_mark[mark]:
                del self._by_mark[mark]

    def keep_to(self, tx: Transaction, user: UserId) -> bool:
        """Let go of rows that are no more; tells whether what is left is all that there is."""
        repositories = tx.repositories
        kinds = (repositories.contacts, repositories.interactions, repositories.memories)
        count = sum(one.count(user) for one in kinds)
        if count == len(self._marks):
            return True
        there = {name for one in kinds for name in one.ids(user)}
        for key in [one for one in self._marks if one[1] not in there]:
            self.drop(key)
        self.places.keep(self._by_mark)
        return count == len(self._marks)

    def _put(self, key: Key, texts: Iterable[str | None], mark: str) -> None:
        self.drop(key)
        self.words.put(key, texts)
        self._marks[key] = mark
        self._by_mark[mark].add(key)


@dataclass(slots=True)
class Indexes:
    """The indexes of those who searched last; each holds one person's words and is theirs alone."""

    embedder: Embedder | None = None
    """What places questions; without one, words alone are searched."""
    _by_user: OrderedDict[UserId, Indexed] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, user: UserId) -> Indexed:
        """Give a person's, made where there is none."""
        with self._lock:
            found = self._by_user.setdefault(user, Indexed())
            self._by_user.move_to_end(user)
            while len(self._by_user) > MOST_PEOPLE:
                self._by_user.popitem(last=False)
            return found

    @property
    def people(self) -> frozenset[UserId]:
        """Whose words are in memory."""
        with self._lock:
            return frozenset(self._by_user)

    def forget(self, user: UserId) -> None:
        """Let go of a person's words."""
        with self._lock:
            self._by_user.pop(user, None)

    def sweep(self, store: Store, names: Names, now: Instant) -> None:
        """Let go of what is no more: rows that went, people who were forgotten; nobody need search for it."""
        model = "" if self.embedder is None else self.embedder.model
        for user in self.people:
            indexed = self.of(user)
            with indexed.lock, store.reading() as tx:
                indexed.bring_up_to_date(tx, user, names, now, model)
                if not indexed.keep_to(tx, user) or tx.users.get(user) is None:
                    self.forget(user)


def _of_contact(one: Contact) -> tuple[str | None, ...]:
    named = (one.full_name, one.first_name, one.last_name, *one.emails, one.company, one.job_title)
    return (*named, one.location, one.bio, one.notes, one.phone, *one.tags)


def _of_interaction(one: Interaction) -> tuple[str | None, ...]:
    return one.subject, one.content, one.content_summary


def _of_memory(one: Memory) -> tuple[str | None, ...]:
    return one.title, one.content, *one.tags
