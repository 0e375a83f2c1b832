"""What people enter of their contacts: memories."""

from dataclasses import replace

from daemon.app.relations.entries import Document, Entries, Values
from engine.documents.relations import memory_document
from engine.model.relations import Contact, Memory
from engine.ports.relations import Rows
from engine.ports.store import Transaction


class MemoryEntries(Entries[Memory]):
    """`/v1/memories`."""

    word = "memory"
    may_be_nothing = frozenset({"confidence_score"})

    def _shown(self, one: Memory) -> bool:
        """Leave out those that are over."""
        return one.expires_at is None or one.expires_at > self._desk.now

    def _rows(self, tx: Transaction) -> Rows[Memory]:
        return tx.repositories.memories

    def _document(self, one: Memory) -> Document:
        return memory_document(one)

    def _touched(self, tx: Transaction, one: Memory) -> None:
        if one.contact_id is not None:
            tx.repositories.contacts.measure([one.contact_id], self._desk.now)

    def _changed(self, before: Memory, values: Values) -> Memory:
        """Change one; what a rule made is a person's from then on."""
        return replace(before, **values, rule=None, updated_at=self._desk.now)

    def _made(self, tx: Transaction, values: Values) -> Memory:
        desk, now = self._desk, self._desk.now
        named: Contact | None = None
        if values.get("contact_id") is not None:
            named = desk.contact(tx, values["contact_id"])
        rest = {key: value for key, value in values.items() if key != "contact_id"}
        return Memory(
            id=desk.new_id(),
            user_id=desk.user,
            contact_id=None if named is None else named.id,
            created_at=now,
            updated_at=now,
            **rest,
        )
