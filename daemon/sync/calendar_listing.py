"""Which calendars of a connector are read, in which order, and which of them are gone."""

from collections.abc import Collection

from daemon.sync.expiry import wake
from daemon.sync.pulled import WithinPull
from daemon.sync.source import Source
from engine.ids import RemoteCalendarId
from engine.ports.store import Store
from engine.ports.world import Clock


class CalendarListing:
    """Asks a connector which calendars it has, and forgets those that it has no more."""

    def __init__(self, store: Store, clock: Clock, within: WithinPull | None) -> None:
        self._store = store
        self._clock = clock
        self._within = within

    def calendars(self, source: Source) -> tuple[RemoteCalendarId, ...]:
        """Give those that make the owner busy, the one that was read longest ago first.

        Those that the account has no more are forgotten. A connector that only writes is just asked.
        """
        if not source.reads:
            source.connector.calendars()
            return ()
        calendars = source.calendars()
        if source.read is None:
            self._forget_unlisted(source, calendars)
        return tuple(self._longest_unread_first(source, calendars))

    def _longest_unread_first(
        self, source: Source, calendars: Collection[RemoteCalendarId]
    ) -> list[RemoteCalendarId]:
        """Put first what was read longest ago, so that what a budget leaves over is not always the same."""
        with self._store.reading() as tx:
            read = {one.key.calendar: one.synced_at or 0 for one in tx.calendars.of_connector(source.name)}
        return sorted(calendars, key=lambda calendar: read.get(calendar, 0))

    def _forget_unlisted(self, source: Source, listed: Collection[RemoteCalendarId]) -> None:
        """Forget calendars that the account has no more; a list without any that is known is not believed."""
        with self._store.reading() as tx:
            known = tx.calendars.of_connector(source.name)
        gone = [calendar.key for calendar in known if calendar.key.calendar not in listed]
        if not gone or len(gone) == len(known):
            return
        with self._store.writing() as tx:
            for key in gone:
                tx.calendars.forget(key)
            if self._within is not None:
                self._within.forgotten(tx, source.user)
            wake(tx, source.user, self._clock.now())
