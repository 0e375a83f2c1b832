"""`gatherly accept-change`: take a calendar's sudden change as real."""

from dataclasses import replace
from typing import Annotated

import typer

from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, ConnectorArgument
from engine.errors import InputError, UnknownThingError
from engine.ids import ConnectorName
from engine.model.calendar import Calendar, SyncPlan
from engine.ports.store import Transaction


def run(
    name: ConnectorArgument,
    config: Config,
    calendar: Annotated[str | None, typer.Argument(metavar="[CALENDAR]")] = None,
) -> int:
    """Accept what is held back; the daemon reads the connector again at once."""
    with open_store_only(config) as view, view.store.writing() as tx:
        held = _held(tx, ConnectorName(name), calendar)
        for one in held:
            tx.calendars.apply(SyncPlan(calendar=replace(one, accepted=one.suspect), based_on=one.version))
        _read_soon(tx, ConnectorName(name), view.clock.now())
    for one in held:
        print(f"{one.key}: accepted: {one.suspicion}. It is read again at once.")
    return 0


def _held(tx: Transaction, name: ConnectorName, calendar: str | None) -> list[Calendar]:
    found = tx.calendars.of_connector(name)
    if not found:
        raise UnknownThingError(
            f"{name} has no calendar that was ever read", "gatherly status lists connectors"
        )
    held = [one for one in found if one.suspicion and calendar in (None, one.key.calendar, one.name)]
    if not held:
        raise InputError(f"Nothing of {calendar or name} is held back", "There is nothing to accept")
    return held


def _read_soon(tx: Transaction, name: ConnectorName, now: int) -> None:
    account = tx.calendars.account(name)
    if account is not None:
        tx.calendars.put_account(replace(account, next_run=now))
