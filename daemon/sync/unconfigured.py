"""What is kept of connectors and calendars that are configured no longer is forgotten."""

from config.configuration import Configuration
from engine.ids import CalendarKey, RemoteCalendarId
from engine.model.calendar import NATIVE
from engine.operations.claims import freed
from engine.ports.store import Store
from engine.time.span import Instant


def forget_unconfigured(store: Store, configuration: Configuration, now: Instant) -> list[CalendarKey]:
    """Forget calendars that no longer make anybody busy, and give them; their owners' sessions wake.

    Gatherly's own calendars stay, since no configuration names them. Nothing is forgotten while a drop-in is
    broken: what it would have said of them is not known.
    """
    if configuration.problems:
        return []
    with store.reading() as tx:
        users = [user.id for user in tx.users.all()]
        stored = [calendar for user in users for calendar in tx.calendars.of_user(user)]
    gone = [calendar for calendar in stored if not _is_read(configuration, calendar.key)]
    if gone:
        with store.writing() as tx:
            for calendar in gone:
                tx.calendars.forget(calendar.key)
                tx.wakes.add(tx.sessions.pending_with(calendar.user_id), now)
    return [calendar.key for calendar in gone]


def _is_read(configuration: Configuration, key: CalendarKey) -> bool:
    if key.connector == NATIVE:
        return True
    connector = configuration.settings.connectors.get(key.connector)
    if connector is None:
        return False
    return connector.read is None or key.calendar in map(RemoteCalendarId, connector.read)


def free_claims(store: Store) -> None:
    """Free what a daemon that died was reading: whoever holds a file's lock is the only one."""
    with store.writing() as tx:
        for account in tx.calendars.accounts():
            if account.claimed_by is not None:
                tx.calendars.put_account(freed(account))
