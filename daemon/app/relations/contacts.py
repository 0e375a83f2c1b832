"""A user's contacts: listed, shown, entered, edited, merged, archived, and never shown again."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from daemon.app.relations.desk import Desk
from daemon.relations.measuring import history
from daemon.relations.naming import known
from daemon.relations.noticing import forget_what_was_told
from engine.documents.relations import contact_document, interaction_document
from engine.errors import InputError
from engine.model.relations import Contact, Interaction
from engine.ports.store import Transaction
from engine.relations.editing import edited, is_somebody
from engine.relations.naming import called
from engine.relations.strength import frequency_words, strength_words
from engine.time.span import Instant

SORTS = ("strength", "recent", "name")
Document = dict[str, Any]


class Contacts:
    """`gatherly contact`, `/v1/contacts`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self, *, archived: bool | None = False) -> Sequence[Contact]:
        """Give the user's contacts; those archived alone, or with None all of them."""
        with self._desk.access.store.reading() as tx:
            return self.all_in(tx, archived=archived)

    def all_in(self, tx: Transaction, *, archived: bool | None = False) -> Sequence[Contact]:
        """Give the same, at the moment of a transaction."""
        found = tx.repositories.contacts.of_user(self._desk.user)
        standing = [one for one in found if one.merged_into is None]
        return [one for one in standing if archived is None or one.is_archived is archived]

    def listed(
        self, sort: str = "strength", tag: str | None = None, *, archived: bool | None = False
    ) -> list[Document]:
        """List them, the most first, or by name.

        Raises:
            InputError: they cannot be sorted so.
        """
        if sort not in SORTS:
            raise InputError(f"sort {sort!r} is none", f"Choose one of {', '.join(SORTS)}")
        found = [one for one in self.all(archived=archived) if tag is None or tag in one.tags]
        return [contact_document(one) for one in ordered(found, sort)]

    def page(
        self,
        sort: str = "strength",
        tag: str | None = None,
        *,
        archived: bool | None = False,
        cursor: str | None = None,
        limit: int = 50,
    ) -> list[Document]:
        """List the next of them, one more than asked for where there are more; only these are opened.

        Raises:
            InputError: they cannot be sorted so, or nothing is at the cursor.
        """
        if sort == "name" or tag is not None:
            return _following(self.listed(sort, tag, archived=archived), cursor)[: limit + 1]
        with self._desk.access.store.reading() as tx:
            found = tx.repositories.contacts.ranked(self._desk.user)
            mine = [one for one in found if archived is None or one.is_archived is archived]
            mine.sort(key=lambda one: (-((one.last or 0) if sort == "recent" else one.strength), one.id))
            names = [str(one["id"]) for one in _following([{"id": one.id} for one in mine], cursor)]
            return [contact_document(one) for one in islice(_opened(tx, names, limit + 1), limit + 1)]

    def show(self, name: str, *, noted: bool = True) -> Document:
        """Show one, with why it is as strong as it is; that it was looked at is kept in the log."""
        with self._desk.access.store.reading() as tx:
            found = self.show_in(tx, name)
        if noted:
            self.note_view(name)
        return found

    def show_in(self, tx: Transaction, name: str) -> Document:
        """Show one, at the moment of a transaction; whoever shows it notes the view."""
        contact = self._desk.contact(tx, name)
        interactions = tx.repositories.interactions.of_contact(name)
        return {**contact_document(contact), "why": why(interactions, self._desk.now)}

    def note_view(self, name: str) -> None:
        """Keep in the log that one was looked at."""
        desk = self._desk
        desk.writing(lambda tx: desk.note(tx, "view", "contact", name))

    def add(self, values: Mapping[str, Any]) -> Document:
        """Enter one.

        Raises:
            InputError: a value is none that a contact may have, or an address is another contact's.
        """
        desk, now = self._desk, self._desk.now
        blank = Contact(id=desk.new_id(), user_id=desk.user, created_at=now, updated_at=now)
        contact = edited(blank, values, now)
        if not is_somebody(contact):
            raise InputError("fullName is missing", "Give a name or an address")

        def put(tx: Transaction) -> Contact:
            made = tx.repositories.contacts.put(contact)
            self.take_addresses(tx, made, made.emails)
            desk.note(tx, "create", "contact", made.id, None, contact_document(made))
            return made

        return contact_document(desk.writing(put))

    def edit(self, name: str, values: Mapping[str, Any]) -> Document:
        """Change one; what is not named stays.

        Raises:
            InputError: a value is none that a contact may have, or an address is another contact's.
        """
        return self._edit(name, lambda _before: values)

    def _edit(self, name: str, decide: Callable[[Contact], Mapping[str, Any]]) -> Document:
        """Change one by what follows from how it stands in the transaction that changes it."""
        desk = self._desk

        def put(tx: Transaction) -> Contact:
            before = desk.contact(tx, name)
            after = edited(before, decide(before), desk.now)
            after = replace(after, measure_at=desk.now)
            made = tx.repositories.contacts.put(after)
            if set(made.emails) != set(before.emails):
                self._leave_addresses(tx, made, set(before.emails) - set(made.emails))
                self.take_addresses(tx, made, set(made.emails) - set(before.emails))
            desk.note(tx, "update", "contact", name, contact_document(before), contact_document(made))
            return made

        return contact_document(desk.writing(put))

    def retag(
        self, name: str, add: Sequence[str], take: Sequence[str], values: Mapping[str, Any]
    ) -> Document:
        """Change one, with tags and addresses beside those that it has."""

        def beside(before: Contact) -> Mapping[str, Any]:
            wanted = dict(values)
            if add or take:
                wanted["tags"] = [one for one in (*before.tags, *add) if one not in take]
            if "emails" in wanted:
                wanted["emails"] = (*before.emails, *wanted["emails"])
            return wanted

        return self._edit(name, beside)

    def archive(self, name: str, *, archived: bool = True) -> Document:
        """Put one away, or back."""
        desk = self._desk

        def put(tx: Transaction) -> Contact:
            before = desk.contact(tx, name)
            after = replace(
                before, is_archived=archived, edited=True, updated_at=desk.now, measure_at=desk.now
            )
            desk.note(
                tx, "update", "contact", name, {"isArchived": before.is_archived}, {"isArchived": archived}
            )
            return tx.repositories.contacts.put(after)

        return contact_document(desk.writing(put))

    def delete(self, name: str) -> None:
        """Remove one for good; who is met again does not come back until entered by hand.

        Events that name them are looked at once more: others' interactions tell of them no longer.
        """
        desk = self._desk

        def drop(tx: Transaction) -> None:
            contact, repositories = desk.contact(tx, name), tx.repositories
            rows = repositories.known_addresses.of_contact(contact.id)
            for row in rows:
                repositories.known_addresses.put(replace(row, contact_id=None, before=None))
            met = repositories.encounters.of_marks([row.id for row in rows])
            repositories.meeting_sources.look_at({one.source_id for one in met}, desk.now)
            merged = [one.id for one in repositories.contacts.of_user(desk.user) if one.merged_into == name]
            repositories.contacts.delete_all([*merged, name])
            forget_what_was_told(tx, desk.user, [*merged, name])
            desk.note(tx, "delete", "contact", name, contact_document(contact), None)

        desk.writing(drop)

    def timeline(self, name: str) -> list[Document]:
        """List a contact's interactions, newest first."""
        with self._desk.access.store.reading() as tx:
            return self.timeline_in(tx, name)

    def timeline_in(self, tx: Transaction, name: str) -> list[Document]:
        """List the same, at the moment of a transaction."""
        self._desk.contact(tx, name)
        return [interaction_document(one) for one in tx.repositories.interactions.of_contact(name)]

    def take_addresses(self, tx: Transaction, contact: Contact, addresses: Collection[str]) -> None:
        """Have a contact known by addresses; events that name them are looked at once more.

        Raises:
            InputError: one is another contact's.
        """
        desk, repository = self._desk, tx.repositories.known_addresses
        for address in addresses:
            row = known(desk.names, desk.user, contact.id, address)
            there = repository.get(row.id)
            if there is not None and there.contact_id not in (None, contact.id):
                raise InputError(f"email: {address} is another contact's", "Merge the two, or leave it out")
            repository.put(row if there is None else replace(there, contact_id=contact.id))
            sources = {one.source_id for one in tx.repositories.encounters.of_marks([row.id])}
            tx.repositories.meeting_sources.look_at(sources, desk.now)

    def _leave_addresses(self, tx: Transaction, contact: Contact, addresses: Collection[str]) -> None:
        desk = self._desk
        for address in addresses:
            mark = desk.names.address(desk.user, address)
            sources = {one.source_id for one in tx.repositories.encounters.of_marks([mark])}
            tx.repositories.known_addresses.delete(mark)
            tx.repositories.meeting_sources.look_at(sources, desk.now)


