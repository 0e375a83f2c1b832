"""Push: channels are opened for what is read, the next before the last is closed."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

import structlog

from daemon.runtime.guard import Guard
from daemon.sync.channels import PATH, Channels, address_of, secret_of
from daemon.sync.source import Source
from engine.errors import SourceError
from engine.ids import ConnectorName, RemoteCalendarId
from engine.model.channel import Channel
from engine.model.set_aside import Item, Work
from engine.ports.connector import Pushing
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.time.span import HOUR, MINUTE, Instant

EVERY = MINUTE / 2
"""Seconds between looks for channels that are due."""
AGAIN = 5 * MINUTE
"""Seconds after which a channel that could not be opened is tried again; they double up to an hour."""
_LOG = structlog.get_logger("gatherly")


class PushJob:
    """Keeps the channels of every connector that has `push = true`; `public` is where providers reach it."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        sources: Iterable[Source],
        channels: Channels,
        identifier: Callable[[str], bytes],
        public: str | None,
    ) -> None:
        self._clock = clock
        self._sources = [one for one in sources if one.push and public is not None]
        self._channels = channels
        self._identifier = identifier
        self._public = public or ""
        self._guard = Guard(store, clock)
        self._waits: dict[ConnectorName, tuple[Instant, int]] = {}

    def run(self) -> int:
        """Open and renew what is due; gives how many channels were opened."""
        opened = self._guard.each((_item(one), partial(self._keep, one)) for one in self._sources)
        return sum(one for one in opened if isinstance(one, int))

    def _keep(self, source: Source) -> int:
        now = self._clock.now()
        at, failures = self._waits.get(source.name, (0, 0))
        open_now = self._channels.of(source.name)
        due = not open_now or any(one.renewed_at <= now for one in open_now.values())
        if not due or now < at <= now + HOUR or not isinstance(source.connector, Pushing):
            return 0
        try:
            opened = self._opened(source, now)
        except SourceError as error:
            self._waits[source.name] = (now + min(HOUR, AGAIN * 2**failures), min(failures + 1, 8))
            _LOG.info("push.not_opened", connector=source.name, error=str(error))
            return 0
        self._waits.pop(source.name, None)
        return opened

    def _opened(self, source: Source, now: Instant) -> int:
        known, calendars = self._channels.of(source.name), source.calendars()
        opened = 0
        for calendar in calendars:
            before = known.get(calendar)
            if before is not None and before.renewed_at > now:
                continue
            self._open(source, calendar)
            opened += 1
            self._close(source, before)
        for calendar in known.keys() - set(calendars):
            self._channels.closed(source.name, calendar)
            self._close(source, known[calendar])
        return opened

    def _open(self, source: Source, calendar: RemoteCalendarId) -> None:
        address = f"{self._public}{PATH}{address_of(self._identifier, source.name)}"
        connector = source.connector
        if isinstance(connector, Pushing):
            secret = secret_of(self._identifier, source.name)
            channel = connector.open_channel(calendar, address, secret)
            self._channels.opened(source.name, calendar, channel)

    def _close(self, source: Source, channel: Channel | None) -> None:
        """Close a channel that is of no use any more; where it cannot be closed, it ends by itself."""
        if channel is not None and isinstance(source.connector, Pushing):
            with suppress(SourceError):
                source.connector.close_channel(channel)


def _item(source: Source) -> Item:
    return Item(step=Work.REFRESH, name=f"push {source.name}", user=source.user)
