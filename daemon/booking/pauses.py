"""Pauses that are known before anybody is asked: accepting names them, and the booking waits them out."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.booking.target import NOTIFIED, Targets
from engine.errors import HeldBackError
from engine.ids import ConnectorName, SessionId, UserId
from engine.model.booking import BookingState
from engine.ports.connector import Paced
from engine.ports.store import Transaction
from engine.ports.world import Clock
from engine.time.instant import format_instant

if TYPE_CHECKING:
    from daemon.sync.source import Source

Made = Callable[[Collection[ConnectorName]], AbstractContextManager[Mapping[ConnectorName, "Source"]]]
"""Lends some connectors, wired to the shared budgets; making one asks nobody."""


class KnownPauses:
    """Tells whose calendar is known not to be read, or written to, before a time."""

    def __init__(self, targets: Targets, made: Made, clock: Clock) -> None:
        self._targets = targets
        self._made = made
        self._clock = clock

    def of(self, users: Collection[UserId], read: Mapping[ConnectorName, UserId]) -> dict[UserId, str]:
        """Say until when these people's calendars are not asked, and why; outside any transaction.

        `read` are the connectors that their time is known from. A pause is known to all who share a budget,
        whichever of them met it.
        """
        places = {user: self._targets.get(user, NOTIFIED).calendar for user in users}
        written = {place.connector: user for user, place in places.items() if place is not None}
        with self._made({*read, *written}) as sources:
            paced = {name: one.connector for name, one in sources.items() if isinstance(one.connector, Paced)}
            reads = {read[name]: paced[name].reads_held() for name in read if name in paced}
            writes = {written[name]: paced[name].writes_held() for name in written if name in paced}
        held = [*reads.items(), *writes.items()]
        return {user: self._words(pause) for user, pause in held if pause is not None}

    def _words(self, pause: HeldBackError) -> str:
        until = self._clock.now() + (pause.retry_after or 0)
        return f"{pause.what}, until {format_instant(until)}"

    def of_reads(self, tx: Transaction, users: Collection[UserId]) -> dict[UserId, str]:
        """Say until when these people's calendars are not read, and why."""
        now = self._clock.now()
        return {
            one.user_id: f"{one.connector} is not read: {one.held_back}, until {format_instant(one.next_run)}"
            for one in tx.calendars.accounts()
            if one.held_back and one.next_run > now and one.user_id in users
        }


def name_pauses(tx: Transaction, session_id: SessionId, paused: Mapping[UserId, str]) -> None:
    """Say on a booking that begins what it will have to wait for."""
    booking = tx.ledger.booking(session_id)
    if paused and booking is not None and booking.state is BookingState.ACCEPTED:
        why = "; ".join(f"{user}: {pause}" for user, pause in paused.items())
        tx.ledger.advance(booking, replace(booking, reason=why))
