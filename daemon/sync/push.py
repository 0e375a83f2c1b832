"""Push: channels are opened for what is read, the next before the last is closed, and kept in the store.

What is kept is resumed by whichever process looks next: one that was killed leaves no second channel, and of
several daemons one opens each. A calendar whose channel cannot be opened is polled like any other, and holds
up none of the others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256

import structlog

from daemon.runtime.guard import Guard
from daemon.sync.channels import PATH, Channels, address_of, secret_of
from daemon.sync.source import Source
from engine.errors import GatherlyError, SourceError, StaleVersionError
from engine.ids import ConnectorName, RemoteCalendarId
from engine.model.channel import Channel, KeptChannel
from engine.model.set_aside import Item, Work
from engine.ports.connector import Pushing
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.time.span import HOUR, MINUTE, Instant

EVERY = MINUTE / 2
"""Seconds between looks for channels that are due."""
CLAIM = 2 * MINUTE
"""Seconds for which a daemon that opens a channel keeps others from opening it."""
AGAIN = 5 * MINUTE
"""Seconds after which a channel that could not be opened is tried again; they double up to an hour."""
_LOG = structlog.get_logger("gatherly")
ALL = RemoteCalendarId("")
"""Stands for whichever calendars there are, before they are known."""
Key = tuple[ConnectorName, RemoteCalendarId]


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
        self._store = store
        self._clock = clock
        self._sources = {one.name: one for one in sources}
        self._channels = channels
        self._identifier = identifier
        self._public = public
        self._guard = Guard(store, clock)
        self._waits: dict[Key, tuple[Instant, int]] = {}

    def run(self) -> int:
        """Open and renew what is due, and close what is of no use; gives how many channels were opened."""
        pushed = [one for one in self._sources.values() if self._is_pushed(one)]
        with self._store.reading() as tx:
            kept = tx.repositories.channels.all()
        if not pushed and not kept:
            return 0
        known: dict[ConnectorName, list[KeptChannel]] = {one.name: [] for one in pushed}
        for row in kept:
            known.setdefault(row.connector, []).append(row)
        for name in known.keys() - {one.name for one in pushed}:
            self._end(name, known[name])
        opened = self._guard.each((_item(one), partial(self._keep, one, known[one.name])) for one in pushed)
        return sum(one for one in opened if isinstance(one, int))

    def _is_pushed(self, source: Source) -> bool:
        return source.push and self._public is not None and isinstance(source.connector, Pushing)

    def _keep(self, source: Source, rows: Sequence[KeptChannel]) -> int:
        """Keep one connector's channels, and have known which there are."""
        now, place = self._clock.now(), self._place(source.name)
        opened, wanted = 0, {one.calendar for one in rows}
        if any(self._is_time(one, place, now) for one in rows or [_row(source, ALL)]):
            opened, wanted = self._look(source, {one.calendar: one for one in rows}, now)
            with self._store.reading() as tx:
                rows = tx.repositories.channels.of_connector(source.name)
        alive = {one.calendar: one.channel for one in rows if one.channel is not None and one.place == place}
        complete = bool(alive) and wanted <= alive.keys()
        self._channels.resumed(source.name, alive, now, complete=complete)
        return opened

    def _is_time(self, row: KeptChannel, place: str, now: Instant) -> bool:
        waits = (self._waits.get((row.connector, one), (0, 0))[0] for one in (row.calendar, ALL))
        return _is_due(row, place, now) and not any(now < at <= now + HOUR for at in waits)

    def _look(
        self, source: Source, known: Mapping[RemoteCalendarId, KeptChannel], now: Instant
    ) -> tuple[int, set[RemoteCalendarId]]:
        """Open what is due, calendar by calendar; tells how many were, and which are to be open."""
        try:
            calendars = source.calendars()
        except SourceError as error:
            self._wait(source, ALL, error, now)
            return 0, {ALL}
        self._waits.pop((source.name, ALL), None)
        rows = [known.get(one) or _row(source, one) for one in calendars]
        place = self._place(source.name)
        due = [one for one in rows if self._is_time(one, place, now)]
        opened = sum(self._renewed(source, one, now) for one in due)
        for calendar in known.keys() - set(calendars):
            self._forget(source, known[calendar])
        return opened, set(calendars)

    def _wait(self, source: Source, calendar: RemoteCalendarId, error: SourceError, now: Instant) -> None:
        _, failures = self._waits.get((source.name, calendar), (0, 0))
        again = now + min(HOUR, AGAIN * 2**failures)
        self._waits[source.name, calendar] = (again, min(failures + 1, 8))
        _LOG.info("push.not_opened", connector=source.name, error=str(error))

    def _renewed(self, source: Source, row: KeptChannel, now: Instant) -> bool:
        """Open a calendar's next channel; False where none was, or another daemon does it."""
        try:
            return self._opened(source, row, now)
        except StaleVersionError:
            return False
        except SourceError as error:
            self._wait(source, row.calendar, error, now)
            return False

    def _opened(self, source: Source, row: KeptChannel, now: Instant) -> bool:
        place = self._place(source.name)
        if now < row.claimed <= now + CLAIM:
            return False
        if row.former is not None:
            self._close(source, row.former)
            row = self._put(replace(row, former=None))
        if not _is_due(row, place, now):
            return False
        if row.channel is not None and row.place != place:
            self._close(source, row.channel)  # it leads to where nobody listens any more
            row = replace(row, channel=None)
        claimed = self._put(replace(row, claimed=now + CLAIM))
        try:
            channel = self._open(source, row.calendar, row.channel)
        except GatherlyError:
            self._put(replace(claimed, claimed=0))
            raise
        former = row.channel if row.channel is not None and row.channel.id != channel.id else None
        done = self._put(replace(claimed, place=place, channel=channel, former=former, claimed=0))
        if former is not None:
            self._close(source, former)
            self._put(replace(done, former=None))
        self._waits.pop((source.name, row.calendar), None)
        return True

    def _put(self, row: KeptChannel) -> KeptChannel:
        with self._store.writing() as tx:
            return tx.repositories.channels.put(row)

    def _open(self, source: Source, calendar: RemoteCalendarId, before: Channel | None) -> Channel:
        connector = source.connector
        if not isinstance(connector, Pushing):
            raise TypeError(f"{source.name} tells of nothing unasked")
        secret = secret_of(self._identifier, source.name)
        return connector.open_channel(calendar, self._address(source.name), secret, before)

    def _end(self, name: ConnectorName, rows: Sequence[KeptChannel]) -> None:
        """Close what is no longer wanted, while its connector is here; else it ends by itself."""
        self._channels.lost(name)
        source = self._sources.get(name)
        for row in rows:
            if source is not None:
                self._forget(source, row)
            elif row.channel is None or row.channel.expires <= self._clock.now():
                self._remove(row)

    def _forget(self, source: Source, row: KeptChannel) -> None:
        for channel in (row.channel, row.former):
            self._close(source, channel)
        self._waits.pop((source.name, row.calendar), None)
        self._remove(row)

    def _remove(self, row: KeptChannel) -> None:
        with self._store.writing() as tx:
            tx.repositories.channels.delete(row.id)

    def _close(self, source: Source, channel: Channel | None) -> None:
        """Close a channel that is of no use any more; where it cannot be closed, it ends by itself."""
        if channel is not None and isinstance(source.connector, Pushing):
            with suppress(SourceError):
                source.connector.close_channel(channel)

    def _address(self, connector: ConnectorName) -> str:
        return f"{self._public}{PATH}{address_of(self._identifier, connector)}"

    def _place(self, connector: ConnectorName) -> str:
        return sha256(self._address(connector).encode()).hexdigest()


def _row(source: Source, calendar: RemoteCalendarId) -> KeptChannel:
    name = sha256(f"{source.name} {calendar}".encode()).hexdigest()
    return KeptChannel(id=name, user_id=source.user, connector=source.name, calendar=calendar)


def _is_due(row: KeptChannel, place: str, now: Instant) -> bool:
    """Tell whether a channel is to be opened, or the one before it to be closed."""
    there = row.channel
    return there is None or there.renewed_at <= now or row.place != place or row.former is not None


def _item(source: Source) -> Item:
    return Item(step=Work.REFRESH, name=f"push {source.name}", user=source.user)
