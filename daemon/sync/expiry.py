"""Expiry: a connector whose access the provider no longer accepts is known as such, whoever found it out.

Reads find it out, and so do renewals ahead of time, writes and sweeps: the last are all there is of a
connector that reads nothing.
"""

from dataclasses import dataclass, replace

from daemon.sync.connector_event import note_state
from engine.errors import SourceExpiredError
from engine.ids import ConnectorName, UserId
from engine.model.calendar import CalendarAccount, ConnectorState
from engine.operations.polling import EXPIRED_PROBE
from engine.ports.connector import Connector
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.text.plain_text import one_line
from engine.time.span import Instant


@dataclass(frozen=True, slots=True)
class Expiries:
    """Shows it in a connector's health without waiting for the next poll."""

    store: Store
    clock: Clock

    def note(self, connector: ConnectorName, user: UserId, kind: str, why: str) -> None:
        """Put a connector down as expired, also one that was never read."""
        now = self.clock.now()
        with self.store.writing() as tx:
            account = tx.calendars.account(connector)
            before = account or CalendarAccount(connector=connector, user_id=user, kind=kind)
            if before.state is ConnectorState.EXPIRED:
                return
            after = replace(
                before,
                state=ConnectorState.EXPIRED,
                last_error=one_line(why),
                failures=before.failures + 1,
                next_run=now + EXPIRED_PROBE,
            )
            tx.calendars.put_account(after)
            note_change(tx, before, after, now)


def note_change(tx: Transaction, before: CalendarAccount, after: CalendarAccount, now: Instant) -> None:
    """Log a connector's new state, and look again at whom it concerns."""
    note_state(tx, before, after, now)
    expired = after.state is ConnectorState.EXPIRED
    if expired is (before.state is ConnectorState.EXPIRED):
        return
    wake(tx, after.user_id, now)


def wake(tx: Transaction, user: UserId, now: Instant) -> None:
    """Wake the pending sessions that somebody attends: their time has changed."""
    tx.wakes.add(tx.sessions.pending_with(user), now)


def still_refused(connector: Connector) -> SourceExpiredError | None:
    """Say what an account that answers again is still refused: to read is not all that it is there for."""
    found = connector.probe()
    if found.authorised or not found.reachable:
        return None
    what, _, remedy = "; ".join(found.problems).partition(". ")
    return SourceExpiredError(what, remedy)
