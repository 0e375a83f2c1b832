"""Which calendars of a connector are read, in which order, and which of them are gone."""

from collections.abc import Collection

from daemon.sync.expiry import wake
from daemon.sync.pulled import WithinPull
from daemon.sync.source import Source
from engine.ids import RemoteCalendarId
from engine.model.calendar import Calendar
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
        with self._store.reading() as tx:
            known = tx.calendars.of_connector(source.name)
        if source.read is None:
            self._forget_unlisted(source, calendars, known)
        return _longest_unread_first(calendars, known)

    def _forget_unlisted(
        self, source: Source, listed: Collection[RemoteCalendarId], known: Collection[Calendar]
    ) -> None:
        """Forget calendars that the account has no more; a list without any that is known is not believed."""
        gone = [calendar.key for calendar in known if calendar.key.calendar not in listed]
        if not gone or len(gone) == len(known):
            return
        with self._store.writing() as tx:
            for key in gone:
                tx.calendars.forget(key)
            if self._within is not None:
                self._within.forgotten(tx, source.user)
            wake(tx, source.user, self._clock.now())


def _longest_unread_first(
    calendars: Collection[RemoteCalendarId], known: Collection[Calendar]
) -> tuple[RemoteCalendarId, ...]:
    """Put first what was read longest ago, so that what a budget leaves over is not always the same."""
    read = {one.key.calendar: one.synced_at or 0 for one in known}
    return tuple(sorted(calendars, key=lambda calendar: read.get(calendar, 0)))
