"""What a contact's own row takes from another in a merge, field by field and tag by tag, and gives back.

Whose each was is noted beside it. What a person changed since is theirs, and stays where it is.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from daemon.app.relations.desk import Desk
from engine.model.relations import Contact, KnownAddress
from engine.ports.store import Transaction
from engine.relations.editing import LENGTHS

_TAG = "tag "


def joined(desk: Desk, tx: Transaction, first: Contact, second: Contact) -> Contact:
    """Give the first with what it lacks of the second's fields and tags."""
    missing = {
        name: getattr(second, name)
        for name in LENGTHS
        if getattr(first, name) is None and getattr(second, name) is not None
    }
    more = [tag for tag in second.tags if tag not in first.tags]
    for part in (*missing, *(_TAG + tag for tag in more)):
        earlier = tx.repositories.known_addresses.get(_note(desk, second.id, part))
        whose = second.id if earlier is None or earlier.before is None else earlier.before
        name = _note(desk, first.id, part)
        tx.repositories.known_addresses.delete(name)
        tx.repositories.known_addresses.put(
            KnownAddress(id=name, user_id=desk.user, contact_id=first.id, before=whose)
        )
    return replace(first, **missing, tags=(*first.tags, *more))


def parted(desk: Desk, tx: Transaction, contacts: Iterable[Contact], back: Collection[str]) -> list[Contact]:
    """Give contacts without what each took from those who stand by themselves again."""
    everybody = {one.id: one for one in contacts}
    tags = {_TAG + tag for one in everybody.values() for tag in one.tags}
    return [_without_taken(desk, tx, one, everybody, back, (*LENGTHS, *tags)) for one in everybody.values()]


def _without_taken(
    desk: Desk,
    tx: Transaction,
    one: Contact,
    everybody: Mapping[str, Contact],
    back: Collection[str],
    parts: Collection[str],
) -> Contact:
    notes, changed, tags = tx.repositories.known_addresses, dict[str, Any](), list(one.tags)
    names = {_note(desk, one.id, part): part for part in parts}
    for note in notes.some(names):
        if note.before is None or note.before not in back:
            continue
        notes.delete(note.id)
        part = names[note.id]
        if part.startswith(_TAG):
            tags = [tag for tag in tags if tag != part.removeprefix(_TAG)]
        elif getattr(everybody[note.before], part) == getattr(one, part):
            changed[part] = None
    return replace(one, **changed, tags=tuple(tags))


def _note(desk: Desk, contact: str, part: str) -> str:
    """Name the row that tells whose a field or a tag was."""
    return desk.names.any_of("merged", f"{contact}/{part}")
