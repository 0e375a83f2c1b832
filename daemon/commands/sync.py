"""`gatherly sync`: have the running daemon read now, and wait until it has."""

import sys
from typing import Annotated

import typer

from daemon.app.insight.running import running
from daemon.app.principal import OPERATOR
from daemon.app.read_now import ask_to_read, read_errors, still_unread
from daemon.runtime.clock import SystemClock
from daemon.store_access import StoreAccess, open_store_only, store_url
from daemon.terminal.parameters import Config
from engine.errors import InputError
from engine.ids import ConnectorName
from engine.time.span import Instant

PATIENCE = 150.0
"""Seconds to wait: longer than the one deadline that a read of an account has."""
_LOOK = 0.25
_A_WHILE = 1.0
"""Seconds after which it is told what is waited for."""


def run(
    config: Config,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One connector; all of them unless said.")
    ] = None,
) -> int:
    """Exit 0 once everything was read, 1 where something could not be, or no daemon runs."""
    clock = SystemClock()
    with open_store_only(config, only_looks=True) as view:
        began, since = clock.monotonic(), view.clock.now()
        running(view.store, store_url(view.configuration), since)
        names = ask_to_read(OPERATOR, view.store, view.configuration.settings.connectors, name, since)
        _wait(view, clock, names, since)
        with view.store.reading() as tx:
            errors = read_errors(tx, names)
    for one, error in errors.items():
        print(f"{one}: {error}")
    read = len(names) - len(errors)
    counted = f"{read} {'connector' if read == 1 else 'connectors'}"
    print(f"{counted} read in {clock.monotonic() - began:.1f} s")
    return 1 if errors else 0


def _wait(view: StoreAccess, clock: SystemClock, names: list[ConnectorName], since: Instant) -> None:
    began, told = clock.monotonic(), 0
    while True:
        with view.store.reading() as tx:
            left = still_unread(tx, names, since)
        if not left:
            return
        waited = clock.monotonic() - began
        if waited > PATIENCE:
            what = f"{', '.join(left)} could not be read within {PATIENCE:.0f} s"
            raise InputError(what, "gatherly status says how they stand")
        if waited > _A_WHILE and told != len(left):
            told = len(left)
            print(f"reading {len(names) - told + 1} of {len(names)}: {left[0]}", file=sys.stderr, flush=True)
        clock.wait(_LOOK)
