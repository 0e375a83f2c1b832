"""`gatherly doctor`: what a bug report needs, without a secret, a title or an address."""

import json
import os
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from config.display import shown
from connectors.registry import options_types
from daemon.app.check import check
from daemon.app.examine import examine
from daemon.app.principal import OPERATOR
from daemon.app.status import gather
from daemon.app.upkeep.doctor import Part, a_day_of_log, anonymous, hidden, report
from daemon.runtime.clock import SystemClock
from daemon.services import Services
from daemon.store_access import load_configuration, no_store
from daemon.terminal.parameters import Config
from daemon.terminal.progress import Progress
from daemon.terminal.screen import json_text
from daemon.wire import open_daemon
from engine.errors import InputError
from engine.operations.health_document import health_document
from engine.trouble import Trouble, attempt

ABOUT = (
    "Made by gatherly doctor. Secrets are masked, titles and addresses left out, people numbered.\n"
    "Look through it before you give it to anybody.\n"
)
STEPS = {
    "configuration": "reading the configuration",
    "check": "asking every connector",
    "status": "reading how everything stands",
    "fsck": "comparing bookings with the calendars",
    "log": "reading a day of the log",
}


def run(
    config: Config,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE.zip", help="Into a file; else it is printed.")
    ] = None,
) -> int:
    """Gather it; what cannot be told says why in its place.

    Raises:
        InputError: the file is there already, or cannot be made.
    """
    if to is not None and os.path.lexists(to):
        raise InputError(f"{to} is there already, and nothing was changed", "Name another file")
    with Progress(SystemClock()) as say, ExitStack() as stack:
        opened = attempt(lambda: stack.enter_context(open_daemon(config, lock=False, only_looks=True)))
        if isinstance(opened, Trouble):
            made = report(
                OPERATOR, {"start": _failed(opened)}, anonymous(config, _configuration(config), None)
            )
        else:
            hide = anonymous(config, opened.configuration, opened.store)
            made = report(OPERATOR, _parts(opened, say), hide)
    if to is None:
        print(json_text(made, indent=2, default=str))
        return 0
    _write(to, made)
    print(f"Written: {to}. No secret, title or address is in it; look through it before you give it away.")
    return 0


def _failed(trouble: Trouble) -> Part:
    def tell() -> dict[str, str]:
        return {"error": str(trouble.raised)}

    return tell


def _configuration(file: Path) -> Any:
    found = attempt(lambda: load_configuration(file))
    return None if isinstance(found, Trouble) else found


def _parts(services: Services, say: Progress) -> dict[str, Part]:
    parts: Mapping[str, Part] = {
        "configuration": lambda: _settings(services),
        "check": lambda: check(
            OPERATOR,
            services.configuration,
            services.sources.values(),
            services.app_documents,
            no_store(services.configuration),
            services.clock,
            say,
        ).document(),
        "status": lambda: _status(services),
        "fsck": lambda: examine(services.book_deps, say).document(),
        "log": lambda: a_day_of_log(services.store, services.clock.now()),
    }

    def told(name: str, part: Part) -> Part:
        def make() -> Any:
            say(STEPS[name])
            return part()

        return make

    return {name: told(name, part) for name, part in parts.items()}


def _settings(services: Services) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    read = load_configuration(services.configuration.file, to_show=True)
    configuration = replace(services.configuration, origins=read.origins, raw=read.raw)
    for value in shown(configuration, options_types()):
        table = tables
        for part in value.path[:-1]:
            table = table.setdefault(part, {})
        table[value.path[-1]] = value.value
    problems = [str(problem) for problem in services.configuration.problems]
    return {"settings": hidden(tables), "problems": problems}


def _status(services: Services) -> Any:
    with services.store.reading() as tx:
        return health_document(gather(tx, services.configuration, services.clock.now()))


def _write(place: Path, made: Mapping[str, Any]) -> None:
    try:
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InputError(f"{place} cannot be made: {error.strerror}", "Name another place") from error
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", ABOUT)
        for name, part in made.items():
            archive.writestr(f"{name}.json", json.dumps(part, indent=2, ensure_ascii=False, default=str))
