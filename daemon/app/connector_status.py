"""How connectors stand: everybody's, or those of somebody who looks at a page, and no others then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from config.configuration import Configuration, DisabledConnector
from config.settings import ConnectorSettings
from connectors.registry import kind_of
from daemon.app.quarantine import without_let_be
from engine.ids import ConnectorName, UserId
from engine.model.calendar import Calendar, CalendarAccount, ConnectorState
from engine.model.set_aside import SetAside
from engine.operations.health import ConnectorHealth, connector_health
from engine.ports.store import Transaction
from engine.time.span import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadConnector:
    """A configured connector as the store knows it: when it was asked, and what it reads."""

    settings: ConnectorSettings
    account: CalendarAccount
    calendars: Sequence[Calendar]


def every_connector(tx: Transaction, configuration: Configuration) -> list[ReadConnector]:
    """Read each configured connector once."""
    accounts = {one.connector: one for one in tx.calendars.accounts()}
    configured = configuration.settings.connectors.values()
    return [_read(tx, one, accounts.get(one.name)) for one in configured]


def own_connectors(
    tx: Transaction, configuration: Configuration, now: Instant, user: UserId
) -> list[ConnectorHealth]:
    """Judge somebody's own, however many others there are."""
    settings = configuration.settings
    own = [one for one in settings.connectors.values() if one.user_id == user]
    read = [_read(tx, one, tx.calendars.account(one.name)) for one in own]
    aside = tx.repositories.set_aside.all() if any(one.calendars for one in read) else ()
    off = [one for one in configuration.disabled if one.user_id == user]
    return judged(tx, read, off, aside, now, settings.sync.max_age)


def judged(
    tx: Transaction,
    read: Iterable[ReadConnector],
    disabled: Iterable[DisabledConnector],
    aside: Iterable[SetAside],
    now: Instant,
    max_age: int,
) -> list[ConnectorHealth]:
    """Judge connectors by what was read of them, and by what is set aside; `max_age` in seconds."""
    let_be = {one.id: one for one in aside if one.forgotten}
    return [*(_health(tx, one, let_be, now, max_age) for one in read), *map(_disabled, disabled)]


def _read(tx: Transaction, settings: ConnectorSettings, account: CalendarAccount | None) -> ReadConnector:
    return ReadConnector(
        settings=settings,
        account=account
        or CalendarAccount(connector=settings.name, user_id=settings.user_id, kind=settings.kind),
        calendars=tx.calendars.of_connector(ConnectorName(settings.name)),
    )


def _health(
    tx: Transaction, one: ReadConnector, let_be: Mapping[str, SetAside], now: Instant, max_age: int
) -> ConnectorHealth:
    settings, kind = one.settings, kind_of(one.settings.kind)
    calendars = without_let_be(tx, one.calendars, let_be)
    polled = kind.capabilities.reads and (settings.read != () or settings.write is not None)
    health = connector_health(one.account, calendars, now, max_age, polled=polled, reads=settings.read != ())
    found = dict.fromkeys(note for each in calendars for note in kind.remarks(each.token))
    every = settings.interval if polled else None
    return replace(health, every=every, notes=(*health.notes, *found))


def _disabled(one: DisabledConnector) -> ConnectorHealth:
    return ConnectorHealth(
        name=one.name,
        kind=one.kind or "?",
        user=one.user_id,
        state=ConnectorState.DISABLED,
        last_error=one.reason,
    )
