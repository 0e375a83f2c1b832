"""What booking needs of the world."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.booking.transitions import gather_snapshot
from daemon.runtime.traces import NO_TRACES, Traces
from engine.booking.ids import Identifier
from engine.booking.last_look import FreshBusy
from engine.booking.offers import RefusedOffer
from engine.booking.policy import Policy
from engine.booking.snapshot import BookingSnapshot
from engine.booking.target import Targets
from engine.ids import CalendarKey, ConnectorName, SessionId
from engine.model.booking import Delivery, OutboxEntry
from engine.model.session import EventSession
from engine.ports.connector import Connector, Writer
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock, Randomness
from engine.time.span import Instant, Span
from engine.trouble import Unopened

RefusedOffers = Callable[[Transaction, Instant, Unopened], Iterable[RefusedOffer]]
"""Names what is on offer although it can no longer be booked, with whom it concerns."""


Leaving = Callable[[Transaction, OutboxEntry, EventSession, Instant], str]
"""Gives where the guest whom a mail invites says that they cannot come; empty where it invites none."""


GuestZone = Callable[[Transaction, OutboxEntry, EventSession], str]
"""Gives the zone in which the guest whom a mail invites reads times; empty where nobody knows it."""


GuestTurn = Callable[[Transaction, OutboxEntry, EventSession, Instant], Instant]
"""Gives when a guest may be mailed an invitation, and counts one that may go now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookDeps:
    """What booking needs of the world.

    `guest_mail` invites guests, each with the address where they are `leaving`, in their zone, when it is
    their turn; None = nothing is mailed.
    `store_time` is the time that leases are measured by, one for all daemons on a store: the machine's clock
    on SQLite, the server's on PostgreSQL; `skipped` is what that clock was set forward over.
    """

    store: Store
    connectors: Mapping[ConnectorName, Connector]
    targets: Targets
    clock: Clock
    randomness: Randomness
    identifier: Identifier = field(repr=False)
    fresh_busy: FreshBusy
    store_time: Callable[[], Instant]
    skipped: Callable[[], Sequence[Span]]
    policy: Policy
    refused_offers: RefusedOffers
    traces: Traces = NO_TRACES
    guest_mail: Writer | None = None
    leaving: Leaving | None = None
    guest_zone: GuestZone | None = None
    guest_turn: GuestTurn | None = None

    def written_calendars(self, tx: Transaction) -> list[CalendarKey]:
        """Give what gatherly writes to, or has written to: a late write may land in any of them."""
        targets = (each.calendar for each in self.targets.values() if each.delivery is Delivery.WRITTEN)
        return sorted(key for key in {*targets, *tx.ledger.written_to()} if key is not None)

    def snapshot(self, tx: Transaction, session: SessionId, now: Instant) -> BookingSnapshot:
        """Read all that the next move of one booking is decided from."""
        return gather_snapshot(
            tx, session, self.targets, self.store.install, now, self.policy, self.skipped()
        )
