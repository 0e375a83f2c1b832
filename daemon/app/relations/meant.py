"""Whom somebody at a terminal means: by id, by its beginning, by address or by name."""

from collections.abc import Collection, Mapping

from daemon.app.relations.desk import Desk
from engine.errors import UnknownThingError
from engine.model.relations import Contact
from engine.ports.store import Transaction
from engine.relations.naming import called
from engine.text.mail_address import is_address
from engine.text.plain_text import one_line

SHOWN_OF_ID = 8
"""So much of an id stands in lists, and is enough to name one."""
MOST_NAMED = 5


def contact_meant(desk: Desk, text: str) -> str:
    """Give the id of the one contact that is meant.

    Raises:
        UnknownThingError: none is meant, or several.
    """
    with desk.access.store.reading() as tx:
        ids = {one.id for one in tx.repositories.contacts.ranked(desk.user)}
        if text in ids:
            return text
        found = _of_address(tx, desk, text) & ids or _begun_or_named(tx, desk, text, ids)
        contacts = tx.repositories.contacts.some(found)
    if not contacts:
        raise UnknownThingError(f"There is no contact {one_line(text)}", "`gatherly contact list` shows them")
    if len(contacts) > 1:
        whom = ", ".join(f"{one_line(called(one), 60)} ({one.id})" for one in contacts[:MOST_NAMED])
        raise UnknownThingError(
            f"{one_line(text)!r} means {len(contacts)} contacts: {whom}", "Give the id of one"
        )
    return contacts[0].id


def names_of(desk: Desk, ids: Collection[str]) -> Mapping[str, str]:
    """Tell what some contacts of the user's are called, by id; those put away, too."""
    with desk.access.store.reading() as tx:
        return names_in(tx, desk, ids)


def names_in(
    tx: Transaction, desk: Desk, ids: Collection[str], *, archived: bool = True
) -> Mapping[str, str]:
    """Tell the same, at the moment of a transaction; those put away, too, or not."""
    found = tx.repositories.contacts.some(ids)
    mine = [one for one in found if one.user_id == desk.user]
    return {one.id: one_line(called(one), 60) for one in mine if archived or not one.is_archived}


def _of_address(tx: Transaction, desk: Desk, text: str) -> set[str]:
    if not is_address(text):
        return set()
    known = tx.repositories.known_addresses.get(desk.names.address(desk.user, text))
    return set() if known is None or known.contact_id is None else {known.contact_id}


def _begun_or_named(tx: Transaction, desk: Desk, text: str, ids: Collection[str]) -> set[str]:
    wanted = text.strip().casefold()
    if not wanted:
        return set()
    begun = {one for one in ids if one.startswith(wanted)}
    return begun | {one.id for one in tx.repositories.contacts.of_user(desk.user) if _is(one, wanted)}


def _is(contact: Contact, wanted: str) -> bool:
    return contact.merged_into is None and (contact.full_name or "").casefold() == wanted
