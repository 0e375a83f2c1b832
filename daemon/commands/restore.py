"""`gatherly restore`: put a backup in the store's place, once it is known to be whole and to open."""

import os
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from config.configuration import Configuration
from config.secrets import SecretPlaces
from daemon.runtime.clock import SystemClock
from daemon.runtime.keys import keyring_of
from daemon.store_access import load_configuration, store_url
from daemon.terminal.parameters import Config
from engine.errors import InputError, StoreError
from engine.time.instant import format_instant
from store.lock import DaemonLock
from store.open import file_of, open_store
from store.sql.database import copies
from store.vault import KeyVault

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
    store = _place(configuration)
    if os.path.exists(store) and os.path.exists(source) and source.samefile(store):
        raise InputError(f"{source} is the store itself", "Name a file that gatherly backup wrote")
    copies.verify(source)
    if check:
        with copies.draft_beside(store, source) as folder:
            _opens(configuration, Path(folder) / "draft")
        print(f"{source} is whole, and opens with this key.")
        return 0
    clock = SystemClock()
    lock = DaemonLock(store)
    lock.take(clock.now())
    try:
        with copies.draft_beside(store, source) as folder:
            draft = Path(folder) / "draft"
            _opens(configuration, draft)
            aside = _aside(store, format_instant(clock.now()))
            copies.exchange(store, draft, aside)
    finally:
        lock.release()
    print(f"{store} is what {source} holds.")
    if aside.exists():
        print(f"What was there is kept as {aside}.")
    print(AFTERWARDS)
    return 0


def _place(configuration: Configuration) -> Path:
    store = file_of(store_url(configuration))
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


def _aside(store: Path, now: str) -> Path:
    """Give a name that says when the store was set aside, and that nothing has yet."""
    dated = store.with_name(f"{store.name}.before-restore-{now.replace(':', '')}")
    number, place = 1, dated
    while place.exists():
        number += 1
        place = dated.with_name(f"{dated.name}-{number}")
    return place
