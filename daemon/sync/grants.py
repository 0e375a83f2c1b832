"""One connector's grant in the store: renewed, its refresh token rotated, by one of all threads and daemons.

Who wants to renew takes a lease on the row by compare-and-swap, then asks the provider outside of any
transaction, then stores what came. Everybody else waits and adopts the winner's token. What came is held in
memory until the store has it: a rotated refresh token must not be lost to a full disk.
"""

import threading
from dataclasses import replace

from daemon.runtime.secrecy import SECRETS, safe_line
from engine.errors import (
    GatherlyError,
    SourceExpiredError,
    SourceUnavailableError,
    StaleVersionError,
    StoreError,
)
from engine.ids import ConnectorName
from engine.model.integration import GrantStatus
from engine.model.operations import Grant
from engine.operations import grants
from engine.ports.grants import Exchange
from engine.ports.store import Store
from engine.ports.world import Clock, Randomness
from engine.stale import retry_stale

WAIT = 0.05
PATIENCE = 25.0
"""Seconds that others' exchange is waited for."""
TRIES = 40
"""How often what came is stored before it is left to the next call, which begins with storing it."""


class StoredGrant:
    """`engine.ports.grants.GrantKeeper` over the store; one for each connector and process."""

    def __init__(self, store: Store, clock: Clock, randomness: Randomness, connector: ConnectorName) -> None:
        self._store = store
        self._clock = clock
        self._connector = connector
        self._owner = randomness.token()
        self._lock = threading.Lock()
        self._unsaved: tuple[Grant, Grant] | None = None

    def grant(self) -> Grant | None:
        """Give what is kept, or what came and could not be kept yet."""
        if self._unsaved is not None:
            return self._unsaved[1]
        with self._store.reading() as tx:
            return _known(tx.repositories.grants.get(self._connector))

    def is_due(self) -> bool:
        """Whether the token is to be renewed now, before it ends."""
        now = self._clock.now()
        if self._unsaved is not None:
            return True
        kept = self.grant()
        return (
            kept is not None
            and kept.status is GrantStatus.CONNECTED
            and not grants.rests(kept, now)
            and grants.due_at(kept) <= now
        )

    def renewed(self, spent: str | None, exchange: Exchange) -> Grant:
        """Give the grant with another token than the spent one; see `engine.ports.grants.GrantKeeper`."""
        with self._lock:
            try:
                return self._renewed(spent, exchange)
            except StoreError as error:
                raise SourceUnavailableError(
                    f"{self._connector}: the grant cannot be renewed while the store is away", str(error)
                ) from error

    def _renewed(self, spent: str | None, exchange: Exchange) -> Grant:
        until = self._clock.monotonic() + PATIENCE
        while True:
            now = self._clock.now()
            unsaved = self._unsaved
            try:
                self._save()
            except StoreError:
                if unsaved is None or not grants.is_fresh(unsaved[1], spent, now):
                    raise
                return unsaved[1]
            kept = self._usable()
            if grants.is_fresh(kept, spent, now):
                return kept
            if grants.rests(kept, now):
                raise self._resting(kept)
            mine = None if grants.is_taken(kept, now) else self._lease(kept)
            if mine is not None:
                return self._exchange(mine, spent, exchange)
            if self._clock.monotonic() > until or self._clock.wait(WAIT):
                raise SourceUnavailableError(f"{self._connector}: its grant is being renewed elsewhere")

    def _usable(self) -> Grant:
        kept = self.grant()
        if kept is None or kept.refresh_token is None:
            raise SourceExpiredError(
                f"Nobody has connected {self._connector} yet", f"Run gatherly connect {self._connector}"
            )
        return kept

    def _resting(self, kept: Grant) -> GatherlyError:
        if kept.status is GrantStatus.EXPIRED:
            return SourceExpiredError(kept.error_message or f"{self._connector} is no longer connected")
        wait = max(1, (kept.lease_until or 0) - self._clock.now())
        what = f"{self._connector}: the token endpoint did not answer a moment ago"
        return SourceUnavailableError(what, "It is tried again soon", retry_after=wait)

    def _lease(self, kept: Grant) -> Grant | None:
        """Take the row for this process; None where somebody else was quicker."""
        try:
            with self._store.writing() as tx:
                return tx.repositories.grants.put(grants.leased(kept, self._owner, self._clock.now()))
        except StaleVersionError:
            return None

    def _exchange(self, mine: Grant, spent: str | None, exchange: Exchange) -> Grant:
        try:
            tokens = exchange(mine)
        except SourceExpiredError as error:
            return self._refused(mine, spent, error)
        except SourceUnavailableError as error:
            self._put(grants.paused(mine, self._clock.now(), error.retry_after))
            raise
        except GatherlyError:
            self._put(replace(mine, lease_owner=None, lease_until=None))
            raise
        came = grants.renewed(mine, tokens, self._clock.now())
        _known(came)
        self._unsaved = (mine, came)
        self._persist()
        return self._usable()

    def _refused(self, mine: Grant, spent: str | None, error: SourceExpiredError) -> Grant:
        """Believe a no only where nobody has put another grant in the place of the one that was refused."""
        now = self._clock.now()
        kept = self.grant()
        if kept is not None and (
            kept.refresh_token != mine.refresh_token or grants.is_fresh(kept, spent, now)
        ):
            return kept
        dead = grants.refused(mine, safe_line(str(error)), now)
        try:
            with self._store.writing() as tx:
                tx.repositories.grants.put(dead)
        except StaleVersionError:
            return self._usable()
        raise error

    def _put(self, grant: Grant) -> None:
        try:
            with self._store.writing() as tx:
                tx.repositories.grants.put(grant)
        except StaleVersionError:
            return  # somebody has connected it anew meanwhile: theirs stands

    def _persist(self) -> None:
        """Store what came, again and again while the store is away."""
        for _ in range(TRIES):
            try:
                return retry_stale(self._save, f"The grant of {self._connector}")
            except StoreError:
                if self._clock.wait(WAIT):
                    return

    def _save(self) -> None:
        """Store what came, unless the grant it was asked with has been replaced: then the other stands."""
        if self._unsaved is None:
            return
        mine, came = self._unsaved
        with self._store.writing() as tx:
            there = tx.repositories.grants.get(self._connector)
            if there is not None and there.refresh_token == mine.refresh_token:
                tx.repositories.grants.put(replace(came, version=there.version))
        self._unsaved = None


def _known(grant: Grant | None) -> Grant | None:
    """Have a grant's tokens masked wherever they would be told."""
    if grant is not None:
        SECRETS.add(grant.refresh_token)
        SECRETS.add(grant.access_token)
    return grant
