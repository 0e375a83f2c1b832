"""`gatherly backup`: copies of the store, each whole and verified, put only where nothing is lost by it."""

from pathlib import Path
from typing import Annotated

import typer

from daemon.app.principal import OPERATOR
from daemon.app.upkeep.backup import backup
from daemon.runtime.clock import SystemClock
from daemon.store_access import open_store_only, store_url
from daemon.terminal.parameters import Config
from daemon.terminal.progress import Progress
from store.open import file_of


def run(
    to: Annotated[list[Path], typer.Argument(metavar="TO...", help="The files to write.")],
    config: Config,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an earlier backup.")] = False,
) -> int:
    """Write every copy, once none of the places is refused; others may go on writing meanwhile.

    Raises:
        InputError: a place is taken, or is one of gatherly's own files.
        StoreError: a copy cannot be written, or is not whole.
    """
    with open_store_only(config) as view:
        store, install = file_of(store_url(view.configuration)), view.store.install
        made = backup(OPERATOR, view.configuration, store, view.custody, install, to, force=force)
        with Progress(SystemClock()) as say:
            for _ in say.each(to, lambda place: f"copying the store to {place}"):
                say.line(f"{next(made)} holds the store, whole and verified.")
    print("It is of use only with the master key (the key file): keep that apart from it.")
    return 0
