"""The one place that chooses implementations: from a configuration to wired services."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import structlog

from config.configuration import Configuration
from connectors.sandbox.pool import ChildPool, spare_here
from daemon.app.forgotten import without_forgotten
from daemon.reload import Reload
from daemon.runtime.clock import StoreClock, SystemClock, SystemRandomness
from daemon.runtime.configured_traces import traces_of
from daemon.runtime.guard import Guard
from daemon.runtime.jumps import Jumps
from daemon.runtime.logs import to_standard_error
from daemon.runtime.meters import Meters
from daemon.services import Services
from daemon.store_access import load_configuration, store_url, stored
from daemon.sync import configured_users
from daemon.sync.expiry import Expiries
from daemon.sync.read_jobs import end_orphans
from daemon.sync.sources import SharedResources
from daemon.sync.unconfigured import forget_unconfigured, free_claims
from daemon.wire_app_documents import AnyStore
from daemon.wire_services import Foundation, services_of
from engine.ports.world import Clock, Randomness
from store.keeper import kept
from store.keys import Keyring
from store.lock import DaemonLock
from store.open import file_of, sqlite_path
from store.retries import Retries

_LOG = structlog.get_logger("gatherly")


@contextmanager
def open_daemon(
    file: Path,
    *,
    lock: bool = True,
    only_looks: bool = False,
    clock: Clock | None = None,
    machine: Clock | None = None,
    randomness: Randomness | None = None,
    stop: threading.Event | None = None,
    keyring: Keyring | None = None,
) -> Iterator[Services]:
    """Wire everything; with `lock` as the one daemon on this store; who `only_looks` makes none, and no key.

    A clock that is handed in is the only one; without one the store's own counts, or the machine's, which
    may be handed in, too.

    Raises:
        ConfigurationError: the configuration is wrong.
        StoreError: the store cannot be opened, or another daemon works on it.
    """
    to_standard_error()
    configuration = load_configuration(file)
    to_standard_error(configuration.settings.log.level)
    machine, randomness = clock or machine or SystemClock(stop), randomness or SystemRandomness()
    retries = Retries(wait=machine.wait, fraction=randomness.fraction)
    traces = traces_of(configuration.settings.otel.endpoint if lock else None, machine)
    meters = Meters(machine, traces)
    opened = stored(configuration, machine, retries, keyring, meters.transaction, only_looks=only_looks)
    its_file = file_of(store_url(configuration)) if lock else None
    with closing(traces), _locked(configuration, lock, machine), opened as store, kept(its_file):
        jumps = Jumps(store, lambda words: _LOG.warning("clock.set", text=words))
        clock = clock or StoreClock(store.custody.time, machine, jumps.note)
        configured_users.sync_configured_users(store, store.custody, configuration.settings, clock.now())
        configuration = without_forgotten(configuration, store.custody)
        if lock:
            jumps.begin(clock.now())
            forget_unconfigured(store, configuration, clock.now())
        alone = its_file is not None
        if alone:
            free_claims(store)
        if lock:
            end_orphans(store, clock.now())
        with closing(ChildPool(SystemClock(), restarted=meters.restarted, spare=spare_here())) as children:
            guard = Guard(store, clock)
            recording = guard if lock else None
            expiries = Expiries(store, clock) if lock else None
            means = SharedResources(
                store, clock, machine, randomness, children, recording, expiries, meters=meters
            )
            wired = Wired(file, store, means, guard, jumps, alone)
            try:
                yield wired.services(configuration)
            finally:
                wired.close()


@contextmanager
def _locked(configuration: Configuration, wanted: bool, clock: Clock) -> Iterator[None]:
    url = store_url(configuration)
    if not wanted or not url.startswith("sqlite"):
        yield
        return
    lock = DaemonLock(sqlite_path(url))
    lock.take(clock.now())
    try:
        yield
    finally:
        lock.release()


class Wired:
    """Wires services, and anew at a reload, over what lasts for as long as the process."""

    def __init__(
        self,
        file: Path,
        store: AnyStore,
        means: SharedResources,
        guard: Guard,
        jumps: Jumps,
        alone: bool,
    ) -> None:
        self._foundation = Foundation(store, means, guard, jumps, alone)
        self._reload = Reload(partial(load_configuration, file), self._wire)
        self._made: Services | None = None

    def services(self, configuration: Configuration) -> Services:
        """Wire services for a start."""
        self._made = self._wire(configuration, None)
        return self._made

    def _again(self, before: Services) -> Services:
        self._made = self._reload.after(before)
        return self._made

    def _wire(self, configuration: Configuration, before: Services | None) -> Services:
        return services_of(configuration, self._foundation, self._again, before)

    def close(self) -> None:
        """Close the connectors of the latest."""
        if self._made is None:
            return
        if self._made.app_documents is not None:
            self._made.app_documents.close()
        for source in self._made.sources.values():
            source.connector.close()
