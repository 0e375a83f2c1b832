"""`gatherly connect`: a person's consent for one connector, or a grant that was given elsewhere."""

import sys
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from connectors.consent import ConsentRequest
from connectors.web.http import Http
from daemon.app.connect import connect, connectable, try_grant
from daemon.app.principal import OPERATOR
from daemon.runtime.logs import to_standard_error
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, ConnectorArgument
from daemon.terminal.progress import Progress
from daemon.wire import open_daemon


def run(
    name: ConnectorArgument,
    config: Config,
    imported: Annotated[
        Path | None, typer.Option("--from", metavar="FILE", help="A grant that was given elsewhere.")
    ] = None,
    device_code: Annotated[
        bool, typer.Option("--device-code", help="Show a code to enter on any device (Outlook).")
    ] = False,
) -> int:
    """Get a grant, seal it, and try it; exit 1 when the provider refuses it.

    Raises:
        InputError: the connector needs no consent, or none was given.
        ConfigurationError: the configuration is wrong.
    """
    to_standard_error()
    with open_store_only(config) as view:
        settings = connectable(OPERATOR, view.configuration, name)
        asked = ConsentRequest(
            name=settings.name,
            base=view.configuration.file.absolute().parent,
            writes=settings.write is not None,
            now=view.clock.now(),
            say=_say,
            stdin=sys.stdin,
            open_page=webbrowser.open,
            imported=imported,
            device_code=device_code,
            clock=view.clock,
            http=lambda private, trust: Http(view.clock, allow_private=private, trust=trust),
        )
        before = connect(view.store, settings, asked)
    with open_daemon(config, lock=False) as services, Progress(services.clock, f"trying {name}"):
        found = try_grant(services.store, services.sources[settings.name], before)
    print(f"{name}: {_kept(before is not None, found.authorised)}")
    for line in (*found.notes, *found.problems):
        print(f"  {line}")
    return 0 if found.authorised and not found.problems else 1


def _kept(worked: bool, authorised: bool) -> str:
    if worked and not authorised:
        return "the new grant does not work, so the grant from before stays"
    return "the grant is sealed in the store"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
