"""Refresh: renew grants before their tokens end, and say at once when a provider no longer accepts one."""

from collections.abc import Iterable
from functools import partial

from daemon.runtime.guard import Guard
from daemon.sync.expiry import Expiries
from daemon.sync.source import Source
from engine.errors import SourceError, SourceExpiredError
from engine.model.set_aside import Item, Work
from engine.ports.connector import Consenting
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.time.span import MINUTE

EVERY = MINUTE / 2
"""Seconds between looks for grants that are due."""


class RefreshJob:
    """Renews what is due, one at a time: each is one short call. `expiries` is told what has expired."""

    def __init__(self, store: Store, clock: Clock, sources: Iterable[Source], expiries: Expiries) -> None:
        self._sources = [one for one in sources if one.capabilities.consents]
        self._expiries = expiries
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
            self._expiries.note(source.name, source.user, source.kind, str(error))
        except SourceError:
            pass  # the token still lasts; it is tried again, and the connector says so once it does not
        return False


def _item(source: Source) -> Item:
    return Item(step=Work.REFRESH, name=source.name, user=source.user)
