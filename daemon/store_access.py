"""The store beside whoever runs: to ask and to look, without any connector.

What only some questions need is imported when one is asked, so that a look at the store is quick.
"""

import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from config.configuration import Configuration, Kinds
from config.files.plainfile import is_absent
from config.loader import load
from config.secrets import SecretPlaces
from connectors.registry import INVITING, options_types
from daemon.app.forgotten import without_forgotten
from daemon.runtime.clock import StoreClock, SystemClock, SystemRandomness
from daemon.runtime.keys import is_missing, keyring_of
from daemon.sync import configured_users
from daemon.wire_app_documents import AnyStore, document_sync, flush, lived
from engine.errors import StoreUnavailableError
from engine.ids import ConnectorName
from engine.ports.store import Store
from engine.ports.world import Clock, Randomness
from store.keeper import keeper
from store.keys import Keyring
from store.open import cannot_be_made, copy_of, file_of, holds_nothing, holds_secrets, open_store, sqlite_path
from store.retries import Retries
from store.timed import Timed, untimed
from store.vault import KeyVault

if TYPE_CHECKING:
    from daemon.app.examine import Examined
    from daemon.app.family.desks import FamilyDesks
    from daemon.app.relations.indexes import Indexes
    from daemon.app.session_views import SessionViews
    from daemon.app.sessions import SessionDesk
    from daemon.app_documents.sync import DocumentSync
    from daemon.booking.pauses import Made
    from daemon.runtime.meters import Meters
    from daemon.sync.channels import Channels
    from daemon.sync.source import Source
    from engine.ports.custody import Custody


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAccess:
    """The store and the desk: enough to ask and to look; `lend` makes some connectors where one is needed."""

    configuration: Configuration
    store: Store
    clock: Clock
    make_desk: "Callable[[], SessionDesk]"
    custody: "Custody"
    lend: "Made"
    lend_new: "Made"
    make_meters: "Callable[[], Meters]"
    make_channels: "Callable[[], Channels]"
    app_documents: "DocumentSync | None" = None
    randomness: Randomness = field(default_factory=SystemRandomness)
    examine: "Callable[[Callable[[str], None]], Examined] | None" = None
    kept_indexes: "Indexes | None" = None

    @property
    def indexes(self) -> "Indexes":
        """What is in memory of whom people know."""
        from daemon.app.relations.indexes import Indexes
        from daemon.relations.embedders import embedder_of

        return self.kept_indexes or Indexes(embedder_of(self.configuration, self.clock))

    @property
    def meters(self) -> "Meters":
        """What this process counts of itself."""
        return self.make_meters()

    @property
    def channels(self) -> "Channels":
        """What this process knows of push."""
        return self.make_channels()

    @property
    def family(self) -> "FamilyDesks":
        """Who takes what people ask of the family's calendar."""
        from daemon.wire_family import family_of

        return family_of(self.configuration, self.store, self.clock, self.randomness, self.desk)

    @property
    def desk(self) -> "SessionDesk":
        """Who takes what people ask."""
        return self.make_desk()

    @property
    def views(self) -> "SessionViews":
        """Who shows sessions."""
        from daemon.app.session_views import SessionViews

        return SessionViews(store=self.store)


@contextmanager
def open_store_only(
    file: Path, clock: Clock | None = None, *, only_looks: bool = False
) -> Iterator[StoreAccess]:
    """Open the store beside whoever runs: to ask and to look, without any connector.

    Who `only_looks` makes nothing: see `stored`.

    Raises:
        ConfigurationError: the configuration is wrong.
        StoreError: the store cannot be opened.
    """
    configuration = load_configuration(file)
    machine = clock or SystemClock()
    with stored(configuration, machine, Retries(wait=machine.wait), only_looks=only_looks) as store:
        clock = clock or StoreClock(store.custody.time, machine, lambda _: None)
        configured_users.sync_configured_users(store, store.custody, configuration.settings, clock.now())
        configuration = without_forgotten(configuration, store.custody)
        made = partial(_lent, configuration, store, clock, machine)
        view = desk_access(configuration, store, clock, SystemRandomness(), made)
        yield view
        if not only_looks:
            flush(view.app_documents)


def load_configuration(file: Path, *, to_show: bool = False) -> Configuration:
    """Load the configuration with every kind of connector known; what was written where is kept to be shown.

    Raises:
        ConfigurationError: it is wrong.
    """
    loaded = load(file, kinds=Kinds(options_types(), INVITING), env=os.environ)
    return loaded if to_show else loaded.without_sources()


def store_url(configuration: Configuration) -> str:
    """Give the store's address; a relative SQLite path counts from the configuration's folder."""
    url = configuration.settings.store.url
    if not url.startswith("sqlite"):
        return url
    return f"sqlite:///{configuration.file.absolute().parent / sqlite_path(url)}"


