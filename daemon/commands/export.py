"""`gatherly export`: everything that is a person's."""

from typing import Annotated

import typer

from daemon.app.export import export_user
from daemon.app.principal import OPERATOR
from daemon.runtime.clock import SystemClock
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config
from daemon.terminal.progress import Progress
from daemon.terminal.screen import json_text


def run(user: Annotated[str, typer.Argument(metavar="USER", help="Whose data.")], config: Config) -> int:
    """Print a person's archive; the log keeps that it was given out."""
    opened = open_store_only(config)
    with opened as access, Progress(SystemClock(), f"gathering what is kept of {user}"):
        archive = export_user(OPERATOR, access.store, access.custody, access.clock.now(), user)
    print(json_text(archive, indent=2, default=str))
    return 0
