"""The store's ports for whom people know, and what calendars tell of them: one repository a kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from engine.ids import UserId
from engine.ports.repository import Repository
from engine.time.span import Instant
from engine.trouble import Unopened, left_out

if TYPE_CHECKING:
    from engine.model.relations import (
        Contact,  # noqa: F401 # named by a base alone
        Embedding,
        Encounter,
        Interaction,
        Interest,
        KnownAddress,
        MeetingSource,
        Memory,
        Relationship,
    )

T = TypeVar("T")


class Ranked(NamedTuple):
    """A contact as far as it lies in clear."""

    id: str
    strength: float
    last: Instant | None
    is_archived: bool


class Rows(Repository[T], Protocol):
    """One kind, many at once.

    What gives many leaves out rows that do not open: one of somebody's many meetings stops nothing. `spoilt`
    names them.
    """

    def spoilt(self) -> Mapping[str, str]:
        """Tell which do not open, by id, and why."""

    def add_all(self, entities: Iterable[T]) -> None:
        """Insert new ones."""

    def put_all(self, entities: Iterable[T]) -> None:
        """Insert or replace some, each in just the version that it carries.

        Raises:
            StaleVersionError: a row has another version.
        """

    def delete_all(self, names: Collection[str]) -> None:
        """Remove some."""

    def some(self, names: Collection[str]) -> Sequence[T]:
        """Give those of these ids that there are."""

    def of_user(self, user: UserId) -> Sequence[T]:
        """Give a user's, by id."""

    def page(self, user: UserId, after: str, limit: int) -> Sequence[T]:
        """Give so many of a user's, by id, that follow an id; the empty one comes first."""


class Written(Rows[T], Protocol):
    """One kind that people search."""

    def changed(self, user: UserId, since: Instant) -> Sequence[T]:
        """Give a user's that were changed since then, by id."""

    def count(self, user: UserId) -> int:
        """Tell how many a user has."""

    def ids(self, user: UserId) -> Collection[str]:
        """Name a user's."""


class Contacts(Written["Contact"], Protocol):
    """Whom users know."""

    def ranked(self, user: UserId) -> Sequence[Ranked]:
        """Tell of a user's what can be told without opening them; those that were merged are left out."""

    def measurable(self, now: Instant, limit: int) -> Sequence[str]:
        """Name those that are to be measured by now, the longest due first."""

    def measure(self, names: Collection[str], at: Instant) -> None:
        """Have some measured from then on."""


class KnownAddresses(Rows["KnownAddress"], Protocol):
    """By which addresses contacts are known, by keyed hash."""

    def of_contact(self, contact: str) -> Sequence[KnownAddress]:
        """Give a contact's, by hash."""


class Interactions(Written["Interaction"], Protocol):
    """When users had to do with whom."""

    def of_contact(self, contact: str) -> Sequence[Interaction]:
        """Give a contact's, newest first."""

    def entered(self, user: UserId) -> Sequence[Interaction]:
        """Give those of a user's that are derived from no event, or that somebody wrote on, by id."""

    def history(self, contact: str) -> Sequence[Interaction]:
        """Give a contact's, newest first, without who else was there: what measuring asks for."""

    def of_sources(self, sources: Collection[str]) -> Sequence[Interaction]:
        """Give those that are derived from some events."""

    def together(self, contact: str) -> Sequence[tuple[str, str, Instant]]:
        """Tell with whom a contact was met: the other, the interaction with this one, and when."""


class Interests(Rows["Interest"], Protocol):
    """What contacts are interested in."""

    def of_contact(self, contact: str) -> Sequence[Interest]:
        """Give a contact's, by id."""


class Relationships(Rows["Relationship"], Protocol):
    """Who is met together."""

    def of_contact(self, contact: str) -> Sequence[Relationship]:
        """Give those that a contact is part of, by id."""

    def around(self, contacts: Collection[str]) -> Sequence[tuple[str, str, str, int]]:
        """Tell of those that some contacts are part of: id, both contacts, how many they know in common."""


class Memories(Written["Memory"], Protocol):
    """Notes about contacts, and briefings."""

    def of_contact(self, contact: str) -> Sequence[Memory]:
        """Give a contact's, by id."""

    def expired(self, now: Instant, limit: int) -> Sequence[str]:
        """Name those that are over by now."""


class Embeddings(Rows["Embedding"], Protocol):
    """Texts about contacts, and where they lie among all texts."""

    def of_contact(self, contact: str) -> Sequence[Embedding]:
        """Give a contact's, by id."""

    def pending(self, model: str, limit: int) -> Sequence[Embedding]:
        """Give texts that a model is yet to place, each once."""

    def placed(self, user: UserId, model: str, since: Instant) -> Sequence[tuple[str, str]]:
        """Give marks and vectors of a user's that a model has placed since then, the newest first."""

    def any_vector(self, model: str) -> str | None:
        """Give a vector that a model has placed, anybody's; None where it has placed none."""

    def marked(self, marks: Collection[str]) -> Sequence[Embedding]:
        """Give those with some marks, by id."""

    def unplace(self, model: str | None) -> None:
        """Take the vectors of all other models away."""


class MeetingSources(Rows["MeetingSource"], Protocol):
    """Events, as far as what they tell of people is derived."""

    def due(self, now: Instant, limit: int, unopened: Unopened = left_out) -> Sequence[MeetingSource]:
        """Give those that are to be looked at by now, the longest due first; so many at most."""

    def upcoming(self, user: UserId, now: Instant, limit: int) -> Sequence[MeetingSource]:
        """Give those of a user that are looked at later, the first due first."""

    def birthdays(self, user: UserId) -> Sequence[MeetingSource]:
        """Give those of a user that are birthdays, by id."""

    def look_at(self, names: Collection[str], at: Instant | None) -> None:
        """Have some looked at from then on, or not any more."""

    def versions(self, names: Collection[str]) -> Mapping[str, int]:
        """Tell in which version some are now; what is gone is left out."""

    def hasten(self, names: Collection[str], at: Instant) -> None:
        """Have some looked at from then on that are looked at later, or not any more."""


class Encounters(Rows["Encounter"], Protocol):
    """Which addresses were at which events."""

    def of_sources(self, sources: Collection[str]) -> Sequence[Encounter]:
        """Give those of some events."""

    def of_marks(self, marks: Collection[str]) -> Sequence[Encounter]:
        """Give those of some addresses."""

    def met_by(self, user: UserId) -> Mapping[str, int]:
        """Tell at how many meetings of a user's each address was that was at any."""

    def met(self, marks: Collection[str]) -> Mapping[str, int]:
        """Tell at how many meetings each of some addresses was."""
