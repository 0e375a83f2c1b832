"""Claims on connectors: taken before a read, renewed while it lasts, given up with its outcome."""

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from engine.errors import StaleVersionError, StoreError
from engine.ids import ConnectorName
from engine.model.calendar import CalendarAccount
from engine.operations import claims
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock


class Claims:
    """One worker's claims in a store that others read from, too.

    Who is `alone` with its store, by the lock beside it, needs none, and writes nothing before a read.
    """

    def __init__(self, store: Store, clock: Clock, owner: str, *, alone: bool = False) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._alone = alone

    def take(self, account: CalendarAccount) -> CalendarAccount | None:
        """Claim a connector, `account` where it is not known yet; None where somebody reads it."""
        now = self._clock.now()
        if self._alone:
            with self._store.reading() as tx:
                return replace(tx.calendars.account(account.connector) or account, last_attempt=now)
        try:
            with self._store.writing() as tx:
                there = tx.calendars.account(account.connector) or account
                if claims.is_claimed(there, now):
                    return None
                return tx.calendars.put_account(claims.claimed(there, self._owner, now))
        except StaleVersionError:
            return None

    def take_due(self, limit: int, but: Collection[ConnectorName] = ()) -> Sequence[CalendarAccount]:
        """Claim at most so many of the connectors that are due, but none that is named by `but`."""
        if limit <= 0:
            return ()
        with self._store.writing() as tx:
            now = self._clock.now()
            return tx.calendars.claim_due(self._owner, now, now + claims.CLAIM, limit, but)

    def give_up(self, account: CalendarAccount) -> None:
        """Let a connector go that was claimed and is not read after all."""
        with suppress(StaleVersionError), self._store.writing() as tx:
            tx.calendars.put_account(claims.freed(account))

    @contextmanager
    def kept(self, connector: ConnectorName) -> Iterator[None]:
        """Renew a claim for as long as the block lasts, by a clock that nobody sets."""
        if self._alone:
            yield
            return
        over = threading.Event()
        renewing = threading.Thread(
            target=self._renew, args=(connector, over), name=f"claim-{connector}", daemon=True
        )
        renewing.start()
        try:
            yield
        finally:
            over.set()
            renewing.join()

    def settle(self, tx: Transaction, before: CalendarAccount, after: CalendarAccount) -> bool:
        """Write a read's outcome and give the claim up; False where the claim was lost meanwhile.

        A wish to be read soon that came during the read stands, and so does a notice of a change.
        """
        there = tx.calendars.account(before.connector)
        if self._is_lost(before, there):
            return False
        there = there or before
        asked_anew = there.next_run != before.next_run
        soon = min(there.next_run, after.next_run) if asked_anew else after.next_run
        missed = after.missed and there.heard == before.heard
        kept = replace(claims.freed(after), version=there.version, next_run=soon)
        tx.calendars.put_account(replace(kept, heard=there.heard, missed=missed))
        return True

    def _is_lost(self, before: CalendarAccount, there: CalendarAccount | None) -> bool:
        if self._alone:
            return there is None and before.version > 0
        return there is None or there.claimed_by != self._owner

    def _renew(self, connector: ConnectorName, over: threading.Event) -> None:
        while not over.wait(claims.RENEWED_EVERY):
            try:
                self.renew(connector)
            except StoreError:
                continue  # somebody else changed the row, or the store is away: there is time to try again

    def renew(self, connector: ConnectorName) -> None:
        """Prolong a claim that is still this worker's."""
        with self._store.writing() as tx:
            there = tx.calendars.account(connector)
            if there is not None and there.claimed_by == self._owner:
                until = self._clock.now() + claims.CLAIM
                tx.calendars.put_account(replace(there, claimed_until=until))
