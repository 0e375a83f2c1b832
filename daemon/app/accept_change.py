"""Taking as real what a calendar's sudden change is held back for."""

from dataclasses import replace

from daemon.app.principal import Principal
from engine.errors import InputError, UnknownThingError
from engine.ids import ConnectorName
from engine.model.calendar import Calendar
from engine.model.calendar_object import SyncPlan
from engine.ports.store import Store, Transaction
from engine.time.span import Instant


def accept_change(
    principal: Principal, store: Store, name: ConnectorName, calendar: str | None, now: Instant
) -> list[Calendar]:
    """Accept what is held back of a connector, or of one calendar of it; it is read again at once.

    Raises:
        UnknownThingError: no such connector was ever read.
        InputError: nothing is held back.
        NotAllowedError: somebody asks of a connector that is not theirs.
    """
    with store.writing() as tx:
        found = tx.calendars.of_connector(name)
        if not found or any(principal.is_other_than(one.user_id) for one in found):
            raise UnknownThingError(
                f"{name} has no calendar that was ever read", "gatherly status lists connectors"
            )
        held = [one for one in found if one.suspicion and calendar in (None, one.key.calendar, one.name)]
        if not held:
            raise InputError(f"Nothing of {calendar or name} is held back", "There is nothing to accept")
        for one in held:
            tx.calendars.apply(SyncPlan(calendar=replace(one, accepted=one.suspect), based_on=one.version))
        read_soon(tx, name, now)
    return held


def read_soon(tx: Transaction, connector: ConnectorName, now: Instant) -> None:
    """Have a connector read at the next look."""
    account = tx.calendars.account(connector)
    if account is not None:
        tx.calendars.put_account(replace(account, next_run=now))


def read_at(tx: Transaction, connector: ConnectorName, at: Instant) -> None:
    """Have a connector read at a time, unless it is read sooner anyway; one that rests goes on resting.

    The time differs from the one that a read under way began with, so that this read does not count for it.
    """
    account = tx.calendars.account(connector)
    if account is None or account.failures or account.held_back is not None:
        return
    soon = at if at < account.next_run else max(at, account.next_run + 1)
    tx.calendars.put_account(replace(account, next_run=soon))
