"""Address books: cards taken in, each joining whom it is about, and contacts handed out as cards."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from connectors.cards.vcard import written
from daemon.app.relations.contacts import Contacts, ordered
from daemon.app.relations.desk import Desk
from daemon.relations.occasions import entry
from engine.errors import InputError, StaleVersionError, UnknownThingError
from engine.ids import ConnectorName
from engine.model.relations import Contact
from engine.ports.connector import AddressBook
from engine.ports.store import Transaction
from engine.relations.cards import BrokenCard, Card, changes_job, job_of
from engine.relations.editing import edited, is_somebody
from engine.relations.occasions import Due, Occasion
from engine.text.plain_text import one_line

AT_ONCE = 200
"""Cards that one transaction takes in."""


def account_cards(desk: Desk, name: str) -> bytes:
    """Give the cards of the account whose calendar a connector of the user's reads.

    Raises:
        UnknownThingError: the user has no such connector.
        SourceError: it has no address book, or they cannot be had whole.
    """
    with desk.access.lend([ConnectorName(name)]) as sources:
        source = sources.get(ConnectorName(name))
        if source is None or source.user != desk.user:
            settings = desk.access.configuration.settings
            mine = [one for one in settings.connectors if settings.connectors[one].user == desk.user]
            own = f"Yours: {', '.join(sorted(mine))}" if mine else "You have none: give a file"
            raise UnknownThingError(f"{one_line(name)} is no connector of yours", own)
        connector: object = source.connector
        if not isinstance(connector, AddressBook):
            raise UnknownThingError(f"{one_line(name)} has no address book")
        return b"\r\n".join(connector.cards())


class CardFiles:
    """`gatherly contact import`, `export`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def take_in(self, cards: Iterable[Card | BrokenCard]) -> tuple[int, list[BrokenCard]]:
        """Take cards in; gives how many, and those that cannot be read."""
        good, broken = list[Card](), list[BrokenCard]()
        for one in cards:
            if isinstance(one, BrokenCard):
                broken.append(one)
            else:
                good.append(one)
        for at in range(0, len(good), AT_ONCE):
            batch = good[at : at + AT_ONCE]
            broken += self._desk.writing(lambda tx, some=batch: self._take(tx, some))  # type: ignore[misc] # bound as default
        return len(good) - sum(1 for one in broken if one.number in {card.number for card in good}), sorted(
            broken, key=lambda one: one.number
        )

    def hand_out(self) -> str:
        """Give every contact as a card, archived ones too; that it was done is kept in the log."""
        desk = self._desk
        found = ordered(Contacts(desk).all(archived=None), "name")
        desk.writing(lambda tx: desk.note(tx, "export", "contact", desk.user))
        return "".join(written(one) for one in found)

    def _take(self, tx: Transaction, cards: Sequence[Card]) -> list[BrokenCard]:
        nameless: dict[str | None, str] = {
            one.full_name: one.id
            for one in tx.repositories.contacts.of_user(self._desk.user)
            if not one.emails and one.full_name and one.merged_into is None
        }
        broken = []
        for card in cards:
            try:
                self._take_one(tx, card, nameless)
            except InputError as error:
                broken.append(BrokenCard(card.number, one_line(error.what)))
        return broken

    def _take_one(self, tx: Transaction, card: Card, nameless: dict[str | None, str]) -> None:
        desk, now = self._desk, self._desk.now
        before, own = self._meant(tx, card, nameless)
        contact = before or Contact(id=desk.new_id(), user_id=desk.user, created_at=now, updated_at=now)
        values: dict[str, object] = dict(card.values)
        values["emails"] = (*contact.emails, *own)
        values["tags"] = (*contact.tags, *card.tags)
        after = replace(edited(contact, values, now), measure_at=now)
        if before is not None and before == _as_it_was(after, before):
            return
        if not is_somebody(after):
            raise InputError("it has neither a name nor an address")
        made = tx.repositories.contacts.put(after)
        try:
            Contacts(desk).take_addresses(tx, made, own)
        except InputError as error:
            # they were nobody else's a moment ago: whoever was quicker is met when all of it is done anew
            raise StaleVersionError("An address has become another contact's", "Try again") from error
        if not made.emails:
            nameless[made.full_name] = made.id
        desk.note(tx, "update" if before else "create", "contact", made.id)
        if before is not None and changes_job(before, made) and not made.is_archived:
            due = Due(occasion=Occasion.JOB_CHANGE, at=now, key=f"{job_of(made)}/{now}")
            tx.outbox.add((entry(made, due, now, was=job_of(before), became=job_of(made)),))

    def _meant(
        self, tx: Transaction, card: Card, nameless: dict[str | None, str]
    ) -> tuple[Contact | None, Sequence[str]]:
        """Give the contact that has one of a card's addresses, and those that are no other's."""
        desk = self._desk
        marks = {desk.names.address(desk.user, address): address for address in card.emails}
        rows = {one.id: one.contact_id for one in tx.repositories.known_addresses.some(marks)}
        held = [contact for mark in marks if (contact := rows.get(mark)) is not None]
        name = held[0] if held else None
        if name is None and not card.emails:
            name = nameless.get(card.values.get("full_name"))
        own = [address for mark, address in marks.items() if rows.get(mark) in (None, name)]
        return (None if name is None else tx.repositories.contacts.get(name)), own


def _as_it_was(after: Contact, before: Contact) -> Contact:
    """Give a contact as taken in with the moments of the one that was there: equal where nothing is new."""
    return replace(after, updated_at=before.updated_at, measure_at=before.measure_at)
