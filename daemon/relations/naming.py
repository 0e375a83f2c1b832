"""The names of what is derived: keyed hashes, so that the same things have the same names each time."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from engine.ids import UserId
from engine.model.relations import KnownAddress
from engine.ports.store import Transaction
from engine.text.mail_address import one_spelling
from engine.time.span import Instant


@dataclass(frozen=True, slots=True)
class Names:
    """Names things by this installation's key; nobody tells an address from its hash."""

    identifier: Callable[[str], bytes]

    def address(self, user: UserId, address: str) -> str:
        """Name an address among those that a user knows."""
        return self._hash("contact address", user, one_spelling(address)).hex()

    def contact(self, user: UserId, mark: str) -> str:
        """Name the contact that an address makes."""
        return self._uuid("contact", user, mark)

    def source(self, user: UserId, uid: str) -> str:
        """Name an event of a user's calendars."""
        return self._uuid("meeting source", user, uid)

    def encounter(self, source: str, mark: str) -> str:
        """Name that an address was at an event."""
        return self._uuid("encounter", source, mark)

    def interaction(self, contact: str, source: str, start: Instant) -> str:
        """Name that a contact was met at one instance of an event."""
        return self._uuid("interaction", contact, source, start)

    def interest(self, contact: str, category: str, topic: str) -> str:
        """Name an interest of a contact by its topic."""
        return self._hash("interest", contact, category.casefold(), topic.casefold()).hex()

    def text(self, user: UserId, text: str) -> str:
        """Name a text among those that a user's contacts have."""
        return self._hash("text", user, text).hex()

    def relationship(self, one: str, other: str) -> str:
        """Name the relationship of a pair, the smaller id first."""
        return self._uuid("relationship", one, other)

    def any_of(self, *parts: object) -> str:
        """Name something else."""
        return self._uuid(*parts)

    def _uuid(self, *parts: object) -> str:
        """Write the beginning of a hash as a UUID of version 4 (RFC 9562, 5.4)."""
        text = self._hash(*parts).hex()
        variant = "89ab"[int(text[16], 16) & 3]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"

    def _hash(self, *parts: object) -> bytes:
        return self.identifier("\x00".join([str(part).replace("\x00", "") for part in parts]))


@dataclass(frozen=True, slots=True)
class Marks:
    """Hashes of the addresses that one user meets, each made once."""

    names: Names
    user: UserId
    _made: dict[str, str] = field(default_factory=dict)

    def of(self, address: str) -> str:
        """Give an address's."""
        if address not in self._made:
            self._made[address] = self.names.address(self.user, address)
        return self._made[address]


def known(names: Names, user: UserId, contact: str, address: str) -> KnownAddress:
    """Give the row by which a contact is found."""
    return KnownAddress(id=names.address(user, address), user_id=user, contact_id=contact)


def removed(user: UserId, name: str) -> KnownAddress:
    """Give the row by which something derived, that its user removed, does not come back."""
    return KnownAddress(id=name, user_id=user, contact_id=None)


def without_removed(tx: Transaction, names: Collection[str]) -> set[str]:
    """Give those of these names whose users have not removed what they name."""
    gone = {one.id for one in tx.repositories.known_addresses.some(names)} if names else set()
    return set(names) - gone
