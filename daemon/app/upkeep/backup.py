"""Copies of the store, each whole and verified, put only where nothing is lost by it."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.configuration import Configuration
from config.secrets import SecretPlaces
from daemon.app.principal import Principal
from daemon.runtime.keys import COMING, RETIRED, key_file_of
from engine.errors import InputError
from engine.ids import InstallId
from engine.ports.custody import Custody
from store.sql.database import copies

BESIDE = ("", "-wal", "-shm", "-journal", ".lock")
"""The endings of a store's own files."""
DROP_INS = "conf.d"


def backup(
    principal: Principal,
    configuration: Configuration,
    store: Path | None,
    custody: Custody,
    install: InstallId,
    to: Sequence[Path],
    *,
    force: bool,
) -> Iterator[Path]:
    """Write every copy, once none of the places is refused, giving each once it is verified.

    `store` is the store's file, where it lies in one; `force` overwrites earlier backups.

    Raises:
        NotAllowedError: somebody else than an operator asks.
        InputError: a place is taken, or is one of gatherly's own files.
        StoreError: a copy cannot be written, or is not whole.
    """
    principal.must_be_operator("copy the store")
    places, own = [one.absolute() for one in to], list(_own_files(configuration, store))
    for place in places:
        _refuse(place, own, force)
    if len({_really(place) for place in places}) < len(places):
        raise InputError("Two of the copies would be the same file", "Name each another")
    for place in places:
        custody.backup(str(place))
        copies.verify(place, install)
        yield place


def _own_files(configuration: Configuration, store: Path | None) -> Iterator[Path]:
    """Give what must never be overwritten: store, keys, configuration, drop-ins, and secrets in files."""
    places = SecretPlaces.of(configuration.file, {})
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
        InputError: as `backup` says.
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
