"""`gatherly restore`: put a backup in the store's place, once it is known to be whole and to open."""

from pathlib import Path
from typing import Annotated

import typer

from daemon.app.principal import OPERATOR
from daemon.app.upkeep.restore import check_backup, restore
from daemon.runtime.clock import SystemClock
from daemon.store_access import load_configuration, store_url
from daemon.terminal.parameters import Config
from daemon.terminal.progress import Progress

AFTERWARDS = (
    "gatherly fsck lists what the calendars hold beyond it. Nothing of that is deleted but by gatherly fsck "
    "--apply."
)


def run(
    source: Annotated[Path, typer.Argument(metavar="FROM", help="A backup.")],
    config: Config,
    check: Annotated[bool, typer.Option("--check", help="Only see whether it is whole and opens.")] = False,
) -> int:
    """Check a backup, and unless that is all, put it in the store's place; the present store is set aside.

    Raises:
        InputError: it is the store itself.
        StoreError: it is not whole, its key is another, or a daemon works on the store.
    """
    configuration = load_configuration(config)
    url = store_url(configuration)
    if check:
        with Progress(SystemClock(), f"looking whether {source} is whole, and opens"):
            check_backup(OPERATOR, configuration, url, source)
        print(f"{source} is whole, and opens with this key.")
        return 0
    with Progress(SystemClock(), f"copying {source} beside the store, and looking whether it opens"):
        restored = restore(OPERATOR, configuration, url, source, SystemClock())
    print(f"{restored.store} is what {source} holds.")
    if restored.aside is not None:
        print(f"What was there is kept as {restored.aside}.")
    print(AFTERWARDS)
    return 0
