"""Refresh: renew grants before their tokens end, and say at once when a provider no longer accepts one."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from daemon.jobs.guard import Guard
from daemon.jobs.pull import EXPIRED_PROBE, Source, note_expiry
from engine.errors import SourceError, SourceExpiredError
from engine.model.calendar import ConnectorState
from engine.model.set_aside import Item, Work
from engine.ports import Clock, Store
from engine.ports.connector import Consenting
from engine.timespan import MINUTE

EVERY = MINUTE / 2
"""Seconds between looks for grants that are due."""


class RefreshJob:
    """Renews what is due, one at a time: each is one short call. `report` is told what has expired."""

    def __init__(
        self, store: Store, clock: Clock, sources: Iterable[Source], report: Callable[[str], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._sources = tuple(sources)
        self._report = report
        self._guard = Guard(store, clock)

    def run(self) -> int:
        """Renew every grant that is due; gives how many were."""
        renewed = self._guard.each((_item(one), partial(self._refresh, one)) for one in self._sources)
        return sum(one is True for one in renewed)

    def _refresh(self, source: Source) -> bool:
        connector = source.connector
        try:
            return isinstance(connector, Consenting) and connector.keep_fresh()
        except SourceExpiredError as error:
            self._expired(source, str(error))
        except SourceError:
            pass  # the token still lasts; it is tried again, and the connector says so once it does not
        return False

    def _expired(self, source: Source, why: str) -> None:
        """Show it in the connector's health without waiting for the next poll."""
        now = self._clock.now()
        with self._store.writing() as tx:
            account = tx.calendars.account(source.name)
            if account is None or account.state is ConnectorState.EXPIRED:
                return
            after = replace(
                account,
                state=ConnectorState.EXPIRED,
                last_error=why,
                failures=account.failures + 1,
                next_run=now + EXPIRED_PROBE,
            )
            tx.calendars.put_account(after)
            note_expiry(tx, account, after, now)
        self._report(f"{source.name}: {why}")


def _item(source: Source) -> Item:
    return Item(step=Work.REFRESH, name=source.name, user=source.user)
