"""What a person entered of a contact goes with it into a merge, and comes back out of it.

Whose it was is noted beside it. What the other has of the same kind stays where it was entered, unseen until
the merge is taken apart.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from daemon.app.relations.desk import Desk
from engine.model.relations import Interest, KnownAddress, Memory, Relationship
from engine.ports.relations import Rows
from engine.ports.store import Transaction
from engine.relations.bonds import pair

T = TypeVar("T", Interest, Relationship, Memory)


def take_over(desk: Desk, tx: Transaction, source: str, to: str) -> None:
    """Give what was entered of one contact to another; what was derived of it goes, and is derived anew."""
    interests, relationships = tx.repositories.interests, tx.repositories.relationships
    interests.delete_all([one.id for one in interests.of_contact(source) if not one.entered])
    relationships.delete_all([one.id for one in relationships.of_contact(source) if not one.entered])
    for interest in interests.of_contact(source):
        _move(desk, tx, interests, interest, _interest_of(desk, interest, to), source, to)
    for relationship in relationships.of_contact(source):
        _move(desk, tx, relationships, relationship, _related(desk, relationship, source, to), source, to)
    for memory in tx.repositories.memories.of_contact(source):
        _move(desk, tx, tx.repositories.memories, memory, replace(memory, contact_id=to), source, to)


def give_back(desk: Desk, tx: Transaction, contact: str, owners: Collection[str]) -> None:
    """Give back what came from contacts that stand by themselves again; what was removed since stays so."""
    repositories = tx.repositories
    noted = {one.id: one.before for one in repositories.known_addresses.of_contact(contact)}

    def owner_of(name: str) -> str | None:
        owner = noted.get(_note(desk, name))
        return owner if owner in owners else None

    for interest in repositories.interests.of_contact(contact):
        if owner := owner_of(interest.id):
            _back(desk, tx, repositories.interests, interest, _interest_of(desk, interest, owner))
    for relationship in repositories.relationships.of_contact(contact):
        if owner := owner_of(relationship.id):
            after = _related(desk, relationship, contact, owner)
            _back(desk, tx, repositories.relationships, relationship, after)
    for memory in repositories.memories.of_contact(contact):
        if owner := owner_of(memory.id):
            _back(desk, tx, repositories.memories, memory, replace(memory, contact_id=owner))


def _interest_of(desk: Desk, one: Interest, contact: str) -> Interest:
    mark = desk.names.interest(contact, one.interest_category, one.interest_topic)
    return replace(one, contact_id=contact, mark=mark)


def _related(desk: Desk, one: Relationship, source: str, to: str) -> Relationship | None:
    """Give a relationship with another in one's place; None where it is one between the two."""
    other = one.contact_b_id if one.contact_a_id == source else one.contact_a_id
    if other == to:
        return None
    first, second = pair(to, other)
    name = desk.names.relationship(first, second)
    return replace(one, id=name, contact_a_id=first, contact_b_id=second)


def _move(
    desk: Desk, tx: Transaction, rows: Rows[T], before: T, after: T | None, source: str, to: str
) -> None:
    """Move one, and note whose it was; where the other has entered the same it stays."""
    there = None if after is None else _in_its_place(tx, after)
    if after is None or (there is not None and there.entered):
        return
    notes = tx.repositories.known_addresses
    noted = notes.get(_note(desk, before.id))
    whose = source if noted is None or noted.before is None else noted.before
    _put(tx, rows, before, after, there)
    notes.delete(_note(desk, before.id))
    notes.put(KnownAddress(id=_note(desk, after.id), user_id=desk.user, contact_id=to, before=whose))


def _back(desk: Desk, tx: Transaction, rows: Rows[T], before: T, after: T | None) -> None:
    if after is not None:
        _put(tx, rows, before, after, _in_its_place(tx, after))
        tx.repositories.known_addresses.delete(_note(desk, before.id))


def _put(tx: Transaction, rows: Rows[T], before: T, after: T, there: Interest | Relationship | None) -> None:
    if there is not None:
        rows.delete(there.id)
    rows.delete(before.id)
    rows.put(replace(after, version=0))


def _in_its_place(tx: Transaction, after: Interest | Relationship | Memory) -> Interest | Relationship | None:
    """Give what is known of the same already."""
    if isinstance(after, Interest):
        known = tx.repositories.interests.of_contact(after.contact_id)
        return next((one for one in known if one.mark == after.mark), None)
    return tx.repositories.relationships.get(after.id) if isinstance(after, Relationship) else None


def _note(desk: Desk, name: str) -> str:
    """Name the row that tells whose an entry was."""
    return desk.names.any_of("merged", name)
