"""The job of relationships: derive what has changed, then measure whom that touched."""

from collections.abc import Mapping
from dataclasses import dataclass

from config.configuration import Configuration
from connectors.sandbox.task import Runner
from daemon.relations.deciding import Deciding
from daemon.relations.deriving import Deriving
from daemon.relations.embedders import Embedder
from daemon.relations.embedding import Placing
from daemon.relations.measuring import Measuring
from daemon.relations.naming import Names
from daemon.relations.native import NativeEvents
from daemon.relations.noticing import Consents
from daemon.relations.occasions import Occasions
from daemon.relations.reading import GatheringReader
from daemon.runtime.guard import Guard
from daemon.sync.source import Source
from engine.ids import ConnectorName, UserId
from engine.model.calendar_object import SyncPlan
from engine.ports.custody import Custody
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock


@dataclass(slots=True)
class Relating:
    """Keeps what is known of people in step; nothing happens where nobody switched it on."""

    deriving: Deriving | None = None
    measuring: Measuring | None = None
    placing: Placing | None = None
    native: NativeEvents | None = None
    caught_up: bool = False

    def changed(self, tx: Transaction, user: UserId, plan: SyncPlan) -> None:
        """Have what a read has changed looked at."""
        if self.deriving is not None:
            self.deriving.changed(tx, user, plan)

    def forgotten(self, tx: Transaction, user: UserId) -> None:
        """Have looked at what went with a calendar."""
        if self.deriving is not None:
            self.deriving.forgotten(tx, user)

    def run(self) -> int:
        """Do one round; gives how much there was to do."""
        if self.deriving is None or self.measuring is None or self.placing is None:
            return 0
        if not self.caught_up:
            self.deriving.catch_up()
            self.caught_up = True
        if self.native is not None:
            self.native.look()
        done = self.deriving.run() or self.measuring.run()
        self.placing.waiting = self.placing.waiting or bool(done)
        return done or self.placing.run()


def consents_of(configuration: Configuration) -> Consents:
    """Tell what the files say of whose contacts are kept."""
    users = configuration.settings.users
    return Consents({UserId(user.id or name): user.relations for name, user in users.items()})


def relating_of(
    configuration: Configuration,
    store: Store,
    clock: Clock,
    run: Runner,
    sources: Mapping[ConnectorName, Source],
    custody: Custody,
    embedder: Embedder | None,
) -> Relating:
    """Make it, as the configuration says."""
    settings = configuration.settings
    if not settings.relations.enabled:
        return Relating()
    names = Names(custody.identifier)
    own = {
        UserId(user.id or name): frozenset(
            one.casefold() for one in (user.email or name, *user.addresses) if "@" in one
        )
        for name, user in settings.users.items()
    }
    return Relating(
        Deriving(
            store=store,
            clock=clock,
            deciding=Deciding(store=store, reader=GatheringReader(run, sources), own=own),
            guard=Guard(store, clock),
            names=names,
            consents=consents_of(configuration),
            min_events=settings.relations.min_events,
        ),
        Measuring(
            store=store,
            clock=clock,
            names=names,
            occasions=Occasions(settings.relations.going_cold),
            by_meaning=embedder is not None,
        ),
        Placing(store=store, clock=clock, embedder=embedder),
        NativeEvents(store=store, clock=clock, names=names, consents=consents_of(configuration)),
    )