def _opened(tx: Transaction, names: Sequence[str], at_once: int) -> Iterator[Contact]:
    """Open some in their order, so many at once; those that do not open are left out."""
    for at in range(0, len(names), at_once):
        some = names[at : at + at_once]
        opened = {one.id: one for one in tx.repositories.contacts.some(some)}
        yield from (opened[name] for name in some if name in opened)


def _following(found: Sequence[Document], cursor: str | None) -> list[Document]:
    """Give what follows the one that a cursor names.

    Raises:
        InputError: there is none.
    """
    if cursor is None:
        return list(found)
    at = next((number for number, one in enumerate(found) if one["id"] == cursor), None)
    if at is None:
        raise InputError("cursor: it is none of this list's", "Begin without one")
    return list(found[at + 1 :])


def ordered(found: Sequence[Contact], sort: str) -> list[Contact]:
    """Sort contacts: the strongest or the latest first, or by name."""
    if sort == "name":
        return sorted(found, key=lambda one: (called(one).casefold(), one.id))
    if sort == "recent":
        return sorted(found, key=lambda one: (-(one.last_interaction_at or 0), one.id))
    return sorted(found, key=lambda one: (-one.relationship_strength, one.id))


def why(interactions: Sequence[Interaction], now: Instant) -> Document:
    """Say what a contact's strength and frequency rest on."""
    found = history(interactions, now)
    words = strength_words(found, now)
    return {
        "strength": [
            {
                "factor": factor.value,
                "value": round(value, 4),
                "points": round(found.points(factor), 4),
                "text": words[factor],
            }
            for factor, value in found.values.items()
        ],
        "frequency": frequency_words(found),
    }
