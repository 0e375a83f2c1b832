"""Having the running daemon read connectors now, and seeing what came of it."""

from collections.abc import Collection, Iterable, Mapping

from config.settings import ConnectorSettings
from connectors.registry import kind_of
from daemon.app.accept_change import read_soon
from daemon.app.principal import Principal
from engine.errors import UnknownThingError
from engine.ids import ConnectorName
from engine.ports.store import Store, Transaction
from engine.time.span import Instant


def ask_to_read(
    principal: Principal,
    store: Store,
    connectors: Mapping[str, ConnectorSettings],
    name: str | None,
    now: Instant,
) -> list[ConnectorName]:
    """Have one connector, or all that are read, be due now; gives which.

    Raises:
        UnknownThingError: there is none of that name, or it is another's, or it is never read.
    """
    asked = [
        one.name
        for one in connectors.values()
        if name in (None, one.name) and _is_read(one) and not principal.is_other_than(one.user_id)
    ]
    if not asked and name is not None:
        known = ", ".join(connectors) or "there are none"
        raise UnknownThingError(f"{name!r} is not a connector that is read", f"The configuration's: {known}")
    with store.writing() as tx:
        for one in asked:
            read_soon(tx, one, now)
    return asked


def _is_read(one: ConnectorSettings) -> bool:
    return kind_of(one.kind).capabilities.reads and (one.read != () or one.write is not None)


def still_unread(tx: Transaction, names: Iterable[ConnectorName], since: Instant) -> list[ConnectorName]:
    """Name those that nobody has read to the end since then."""
    accounts = ((name, tx.calendars.account(name)) for name in names)
    return [name for name, one in accounts if one is None or one.claimed_by or one.next_run <= since]


def read_errors(tx: Transaction, names: Collection[ConnectorName]) -> dict[ConnectorName, str]:
    """Give what went wrong with the last read of each, where something did."""
    accounts = ((name, tx.calendars.account(name)) for name in names)
    return {name: one.last_error for name, one in accounts if one is not None and one.last_error}
