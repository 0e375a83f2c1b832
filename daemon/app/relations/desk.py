"""One user's desk for whom they know: what everything there has in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from daemon.app.access import Access
from daemon.app.principal import Principal
from daemon.relations.measuring import Measuring
from daemon.relations.naming import Names
from daemon.relations.occasions import Occasions
from daemon.relations.relating import consents_of
from engine.errors import InputError, UnknownThingError
from engine.ids import UserId
from engine.model.booking import AuditEntry
from engine.model.relations import Contact
from engine.ports.store import Transaction
from engine.stale import retry_stale
from engine.time.span import Instant

T = TypeVar("T")
OFF = "Relationships are switched off ([relations] enabled = false)"
UNWANTED = "Your privacy settings keep no contacts (privacySettings.relations, or relations in your table)"
ON_AGAIN = "Set it to true to keep contacts from now on"
SWITCH = "Set [relations] enabled = true to keep contacts"


class SwitchedOffError(UnknownThingError):
    """Nothing is kept of whom people know: an operator has not switched it on."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers one user; nobody sees another's contacts, an operator neither."""

    access: Access
    principal: Principal
    user: UserId
    origin: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, access: Access, principal: Principal, origin: Mapping[str, str] | None = None) -> "Desk":
        """Make it for whoever asks.

        Raises:
            SwitchedOffError: it is off, or whoever asks wants none.
            InputError: nobody in particular asks.
        """
        if not access.configuration.settings.relations.enabled:
            raise SwitchedOffError(OFF, SWITCH)
        if principal.user is None:
            raise InputError("Contacts are somebody's own", "Say whose, with --as USER")
        made = cls(access, principal, principal.user, origin or {})
        with access.store.reading() as tx:
            made.require_wanted(tx)
        return made

    def require_wanted(self, tx: Transaction) -> None:
        """Refuse whoever wants no contacts kept at the moment of a transaction.

        Raises:
            SwitchedOffError: they want none.
        """
        if not consents_of(self.access.configuration).wants(tx, self.user):
            raise SwitchedOffError(UNWANTED, ON_AGAIN)

    @property
    def now(self) -> Instant:
        """The time that counts."""
        return self.access.clock.now()

    @property
    def names(self) -> Names:
        """How things are named."""
        return Names(self.access.custody.identifier)

    @property
    def measuring(self) -> Measuring:
        """What measures a contact whose history somebody has changed."""
        occasions = Occasions(self.access.configuration.settings.relations.going_cold)
        return Measuring(
            store=self.access.store,
            clock=self.access.clock,
            names=self.names,
            occasions=occasions,
            by_meaning=self.access.indexes.embedder is not None,
        )

    def new_id(self) -> str:
        """Give an id for what is entered."""
        return self.names.any_of("entered", self.user, self.access.desk.randomness.token())

    def writing(self, work: Callable[[Transaction], T]) -> T:
        """Do something in one transaction, anew where somebody was quicker.

        Raises:
            SwitchedOffError: the user wants no contacts kept by now.
        """

        def once() -> T:
            with self.access.store.writing() as tx:
                self.require_wanted(tx)
                return work(tx)

        return retry_stale(once, "The contact")

    def contact(self, tx: Transaction, name: str) -> Contact:
        """Look up a contact of the user's.

        Raises:
            UnknownThingError: there is none; of another's it is told as of none.
        """
        found = tx.repositories.contacts.get(name)
        if found is None or found.user_id != self.user or found.merged_into is not None:
            raise UnknownThingError(f"There is no contact {name}", "`gatherly contact list` shows them")
        return found

    def note(
        self,
        tx: Transaction,
        action: str,
        kind: str,
        name: str,
        old: Mapping[str, Any] | None = None,
        new: Mapping[str, Any] | None = None,
    ) -> None:
        """Write down what was done, by whom, from where, with old and new values (F4).

        The log is in clear and may only grow: of what lies sealed it holds a keyed hash, by which it can be
        told that a value changed, and whether it is another's, but not what it was.
        """
        before, after = dict(old or {}), dict(new or {})
        differ = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        values = {
            "old": {key: self._hidden(before[key]) for key in differ if key in before},
            "new": {key: self._hidden(after[key]) for key in differ if key in after},
        }
        tx.audit.add(
            AuditEntry(
                at=self.now,
                actor=self.principal.actor,
                action=action,
                object_type=kind,
                object_id=name,
                details={**({} if old is None and new is None else values), **self.origin},
                user_id=self.user,
            )
        )

    def _hidden(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        return f"hash:{self.names.any_of('audited', self.user, value)}"
