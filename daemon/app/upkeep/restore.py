"""Putting a backup in the store's place, once it is known to be whole and to open."""

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from config.configuration import Configuration
from config.secrets import SecretPlaces
from daemon.app.principal import Principal
from daemon.runtime.keys import keyring_of
from engine.errors import InputError, StoreError
from engine.ports.world import Clock
from store.lock import DaemonLock
from store.open import file_of, open_store
from store.sql.database import copies
from store.vault import KeyVault


@dataclass(frozen=True, slots=True)
class Restored:
    """The store that a backup has become, and where what was there is kept, if anything was."""

    store: Path
    aside: Path | None


def check_backup(principal: Principal, configuration: Configuration, url: str, source: Path) -> None:
    """See whether a backup is whole, and opens with this key.

    Raises:
        NotAllowedError: somebody else than an operator asks.
        InputError: it is the store itself.
        StoreError: it is not whole, or its key is another.
    """
    with copies.draft_beside(_checked(principal, url, source), source) as folder:
        _opens(configuration, Path(folder) / "draft")


def restore(
    principal: Principal, configuration: Configuration, url: str, source: Path, clock: Clock
) -> Restored:
    """Put a backup in the store's place; the present store is set aside.

    Raises:
        NotAllowedError: somebody else than an operator asks.
        InputError: it is the store itself.
        StoreError: it is not whole, its key is another, or a daemon works on the store.
    """
    store = _checked(principal, url, source)
    lock = DaemonLock(store)
    lock.take(clock.now())
    try:
        with copies.draft_beside(store, source) as folder:
            draft = Path(folder) / "draft"
            _opens(configuration, draft)
            aside = copies.dated(store, "before-restore", clock.now())
            copies.exchange(store, draft, aside)
    finally:
        lock.release()
    return Restored(store, aside if aside.exists() else None)


def _checked(principal: Principal, url: str, source: Path) -> Path:
    """Give the store's place, where a backup is whole and another file."""
    principal.must_be_operator("restore the store")
    store = _place(url)
    if os.path.exists(store) and os.path.exists(source) and source.samefile(store):
        raise InputError(f"{source} is the store itself", "Name a file that gatherly backup wrote")
    copies.verify(source)
    return store


def _place(url: str) -> Path:
    store = file_of(url)
    if store is None:
        raise StoreError("This store is restored by its server", "Run pg_restore, then gatherly fsck")
    return store


def _opens(configuration: Configuration, draft: Path) -> None:
    """Open it as a start would: with this key, brought to this version's schema."""
    places = SecretPlaces.of(configuration.file, os.environ)
    keyring = keyring_of(configuration, places, may_create=False, say=lambda _: None)
    with closing(open_store(f"sqlite:///{draft}", KeyVault(keyring))) as opened:
        wrong = opened.check()
    if wrong:
        raise StoreError(f"The backup is damaged: {wrong[0]}", "Name another")
