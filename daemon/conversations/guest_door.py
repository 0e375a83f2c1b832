"""Letting people into a session: who may be one of it, and how many guests a host may have in a day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from daemon.conversations.leavers import turn_away_leavers
from engine.errors import InputError
from engine.ids import UserId
from engine.model.guest import Guest
from engine.model.notices import GUESTS
from engine.model.session import EventSession
from engine.ports.store import Transaction
from engine.sessions.guests import GuestRules
from engine.time.span import DAY, Instant


def nobody(_address: str) -> bool:
    """Say of everybody that they have not been forgotten."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestDoor:
    """Lets guests in; `forgotten` says who was erased, and is never written to again."""

    rules: GuestRules = field(default_factory=GuestRules)
    forgotten: Callable[[str], bool] = nobody

    def admit(self, tx: Transaction, before: EventSession | None, after: EventSession, now: Instant) -> None:
        """Let those in who are new to a session.

        Raises:
            InputError: one may not be a guest or is leaving, or too many have been asked today.
        """
        turn_away_leavers(tx, before, after)
        known = set() if before is None else {guest.address for guest in before.guests}
        new = [guest for guest in after.guests if guest.address not in known]
        if new:
            self._admit(tx, after.host_user_id, new, now)

    def _admit(self, tx: Transaction, host: UserId, new: Iterable[Guest], now: Instant) -> None:
        guests = list(new)
        self.rules.check(guests)
        for guest in guests:
            if self.forgotten(guest.address):
                raise InputError(
                    f"{guest.address} has been erased, and is not written to any more",
                    "Reach them in another way",
                )
        asked = len(tx.repositories.dispatches.of_outlet(host, GUESTS, now - DAY))
        if asked + len(guests) > self.rules.mails_per_day:
            raise InputError(
                f"{asked} mails went to guests of {host} within a day, and {self.rules.mails_per_day} may",
                "Wait a day, or raise mails_per_day under [guests]",
            )
