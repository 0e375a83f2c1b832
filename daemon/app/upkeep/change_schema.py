"""The store's schema: up to this version's, or back to the release before; a copy is kept first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote

from daemon.app.principal import Principal
from engine.errors import StoreError
from engine.ports.world import Clock
from store.lock import DaemonLock
from store.open import copy_older, file_of, go_back, older_on_server


def keep_copy(principal: Principal, url: str, clock: Clock, *, elsewhere: bool = False) -> Path | None:
    """Keep a copy of a store whose schema is older, before it is changed; None where there is none to keep.

    Of a store on a server the administrator makes one: `elsewhere` says that there is one, or need be none.

    Raises:
        NotAllowedError: somebody else than an operator asks.
        StoreError: it cannot be copied, is on a server and nobody said that it is, or a daemon works on it.
    """
    principal.must_be_operator("change the store's schema")
    database = None if elsewhere else older_on_server(url)
    if database is not None:
        copy = (
            f"sudo -u postgres pg_dump --format=custom --file=/var/tmp/before-upgrade.dump {quote(database)}"
        )
        raise StoreError(
            f"Nothing was changed: of the database {database} no copy is made here",
            f"Make one: {copy}; then: gatherly db upgrade --no-backup",
        )
    with _alone(url, clock):
        return copy_older(url, clock.now())


def downgrade(principal: Principal, url: str, clock: Clock) -> tuple[Path | None, bool]:
    """Go back to the release before; gives where a copy of the store is kept, and whether anything changed.

    Raises:
        NotAllowedError: somebody else than an operator asks.
        StoreError: something is stored that the release before has no place for, or a daemon works on it.
    """
    principal.must_be_operator("change the store's schema")
    with _alone(url, clock):
        return go_back(url, clock.now())


@contextmanager
def _alone(url: str, clock: Clock) -> Iterator[None]:
    """Keep daemons away from a store that is there."""
    file = file_of(url)
    if file is None or not file.exists():
        yield
        return
    lock = DaemonLock(file)
    lock.take(clock.now())
    try:
        yield
    finally:
        lock.release()
