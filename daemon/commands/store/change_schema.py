"""`gatherly db upgrade` and `db downgrade`: the store's schema, with a copy of the store kept first."""

from pathlib import Path
from typing import Annotated

import typer

from daemon.app.principal import OPERATOR
from daemon.app.upkeep import change_schema
from daemon.runtime.clock import SystemClock
from daemon.store_access import load_configuration, store_url
from daemon.terminal.parameters import Config
from daemon.terminal.progress import Progress
from daemon.wire import open_daemon
from store.sql.database.migrate import RELEASE_BEFORE


def upgrade(
    config: Config,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Of a store in PostgreSQL: a copy is there, or need not be.")
    ] = False,
) -> int:
    """Copy the store and migrate it if it is older; one of a later version is refused by the opening.

    Raises:
        StoreError: it lies in PostgreSQL, and nobody said that there is a copy.
    """
    url = store_url(load_configuration(config))
    with Progress(SystemClock(), "copying the store"):
        kept = change_schema.keep_copy(OPERATOR, url, SystemClock(), elsewhere=no_backup)
    _tell(kept)
    with Progress(SystemClock(), "bringing the store up to this version"), open_daemon(config) as services:
        wrong = services.store.check()
    for line in wrong:
        print(line)
    print("The store has this version's schema.")
    return 1 if wrong else 0


def downgrade(config: Config) -> int:
    """Go back to the schema of the release before, as long as nothing is stored that it would lose."""
    url = store_url(load_configuration(config))
    with Progress(SystemClock(), "copying the store, and taking its schema back"):
        kept, changed = change_schema.downgrade(OPERATOR, url, SystemClock())
    _tell(kept)
    if not changed:
        print(
            f"The store has the schema of gatherly {RELEASE_BEFORE} or an earlier one; nothing was changed."
        )
        return 0
    print(
        f"The store has the schema of gatherly {RELEASE_BEFORE}. Start that version now: this one would bring"
    )
    print("the store up to its own again.")
    return 0


def _tell(kept: Path | None) -> None:
    if kept is not None:
        print(f"What the store held before is kept as {kept}.")
