"""`gatherly accept-change`: take a calendar's sudden change as real."""

from typing import Annotated

import typer

from daemon.app.accept_change import accept_change
from daemon.app.principal import OPERATOR
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, ConnectorArgument
from engine.ids import ConnectorName


def run(
    name: ConnectorArgument,
    config: Config,
    calendar: Annotated[
        str | None, typer.Argument(metavar="[CALENDAR]", help="One of them; all unless said.")
    ] = None,
) -> int:
    """Accept what is held back; the daemon reads the connector again at once."""
    with open_store_only(config) as view:
        held = accept_change(OPERATOR, view.store, ConnectorName(name), calendar, view.clock.now())
    for one in held:
        print(f"{one.key}: accepted: {one.suspicion}. It is read again at once.")
    return 0
