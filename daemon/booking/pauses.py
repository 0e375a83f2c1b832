"""Pauses that are known before anybody is asked: accepting names them, and the booking waits them out."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager

from daemon.sync.pull import Source
from engine.booking.target import NOTIFIED, Targets
from engine.ids import ConnectorName, UserId
from engine.ports import Clock, Transaction
from engine.ports.connector import Paced
from engine.time.instant import format_instant

Made = Callable[[Collection[ConnectorName]], AbstractContextManager[Mapping[ConnectorName, Source]]]
"""Lends some connectors, wired to the shared budgets; making one asks nobody."""


class KnownPauses:
    """Tells whose calendar is known not to be read, or written to, before a time."""

    def __init__(self, targets: Targets, made: Made, clock: Clock) -> None:
        self._targets = targets
        self._made = made
        self._clock = clock

    def of_writes(self, users: Collection[UserId]) -> dict[UserId, str]:
        """Say until when nothing is written to these people's calendars, and why; outside any transaction."""
        places = {user: self._targets.get(user, NOTIFIED).calendar for user in users}
        names = {user: place.connector for user, place in places.items() if place is not None}
        with self._made(set(names.values())) as sources:
            return dict(self._writes(names, sources))

    def _writes(
        self, names: Mapping[UserId, ConnectorName], sources: Mapping[ConnectorName, Source]
    ) -> Iterator[tuple[UserId, str]]:
        for user, name in names.items():
            connector: object = sources[name].connector if name in sources else None
            held = connector.writes_held() if isinstance(connector, Paced) else None
            if held is not None:
                until = self._clock.now() + (held.retry_after or 0)
                yield user, f"{held.what}, until {format_instant(until)}"

    def of_reads(self, tx: Transaction, users: Collection[UserId]) -> dict[UserId, str]:
        """Say until when these people's calendars are not read, and why."""
        now = self._clock.now()
        return {
            one.user_id: f"{one.connector} is not read: {one.held_back}, until {format_instant(one.next_run)}"
            for one in tx.calendars.accounts()
            if one.held_back and one.next_run > now and one.user_id in users
        }
