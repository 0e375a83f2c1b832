"""`gatherly backup`: copies of the store, each whole and verified, put only where nothing is lost by it."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from config.configuration import Configuration
from config.secrets import SecretPlaces
from daemon.runtime.keys import COMING, RETIRED, key_file_of
from daemon.store_access import open_store_only, store_url
from daemon.terminal.parameters import Config
from engine.errors import InputError
from store.open import file_of
from store.sql.database import copies

BESIDE = ("", "-wal", "-shm", "-journal", ".lock")
"""The endings of a store's own files."""
DROP_INS = "conf.d"


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
    places = [one.absolute() for one in to]
    with open_store_only(config) as view:
        own = list(_own_files(view.configuration))
        for place in places:
            _refuse(place, own, force)
        if len({_really(place) for place in places}) < len(places):
            raise InputError("Two of the copies would be the same file", "Name each another")
        for place in places:
            view.custody.backup(str(place))
            copies.verify(place, view.store.install)
            print(f"{place} holds the store, whole and verified.")
    print("It is of use only with the master key (the key file): keep that apart from it.")
    return 0


def _own_files(configuration: Configuration) -> Iterator[Path]:
    """Give what must never be overwritten: store, keys, configuration, drop-ins, and secrets in files."""
    places = SecretPlaces.of(configuration.file, {})
    store = file_of(store_url(configuration))
    if store is not None:
        yield from (store.with_name(store.name + ending) for ending in BESIDE)
    key = key_file_of(configuration, places)
    yield from (key.with_name(key.name + ending) for ending in ("", COMING, RETIRED))
    yield configuration.file.absolute()
    yield from (configuration.file.absolute().parent / DROP_INS).glob("*")
    for one in configuration.settings.connectors.values():
        options = one.options
        yield from (value for value in dict(options).values() if isinstance(value, Path))


def _refuse(place: Path, own: Sequence[Path], force: bool) -> None:
    """Refuse a place.

    Raises:
        InputError: as `run` says.
    """
    if any(_same(place, one) for one in own):
        raise InputError(f"{place} is one of gatherly's own files", "Name another place for the copy")
    if place.parent.name == DROP_INS:
        raise InputError(f"{place} would be read as a drop-in", "Name a place outside of conf.d")
    if not os.path.lexists(place):
        return
    if not force:
        raise InputError(
            f"{place} exists already", "Name a new file, or overwrite an earlier backup with --force"
        )
    if os.path.islink(place) or not copies.is_store(place):
        raise InputError(f"{place} is no earlier backup", "--force overwrites backups and nothing else")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return _really(one) == _really(other)


def _really(path: Path) -> Path:
    return Path(os.path.realpath(path.parent)) / path.name
