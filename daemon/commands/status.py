"""`gatherly status`: how everything stands; with `--watch` again and again."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from config.files.plainfile import is_absent
from daemon.app.status import gather
from daemon.commands.status_words import status_words
from daemon.store_access import StoreAccess, open_store_only, say, store_url
from daemon.terminal.parameters import Config, Json
from daemon.terminal.redraw import redrawn
from daemon.terminal.screen import print_answer
from daemon.terminal.times import Reader, machine_zone
from engine.operations.health import Health
from engine.operations.health_document import health_document
from store.open import file_of

EVERY = 2.0
"""Seconds between two looks of `--watch`."""


def run(
    config: Config,
    as_json: Json = False,
    watch: Annotated[bool, typer.Option("--watch", help="Show it again and again, until Ctrl-C.")] = False,
) -> int:
    """Print the state of everything; exit 0 when all is well, 1 when not."""
    if watch and as_json:
        raise typer.BadParameter("--watch is for people, --json prints one document; leave one of them out")
    if watch and sys.stdout.isatty():
        return _watched(config)
    with open_store_only(config, only_looks=True) as access:
        health, now = _health(access), access.clock.now()
        _tell_of_none(access)
    print_answer(as_json, lambda: health_document(health), lambda: status_words(health, _reader(now)))
    return 0 if health.ok else 1


def _watched(config: Path) -> int:
    """Redraw until somebody ends it; the exit code is that of the last look."""
    from daemon.app.insight.sync_jobs import under_way
    from daemon.commands.top_words import reading_words

    with open_store_only(config, only_looks=True) as access:
        ok = True

        def screen() -> str:
            nonlocal ok
            health, now = _health(access), access.clock.now()
            ok = health.ok
            with access.store.reading() as tx:
                reading = under_way(tx, health.daemon.cluster)
            return "\n".join([status_words(health, _reader(now)), *reading_words(reading, now)])

        redrawn(screen, access.clock.wait, EVERY)
    return 0 if ok else 1


def _tell_of_none(access: StoreAccess) -> None:
    file = file_of(store_url(access.configuration))
    if file is not None and is_absent(file):
        say(f"There is no store {file} yet; gatherly run makes it. If there was one: is its disk mounted?")


def _reader(now: int) -> Reader:
    return Reader(machine_zone(), now)


def _health(access: StoreAccess) -> Health:
    with access.store.reading() as tx:
        found = gather(tx, access.configuration, access.clock.now())
        return replace(found, live=access.app_documents.health() if access.app_documents else None)
