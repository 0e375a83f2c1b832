"""`gatherly keys rotate`: a new master key."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from config.configuration import Configuration
from config.secrets import SecretPlaces
from daemon.app.principal import OPERATOR
from daemon.app.upkeep.rotate_key import rotate_key, rotate_to
from daemon.runtime.clock import SystemClock
from daemon.runtime.keys import keyring_of, keys_from_to
from daemon.store_access import load_configuration, say
from daemon.terminal.parameters import Config
from daemon.terminal.progress import Progress
from daemon.terminal.times import counted
from daemon.wire import open_daemon
from engine.ports.custody import Custody
from store.keys import Keyring

MAKING = "making the new key"


def rotate(
    config: Config,
    old: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="The key that seals the store now; else the one in use."),
    ] = None,
    new: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="The new key, where it is not gatherly that keeps it."),
    ] = None,
) -> int:
    """Change the key while no daemon runs, and say where both are.

    Raises:
        BadParameter: `--from` without `--to`.
    """
    if new is not None:
        return _rotate_to(config, old, new)
    if old is not None:
        raise typer.BadParameter("say where the new key is to be: --to FILE", param_hint="--from")
    configuration, opened = load_configuration(config), partial(custody_of, config)
    with Progress(SystemClock(), MAKING) as say:
        kept, retired = rotate_key(OPERATOR, configuration, opened, partial(_to_go, say))
    print(f"The new key is in {kept}. The old one, {retired}, opens older backups only: keep it apart.")
    return 0


def _rotate_to(config: Path, old: Path | None, new: Path) -> int:
    keyring = keys_from_to(old or _in_use(load_configuration(config)), new)
    with Progress(SystemClock(), MAKING) as say:
        rotate_to(OPERATOR, partial(custody_of, config, keyring), partial(_to_go, say))
    print(
        f"The store is sealed with the key in {new}. Hand it out in the place of the old one before gatherly "
        "starts. The old one opens older backups only: keep it apart."
    )
    return 0


def _in_use(configuration: Configuration) -> Keyring:
    return keyring_of(
        configuration, SecretPlaces.of(configuration.file, os.environ), may_create=False, say=say
    )


def _to_go(say: Progress, left: int) -> None:
    say(f"sealing with the new key, {counted(left, 'data key')} to go")


@contextmanager
def custody_of(config: Path, keyring: Keyring | None = None) -> Iterator[Custody]:
    """Open the store as the one who works on it, with the keys in use or with others."""
    with open_daemon(config, keyring=keyring) as services:
        yield services.custody
