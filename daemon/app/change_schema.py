"""The store's schema: up to this version's, or back to the release before; a copy is kept first."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daemon.app.principal import Principal
from engine.ports.world import Clock
from store.lock import DaemonLock
from store.open import copy_older, file_of, go_back


def keep_copy(principal: Principal, url: str, clock: Clock) -> Path | None:
    """Keep a copy of a store whose schema is older, before it is changed; None where there is none to keep.

    Raises:
        NotAllowedError: somebody else than an operator asks.
        StoreError: it cannot be copied, or a daemon works on it.
    """
    principal.must_be_operator("change the store's schema")
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
