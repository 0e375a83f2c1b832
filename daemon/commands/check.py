"""`gatherly check`: is the configuration right, and does each connector work?"""

from typing import Annotated

import typer

from daemon.app.check import CheckReport, check, check_offline
from daemon.app.principal import OPERATOR
from daemon.store_access import load_configuration
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from daemon.wire import open_daemon
from engine.text.plain_text import one_line


def run(
    config: Config,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the providers.")] = False,
    as_json: Json = False,
) -> int:
    """Print what was found; exit 1 when a connector does not work.

    Raises:
        ConfigurationError: the configuration is wrong.
    """
    if offline:
        found = check_offline(OPERATOR, load_configuration(config))
    else:
        with open_daemon(config, lock=False) as services:
            found = check(OPERATOR, services.configuration, services.sources.values(), services.app_documents)
    print_answer(as_json, found.document, lambda: _words(found, offline))
    return 0 if found.ok else 1


def _words(found: CheckReport, offline: bool) -> str:
    settings = found.configuration.settings
    right = "is right but for what is left out" if found.left_out else "is right"
    counted = f"{len(settings.users)} users, {len(settings.connectors)} connectors"
    lines = [f"{found.configuration.file}: the configuration {right} ({counted})"]
    lines += [f"left out: {problem}" for problem in found.left_out]
    for one in found.connectors:
        lines.append(f"{one.name}: {one.state}")
        lines += [f"  {one_line(line)}" for line in (*one.problems, *one.notes)]
    return "\n".join([*lines, *(["No provider was asked (--offline)."] if offline else []), *found.users])
