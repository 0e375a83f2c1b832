"""A provider's notice that something has changed: it makes the connector due, and says no more."""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum
from functools import partial

from daemon.app.accept_change import read_at
from daemon.app.access import Access
from daemon.sync.channels import is_secret, meant
from engine.ids import ConnectorName
from engine.operations.pushed import heard
from engine.stale import retry_stale


class Event(StrEnum):
    """What a notice tells."""

    OPENED = "opened"
    CHANGED = "changed"
    ENDS = "ends"


def channels_owner(access: Access, address: str) -> ConnectorName | None:
    """Tell whose channels lead to an address; None where nobody's do."""
    pushed = [
        one.name
        for one in access.configuration.settings.connectors.values()
        if getattr(one.options, "push", False)
    ]
    return meant(access.custody.identifier, pushed, address)


def hear(access: Access, address: str, secrets: Iterable[str], event: Event) -> bool:
    """Take a notice; False where it is not one of ours: another address, or not the secret.

    However many come, the connector is read once in a few seconds; what comes during a read is not lost.
    """
    connector = channels_owner(access, address)
    told = list(secrets)
    genuine = connector is not None and all(
        is_secret(access.custody.identifier, connector, one) for one in told
    )
    if connector is None or not told or not genuine:
        return False
    if event is Event.OPENED:
        return True
    if event is Event.ENDS:
        _ended(access, connector)
    retry_stale(partial(_note, access, connector), f"The account of {connector}")
    return True


def _note(access: Access, connector: ConnectorName) -> None:
    """Write down that changes were told of, for whichever daemon reads the connector, and have it read."""
    now = access.clock.now()
    with access.store.reading() as tx:
        account = tx.calendars.account(connector)
    if account is None or heard(account, now) is None:
        return
    with access.store.writing() as tx:
        account = tx.calendars.account(connector)
        noted = None if account is None else heard(account, now)
        if noted is not None:
            tx.calendars.put_account(noted)
            read_at(tx, connector, noted.heard)


def _ended(access: Access, connector: ConnectorName) -> None:
    """Have the channels opened anew that a provider has closed, or is about to: whichever go on, go on."""
    access.channels.lost(connector)
    with access.store.writing() as tx:
        for row in tx.repositories.channels.of_connector(connector):
            if row.channel is not None:
                ended = replace(row.channel, expires=access.clock.now())
                tx.repositories.channels.put(replace(row, channel=ended))
