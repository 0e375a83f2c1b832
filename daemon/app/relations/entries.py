"""What people enter of their contacts: interactions, interests, relationships, and what all kinds share."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from daemon.app.relations.desk import Desk
from daemon.relations.naming import removed
from engine.documents.relations import (
    interaction_document,
    interest_document,
    relationship_document,
)
from engine.errors import InputError, ThereAlreadyError, UnknownThingError
from engine.model.relations import (
    ContactSource,
    Interaction,
    Interest,
    Memory,
    Relationship,
)
from engine.ports.relations import Rows
from engine.ports.store import Transaction
from engine.relations.bonds import pair
from engine.relations.editing import checked_entry
from engine.relations.edits import noted
from engine.time.span import HOUR

T = TypeVar("T", Interaction, Interest, Relationship, Memory)
Document = dict[str, Any]
CLOCKS_APART = HOUR
"""How far a program's clock may be ahead of ours."""
Values = Mapping[str, Any]


class Entries(ABC, Generic[T]):
    """One kind: listed, shown, entered, changed and removed."""

    word = ""
    may_be_nothing: Collection[str] = ()
    """Fields that are needed elsewhere, and here may be taken away."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listed(self, contact: str | None = None) -> list[Document]:
        """List them; of one contact alone where one is named."""
        with self._desk.access.store.reading() as tx:
            return self.listed_in(tx, contact)

    def listed_in(self, tx: Transaction, contact: str | None = None) -> list[Document]:
        """List the same, at the moment of a transaction."""
        found = self._of(tx, contact) if contact is not None else self._rows(tx).of_user(self._desk.user)
        seen = self._seen(tx)
        return [self._document(one) for one in found if seen(one)]

    def page(self, contact: str | None, cursor: str | None, limit: int) -> list[Document]:
        """List the next of them, one more than asked for where there are more; only these are opened.

        Raises:
            InputError: nothing is at the cursor.
        """
        with self._desk.access.store.reading() as tx:
            if cursor is not None:
                at = self._rows(tx).get(cursor)
                if at is None or at.user_id != self._desk.user:
                    raise InputError("cursor: it is none of this list's", "Begin without one")
            if contact is not None:
                found, seen = sorted(self._of(tx, contact), key=lambda one: one.id), self._seen(tx)
                rest = [one for one in found if one.id > (cursor or "") and seen(one)]
                return [self._document(one) for one in rest[: limit + 1]]
            return [self._document(one) for one in self._following(tx, cursor or "", limit + 1)]

    def _following(self, tx: Transaction, after: str, count: int) -> list[T]:
        taken, seen = list[T](), self._seen(tx)
        while len(taken) < count:
            found = self._rows(tx).page(self._desk.user, after, count)
            taken += [one for one in found if seen(one)]
            if len(found) < count:
                break
            after = found[-1].id
        return taken[:count]

    def _seen(self, tx: Transaction) -> Callable[[T], bool]:
        there = {one.id for one in tx.repositories.contacts.ranked(self._desk.user)}
        return lambda one: self._shown(one) and there.issuperset(self._rests_on(one))

    def _rests_on(self, _one: T) -> Collection[str]:
        """Name contacts with whom it waits, unseen, where they are merged into another."""
        return ()

    def _shown(self, one: T) -> bool:
        """Whether it is listed."""
        return True

    def show(self, name: str) -> Document:
        """Show one."""
        with self._desk.access.store.reading() as tx:
            return self._document(self._mine(tx, name))

    def meant(self, text: str) -> str:
        """Give the id that an id, or the beginning of just one, means; what begins none stays as it is.

        Raises:
            UnknownThingError: it begins several.
        """
        with self._desk.access.store.reading() as tx:
            if not text or self._rows(tx).get(text) is not None:
                return text
            following = self._rows(tx).page(self._desk.user, text, 2)
        begun = [one.id for one in following if one.id.startswith(text)]
        if len(begun) > 1:
            raise UnknownThingError(f"{text!r} begins several ids", "Give more of the id")
        return begun[0] if begun else text

    def add(self, values: Values) -> Document:
        """Enter one.

        Raises:
            InputError: a value is none that it may have.
            UnknownThingError: it names a contact that is none of the user's.
            ThereAlreadyError: there is one already.
        """
        desk, checked = self._desk, checked_entry(values, self.may_be_nothing)

        def put(tx: Transaction) -> T:
            made = self._rows(tx).put(self._made(tx, checked))
            tx.repositories.known_addresses.delete(self._known_by(made))
            desk.note(tx, "create", self.word, made.id, None, self._document(made))
            self._touched(tx, made)
            return made

        return self._document(desk.writing(put))

    def edit(self, name: str, values: Values) -> Document:
        """Change one; what is not named stays."""
        desk, checked = self._desk, checked_entry(values, self.may_be_nothing)

        def put(tx: Transaction) -> T:
            before = self._mine(tx, name)
            made = self._rows(tx).put(self._changed(before, checked))
            desk.note(tx, "update", self.word, name, self._document(before), self._document(made))
            self._touched(tx, made)
            return made

        return self._document(desk.writing(put))

    def delete(self, name: str) -> None:
        """Remove one; what was derived does not come back until it is entered by hand."""
        desk = self._desk

        def drop(tx: Transaction) -> None:
            one = self._mine(tx, name)
            self._rows(tx).delete(name)
            known = tx.repositories.known_addresses
            if known.get(self._known_by(one)) is None:
                known.put(removed(desk.user, self._known_by(one)))
            desk.note(tx, "delete", self.word, name, self._document(one), None)
            self._touched(tx, one)

        desk.writing(drop)

    def _mine(self, tx: Transaction, name: str) -> T:
        found = self._rows(tx).get(name)
        if found is None or found.user_id != self._desk.user:
            raise UnknownThingError(
                f"There is no {self.word} {name}", f"`gatherly {self.word} list` shows them"
            )
        for contact in self._rests_on(found):
            self._desk.contact(tx, contact)
        return found

    def _of(self, tx: Transaction, contact: str) -> Sequence[T]:
        self._desk.contact(tx, contact)
        found: Callable[[str], Sequence[T]] = self._rows(tx).of_contact  # type: ignore[attr-defined] # each kind has it
        return found(contact)

    @abstractmethod
    def _rows(self, tx: Transaction) -> Rows[T]: ...

    @abstractmethod
    def _document(self, one: T) -> Document: ...

    @abstractmethod
    def _made(self, tx: Transaction, values: Values) -> T: ...

    @abstractmethod
    def _changed(self, before: T, values: Values) -> T: ...

    def _known_by(self, one: T) -> str:
        """Name it as it would be derived again."""
        return one.id

    def _touched(self, tx: Transaction, one: T) -> None:
        """Do what follows from it for its contact."""


class InteractionEntries(Entries[Interaction]):
    """`gatherly contact log`, `/v1/interactions`."""

    word = "interaction"
    may_be_nothing = frozenset({"content"})

    def _rows(self, tx: Transaction) -> Rows[Interaction]:
        return tx.repositories.interactions

    def _document(self, one: Interaction) -> Document:
        return interaction_document(one)

    def _made(self, tx: Transaction, values: Values) -> Interaction:
        desk, now = self._desk, self._desk.now
        self._require_past(values)
        desk.contact(tx, values["contact_id"])
        people = len(values.get("meeting_attendees") or ()) + 1
        return Interaction(
            id=desk.new_id(),
            user_id=desk.user,
            source_platform=ContactSource.MANUAL,
            people=max(2, people),
            created_at=now,
            updated_at=now,
            **values,
        )

    def _require_past(self, values: Values) -> None:
        """Refuse what has not been: it would count as the last time."""
        if values.get("interaction_date", 0) > self._desk.now + CLOCKS_APART:
            raise InputError(
                "interactionDate lies ahead",
                "Give when it was; `gatherly session create` plans what is to be",
            )

    def _changed(self, before: Interaction, values: Values) -> Interaction:
        self._require_past(values)
        return replace(noted(before, values), updated_at=self._desk.now)

    def _touched(self, tx: Transaction, one: Interaction) -> None:
        contact = tx.repositories.contacts.get(one.contact_id)
        if contact is not None:
            self._desk.measuring.measure(tx, replace(contact, edited=True), self._desk.now)


class InterestEntries(Entries[Interest]):
    """`/v1/interests`."""

    word = "interest"

    def _rows(self, tx: Transaction) -> Rows[Interest]:
        return tx.repositories.interests

    def _document(self, one: Interest) -> Document:
        return interest_document(one)

    def _rests_on(self, one: Interest) -> Collection[str]:
        return (one.contact_id,)

    def _known_by(self, one: Interest) -> str:
        return one.mark

    def _made(self, tx: Transaction, values: Values) -> Interest:
        desk, now = self._desk, self._desk.now
        contact = desk.contact(tx, values["contact_id"])
        mark = desk.names.interest(contact.id, values["interest_category"], values["interest_topic"])
        for there in tx.repositories.interests.of_contact(contact.id):
            if there.mark == mark:
                raise ThereAlreadyError("interestTopic is this contact's already", f"Change {there.id}")
        return Interest(
            id=desk.new_id(),
            user_id=desk.user,
            mark=mark,
            first_detected_at=now,
            last_reinforced_at=now,
            entered=True,
            created_at=now,
            updated_at=now,
            **values,
        )

    def _changed(self, before: Interest, values: Values) -> Interest:
        return replace(before, **values, entered=True, updated_at=self._desk.now)


class RelationshipEntries(Entries[Relationship]):
    """`/v1/relationships`."""

    word = "relationship"

    def _rows(self, tx: Transaction) -> Rows[Relationship]:
        return tx.repositories.relationships

    def _rests_on(self, one: Relationship) -> Collection[str]:
        return (one.contact_a_id, one.contact_b_id)

    def _document(self, one: Relationship) -> Document:
        return relationship_document(one)

    def _made(self, tx: Transaction, values: Values) -> Relationship:
        desk, now = self._desk, self._desk.now
        one, other = (desk.contact(tx, values[key]).id for key in ("contact_a_id", "contact_b_id"))
        if one == other:
            raise InputError("contactBId is the same contact", "Name two")
        first, second = pair(one, other)
        of_first = tx.repositories.relationships.of_contact(first)
        for there in of_first:
            if (there.contact_a_id, there.contact_b_id) == (first, second):
                raise ThereAlreadyError("The two are related already", f"Change {there.id}")
        rest = {key: value for key, value in values.items() if not key.startswith("contact_")}
        return Relationship(
            id=desk.names.relationship(first, second),
            user_id=desk.user,
            contact_a_id=first,
            contact_b_id=second,
            entered=True,
            detected_at=now,
            last_updated_at=now,
            created_at=now,
            **rest,
        )

    def _changed(self, before: Relationship, values: Values) -> Relationship:
        return replace(before, **values, entered=True, last_updated_at=self._desk.now)
