"""Forgetting somebody in everybody's contacts: theirs and what interactions say of their addresses."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from daemon.app.access import Access
from daemon.app.principal import Principal
from daemon.relations.naming import Names
from daemon.relations.noticing import forget_what_was_told
from engine.ids import UserId
from engine.model.relations import KnownAddress, MemoryType
from engine.ports.store import Transaction
from engine.stale import retry_stale
from engine.text.mail_address import one_spelling


def forget_everywhere(access: Access, principal: Principal, addresses: Collection[str]) -> int:
    """Remove contacts that have one of these addresses, whoever knows them; gives how many.

    By whatever else such a contact is known goes with it. A keyed hash of each address stays with each user,
    so that no event brings the person back.

    Raises:
        NotAllowedError: somebody else than an operator asks.
    """
    principal.must_be_operator("forget somebody in others' contacts")
    names = Names(access.custody.identifier)
    with access.store.reading() as tx:
        users = [user.id for user in tx.users.all()]
    gone = sum(retry_stale(partial(_forget, access, names, user, addresses), "A contact") for user in users)
    access.custody.shred()
    return gone


def known_to_others(access: Access, addresses: Collection[str]) -> int:
    """Tell how many contacts have one of these addresses, whoever knows them."""
    names = Names(access.custody.identifier)
    with access.store.reading() as tx:
        known = tx.repositories.known_addresses
        return sum(
            len({row.contact_id for row in known.some(marks) if row.contact_id is not None})
            for user in tx.users.all()
            if (marks := {names.address(user.id, one) for one in addresses})
        )


def _forget(access: Access, names: Names, user: UserId, addresses: Collection[str]) -> int:
    with access.store.writing() as tx:
        repositories, marks = tx.repositories, {names.address(user, one) for one in addresses}
        rows = {one.id: one for one in repositories.known_addresses.some(marks)}
        contacts = {one.contact_id for one in rows.values() if one.contact_id is not None}
        persons = [
            one
            for one in (repositories.contacts.of_user(user) if contacts else ())
            if one.id in contacts or one.merged_into in contacts
        ]
        theirs = {one_spelling(each) for each in (*addresses, *(at for one in persons for at in one.emails))}
        known = [row for one in contacts for row in repositories.known_addresses.of_contact(one)]
        _leave_out(tx, user, marks | {row.id for row in known}, theirs)
        for row in known:
            repositories.known_addresses.put(replace(row, contact_id=None, before=None))
        repositories.contacts.delete_all([*(one.id for one in persons), *contacts])
        for mark in marks - rows.keys():
            repositories.known_addresses.put(KnownAddress(id=mark, user_id=user, contact_id=None))
        if contacts:
            _leave_out_of_briefings(tx, user)
        forget_what_was_told(tx, user, {*contacts, *(one.id for one in persons)})
        return len(contacts)


def _leave_out_of_briefings(tx: Transaction, user: UserId) -> None:
    """Remove briefings, which name whom somebody is met with: they are made anew when they are asked for."""
    memories = tx.repositories.memories
    briefings = [one.id for one in memories.of_user(user) if one.memory_type is MemoryType.BRIEFING]
    memories.delete_all(briefings)


def _leave_out(tx: Transaction, user: UserId, marks: Collection[str], addresses: Collection[str]) -> None:
    """Take addresses out of what interactions with others say of who was there, derived or entered."""
    repositories = tx.repositories
    met = repositories.encounters.of_marks(marks)
    sources = {one.source_id for one in met}
    derived, entered = repositories.interactions.of_sources(sources), repositories.interactions.entered(user)
    for one in (*derived, *entered):
        left = tuple(address for address in one.meeting_attendees if one_spelling(address) not in addresses)
        if left != one.meeting_attendees:
            repositories.interactions.put(replace(one, meeting_attendees=left))
    repositories.encounters.delete_all([one.id for one in met])