def no_store(configuration: Configuration) -> str | None:
    """Say why a store that is not there could not be made; a service's folder is made by systemd."""
    if SecretPlaces.of(configuration.file, os.environ).credentials.unit is not None:
        return None
    return cannot_be_made(store_url(configuration))


@contextmanager
def stored(
    configuration: Configuration,
    clock: Clock,
    retries: Retries,
    keyring: Keyring | None = None,
    timed: Timed = untimed,
    *,
    only_looks: bool = False,
) -> Iterator[AnyStore]:
    """Open the store, sealed with this installation's keys or with others, for as long as the block lasts.

    Who `only_looks` makes neither key nor store, and changes no schema: where there is none yet, they look at
    an empty one that goes with them.
    """
    with _at(configuration, keyring, only_looks=only_looks) as (url, ring, may_upgrade):
        store = open_store(url, KeyVault(ring), may_upgrade=may_upgrade, retries=retries, timed=timed)
        with closing(store), closing(lived(configuration, store, clock)) as living:
            yield living


@contextmanager
def _at(
    configuration: Configuration, keyring: Keyring | None, *, only_looks: bool
) -> Iterator[tuple[str, Keyring, bool]]:
    """Give the store's address, its keys and whether its schema may be brought up to date."""
    url, places = store_url(configuration), SecretPlaces.of(configuration.file, os.environ)
    _refuse_moved(url)
    if keyring is not None:
        yield url, keyring, True
        return
    may_create = is_missing(configuration, places) and not holds_secrets(url)
    lacks_key = only_looks and may_create
    if not lacks_key and not (only_looks and holds_nothing(url)):
        yield url, keyring_of(configuration, places, may_create, say), not only_looks
        return
    ring = Keyring.passing() if lacks_key else keyring_of(configuration, places, False, say)
    with TemporaryDirectory(prefix="gatherly-look-") as folder:
        place = Path(folder) / "gatherly.db"
        if not holds_nothing(url):
            copy_of(url, place)
        yield f"sqlite:///{place}", ring, True


def _refuse_moved(url: str) -> None:
    """Open nothing, and make nothing, while a daemon holds the store that was there.

    SQLite would take the journal beside it, which belongs to what the daemon holds, for this one's.

    Raises:
        StoreUnavailableError: a daemon does.
    """
    file = file_of(url)
    found = None if file is None else keeper(file)
    if file is None or found is None or found.in_place:
        return
    there = "is no longer in its place" if is_absent(file) else "was exchanged for another file"
    raise StoreUnavailableError(
        f"The store {file} {there}, and the daemon (process {found.process}) waits for it",
        "Mount its disk, or move it back; the daemon goes on by itself",
    )


def say(line: str) -> None:
    """Tell an operator."""
    print(line, file=sys.stderr)


@contextmanager
def _lent(
    configuration: Configuration,
    store: AnyStore,
    clock: Clock,
    machine: Clock,
    names: Collection[ConnectorName],
) -> Iterator[Mapping[ConnectorName, "Source"]]:
    """Make a few connectors for a question that their budgets can answer."""
    from connectors.sandbox.pool import ChildPool, spare_here
    from daemon.sync.sources import SharedResources, sources_of

    with closing(ChildPool(SystemClock(), spare=spare_here())) as children:
        means = SharedResources(store, clock, machine, SystemRandomness(), children)
        sources = sources_of(configuration, means, names)
        try:
            yield sources
        finally:
            for source in sources.values():
                source.connector.close()


def desk_access(
    configuration: Configuration,
    store: AnyStore,
    clock: Clock,
    randomness: Randomness,
    made: "Made",
    meters: "Meters | None" = None,
    channels: "Channels | None" = None,
) -> StoreAccess:
    """Give the desk over a store that is open; `made` lends connectors, `meters` are the daemon's."""
    make_desk = cache(partial(_desk, configuration, store, clock, randomness, made))
    return StoreAccess(
        configuration=configuration,
        store=store,
        clock=clock,
        make_desk=make_desk,
        custody=store.custody,
        lend=made,
        lend_new=partial(_lent, configuration, store, clock, clock),
        make_meters=cache(lambda: meters or _meters(clock)),
        make_channels=cache(lambda: channels or _channels()),
        randomness=randomness,
        app_documents=document_sync(configuration, store, clock, randomness, make_desk),
    )


def _meters(clock: Clock) -> "Meters":
    from daemon.runtime.meters import Meters

    return Meters(clock)


def _channels() -> "Channels":
    from daemon.sync.channels import Channels

    return Channels()


def _desk(
    configuration: Configuration, store: AnyStore, clock: Clock, randomness: Randomness, made: "Made"
) -> "SessionDesk":
    """Make the desk once it is asked for: whoever only looks does without."""
    from daemon.wire_desk import desk_of

    return desk_of(configuration, store, clock, randomness, made, store.custody.erased)
