"""Two contacts that are one person: merged, and taken apart again."""

from dataclasses import replace

from daemon.app.relations.desk import Desk
from daemon.app.relations.merged_entries import give_back, take_over
from daemon.app.relations.merged_fields import joined, parted
from engine.documents.relations import contact_document
from engine.errors import InputError, UnknownThingError
from engine.model.relations import Contact, Interaction, KnownAddress
from engine.ports.store import Transaction
from engine.relations.edits import MERGED_FROM, is_written_on, with_edits

Document = dict[str, object]


def merge(desk: Desk, keep: str, other: str) -> Document:
    """Leave the first, with what both had; where both have a value the first one's stays.

    Raises:
        InputError: they are the same.
    """
    if keep == other:
        raise InputError("A contact cannot be merged with itself", "Name two")
    return contact_document(desk.writing(lambda tx: _merge(desk, tx, keep, other)))


def unmerge(desk: Desk, name: str) -> list[Document]:
    """Take apart again what was merged into a contact; gives those that stand by themselves again.

    Raises:
        UnknownThingError: nothing was merged into it.
    """
    return [contact_document(one) for one in desk.writing(lambda tx: _unmerge(desk, tx, name))]


def _merge(desk: Desk, tx: Transaction, keep: str, other: str) -> Contact:
    first, second = desk.contact(tx, keep), desk.contact(tx, other)
    repositories, now = tx.repositories, desk.now
    for address in repositories.known_addresses.of_contact(second.id):
        repositories.known_addresses.put(
            replace(address, contact_id=first.id, before=address.before or other)
        )
    _move_interactions(desk, tx, second, first)
    take_over(desk, tx, other, keep)
    repositories.embeddings.delete_all([one.id for one in repositories.embeddings.of_contact(other)])
    for each in repositories.contacts.of_user(desk.user):
        if each.merged_into == other:
            repositories.contacts.put(replace(each, merged_into=first.id))
    repositories.contacts.put(replace(second, merged_into=first.id, updated_at=now, measure_at=None))
    both = replace(
        joined(desk, tx, first, second),
        emails=tuple(dict.fromkeys((*first.emails, *second.emails))),
        email=first.email or second.email,
        edited=True,
        updated_at=now,
    )
    desk.note(tx, "update", "contact", keep, {"merged": None}, {"merged": other})
    return desk.measuring.measure(tx, both, now)


def _move_interactions(desk: Desk, tx: Transaction, source: Contact, to: Contact) -> None:
    """Give one contact's interactions to another; a meeting of both is one."""
    repository = tx.repositories.interactions
    theirs = repository.of_contact(source.id)
    there = {one.id: one for one in repository.of_contact(to.id)}
    moved = [_moved(desk, one, source, to) for one in theirs]
    repository.delete_all([one.id for one in theirs])
    repository.add_all(one for one in moved if one.id not in there)
    for one in moved:
        other = there.get(one.id)
        if other is not None and is_written_on(one) and not is_written_on(other):
            repository.put(with_edits(one, other))


def _moved(desk: Desk, one: Interaction, source: Contact, to: Contact) -> Interaction:
    if one.source_id is not None:
        name = desk.names.interaction(to.id, one.source_id, one.interaction_date)
        return replace(one, id=name, contact_id=to.id)
    before = dict(one.metadata)
    noted = {MERGED_FROM: source.id, **before}
    return replace(one, contact_id=to.id, metadata=noted)


def _unmerge(desk: Desk, tx: Transaction, name: str) -> list[Contact]:
    contact, repositories, now = desk.contact(tx, name), tx.repositories, desk.now
    merged = [one for one in repositories.contacts.of_user(desk.user) if one.merged_into == name]
    if not merged:
        raise UnknownThingError(f"Nothing was merged into contact {name}", "There is nothing to take apart")
    contact, *alone = parted(desk, tx, (contact, *merged), {one.id for one in merged})
    back = {one.id: one for one in alone}
    give_back(desk, tx, name, back.keys())
    addresses = repositories.known_addresses.of_contact(name)
    sources: set[str] = set()
    for address in addresses:
        if address.before in back:
            repositories.known_addresses.put(replace(address, contact_id=address.before, before=None))
            sources |= {one.source_id for one in repositories.encounters.of_marks([address.id])}
    theirs = {address for one in alone for address in one.emails}
    for one in alone:
        emails = _still_theirs(desk, tx, one, sources)
        free = replace(one, merged_into=None, emails=emails, email=emails[0] if emails else None)
        repositories.contacts.put(replace(free, updated_at=now, measure_at=now, edited=True))
    for interaction in repositories.interactions.of_contact(name):
        noted = interaction.metadata
        owner = str(noted.get(MERGED_FROM, ""))
        if owner in back:
            rest = {key: value for key, value in noted.items() if key != MERGED_FROM}
            repositories.interactions.put(replace(interaction, contact_id=owner, metadata=rest))
        elif interaction.source_id in sources:
            _give_back(desk, tx, interaction, back, contact, addresses_of=theirs)
    left = tuple(one for one in contact.emails if one not in theirs)
    after = replace(contact, emails=left, email=left[0] if left else None, updated_at=now)
    desk.note(tx, "update", "contact", name, {"merged": sorted(back)}, {"merged": None})
    repositories.meeting_sources.look_at(sources, now)
    desk.measuring.measure(tx, after, now)
    return [found for one in back if (found := repositories.contacts.get(one)) is not None]


def _still_theirs(desk: Desk, tx: Transaction, one: Contact, sources: set[str]) -> tuple[str, ...]:
    """Give the addresses that somebody had before a merge and nobody else has by now; have them known."""
    repository, still = tx.repositories.known_addresses, list[str]()
    for address in one.emails:
        mark = desk.names.address(desk.user, address)
        there = repository.get(mark)
        if there is not None and there.contact_id not in (one.id, None):
            continue
        if there is None:
            repository.put(KnownAddress(id=mark, user_id=desk.user, contact_id=one.id))
            sources |= {met.source_id for met in tx.repositories.encounters.of_marks([mark])}
        still.append(address)
    return tuple(still)


def _give_back(
    desk: Desk,
    tx: Transaction,
    one: Interaction,
    back: dict[str, Contact],
    contact: Contact,
    addresses_of: set[str],
) -> None:
    """Give a derived interaction to whose address was there; it is looked at once more anyway."""
    repository = tx.repositories.interactions
    there = set(one.meeting_attendees)
    for owner in back.values():
        if there & set(owner.emails) and one.source_id is not None:
            name = desk.names.interaction(owner.id, one.source_id, one.interaction_date)
            if repository.get(name) is None:
                repository.add_all([replace(one, id=name, contact_id=owner.id)])
    if not there & (set(contact.emails) - addresses_of):
        repository.delete(one.id)
