"""The one place that chooses implementations: from a configuration to wired services.

What only a working daemon needs is imported when one is wired, so that a look at the store is quick.
"""

import os
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path

from config.configuration import Configuration, Kinds
from config.loader import load
from config.secrets import SecretPlaces
from config.settings import constraints_of
from connectors.registry import INVITING, kind_of, options_types
from connectors.sandbox.isolation import ChildPool
from daemon.app.forgotten import without_forgotten
from daemon.app.offers import OfferJudge
from daemon.app.sessions import SessionDesk
from daemon.booking.dependencies import BookDeps
from daemon.booking.due import BookDueJob
from daemon.booking.inspect_after_pull import InspectAfterPull
from daemon.booking.last_look import FreshReader
from daemon.booking.outbox import Handler, OutboxJob
from daemon.booking.outbox_handlers import Analytics, Notices
from daemon.booking.pauses import KnownPauses, Made
from daemon.booking.sweep import SweepJob
from daemon.booking.watch import WatchJob
from daemon.booking.worker import BookJob
from daemon.jumps import Jumps
from daemon.knowledge import KnowledgePolicy
from daemon.proposals.expire import ExpireJob
from daemon.proposals.propose import AfterProposing, ProposeJob
from daemon.runtime.clock import StoreClock, SystemClock, SystemRandomness
from daemon.runtime.guard import Guard
from daemon.runtime.keys import keyring_of
from daemon.services import Services, StoreAccess
from daemon.sync import configured_users
from daemon.sync.expiry import Expiries
from daemon.sync.pull import PullJob
from daemon.sync.refresh import RefreshJob
from daemon.sync.source import Source
from daemon.sync.sources import SharedResources, sources_of
from daemon.sync.unconfigured import forget_unconfigured, free_claims
from daemon.wire_app_documents import AnyStore, document_sync, flush, lived
from engine.availability.evidence import Freshness, OnStale
from engine.booking.policy import OnDeleted, OnForeign, OnMoved, Policy
from engine.booking.target import Target, Targets
from engine.ids import CalendarKey, ConnectorName, RemoteCalendarId, UserId
from engine.model.booking import Delivery, OutboxKind
from engine.ports.world import Clock, Randomness
from engine.sessions.state_machine import Confirm
from store.lock import DaemonLock
from store.open import file_of, holds_secrets, open_store, sqlite_path
from store.retries import Retries
from store.vault import KeyVault


@contextmanager
def open_store_only(file: Path, clock: Clock | None = None) -> Iterator[StoreAccess]:
    """Open the store beside whoever runs: to ask and to look, without any connector.

    Raises:
        ConfigurationError: the configuration is wrong.
        StoreError: the store cannot be opened.
    """
    configuration = load_configuration(file)
    machine = clock or SystemClock()
    with _stored(configuration, machine, Retries(wait=machine.wait)) as store:
        clock = clock or StoreClock(store.custody.time, machine, lambda _: None)
        configured_users.sync_configured_users(store, store.custody, configuration.settings, clock.now())
        configuration = without_forgotten(configuration, store.custody)
        made = partial(_lent, configuration, store, clock, machine)
        view = _view(configuration, store, clock, SystemRandomness(), made)
        yield view
        flush(view.app_documents)


@contextmanager
def open_daemon(
    file: Path,
    *,
    lock: bool = True,
    clock: Clock | None = None,
    machine: Clock | None = None,
    randomness: Randomness | None = None,
    stop: threading.Event | None = None,
) -> Iterator[Services]:
    """Wire everything; with `lock` as the one daemon on this store.

    A clock that is handed in is the only one; without one the store's own counts, or the machine's, which
    may be handed in, too.

    Raises:
        ConfigurationError: the configuration is wrong.
        StoreError: the store cannot be opened, or another daemon works on it.
    """
    from daemon.runtime.logs import to_standard_error

    to_standard_error()
    configuration = load_configuration(file)
    machine, randomness = clock or machine or SystemClock(stop), randomness or SystemRandomness()
    retries = Retries(wait=machine.wait, fraction=randomness.fraction)
    stored = _stored(configuration, machine, retries)
    with _locked(configuration, lock, machine), stored as store:
        jumps = Jumps(store, _say)
        clock = clock or StoreClock(store.custody.time, machine, jumps.note)
        configured_users.sync_configured_users(store, store.custody, configuration.settings, clock.now())
        configuration = without_forgotten(configuration, store.custody)
        if lock:
            forget_unconfigured(store, configuration, clock.now())
            if file_of(store_url(configuration)) is not None:
                free_claims(store)
        with closing(ChildPool(SystemClock())) as children:
            guard = Guard(store, clock)
            recording = (guard, Expiries(store, clock, _say)) if lock else (None, None)
            means = SharedResources(store, clock, machine, randomness, children, *recording)
            services = _services(configuration, store, means, guard, jumps)
            try:
                yield services
            finally:
                if services.app_documents is not None:
                    services.app_documents.close()
                for source in services.sources.values():
                    source.connector.close()


def load_configuration(file: Path) -> Configuration:
    """Load the configuration with every kind of connector known.

    Raises:
        ConfigurationError: it is wrong.
    """
    return load(file, kinds=Kinds(options_types(), INVITING), env=os.environ)


def store_url(configuration: Configuration) -> str:
    """Give the store's address; a relative SQLite path counts from the configuration's folder."""
    url = configuration.settings.store.url
    if not url.startswith("sqlite"):
        return url
    return f"sqlite:///{configuration.file.absolute().parent / sqlite_path(url)}"


@contextmanager
def _stored(configuration: Configuration, clock: Clock, retries: Retries) -> Iterator[AnyStore]:
    url = store_url(configuration)
    places = SecretPlaces.of(configuration.file, os.environ)
    keyring = keyring_of(configuration, places, not holds_secrets(url), _say)
    store = open_store(url, KeyVault(keyring), retries=retries)
    with closing(store), closing(lived(configuration, store, clock)) as living:
        yield living


def _say(line: str) -> None:
    print(line, file=sys.stderr)


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


@contextmanager
def _lent(
    configuration: Configuration,
    store: AnyStore,
    clock: Clock,
    machine: Clock,
    names: Collection[ConnectorName],
) -> Iterator[Mapping[ConnectorName, Source]]:
    """Make a few connectors for a question that their budgets can answer."""
    with closing(ChildPool(SystemClock())) as children:
        means = SharedResources(store, clock, machine, SystemRandomness(), children)
        sources = sources_of(configuration, means, names)
        try:
            yield sources
        finally:
            for source in sources.values():
                source.connector.close()


def _view(
    configuration: Configuration, store: AnyStore, clock: Clock, randomness: Randomness, made: Made
) -> StoreAccess:
    settings = configuration.settings
    targets = targets_of(configuration)
    desk = SessionDesk(
        store=store,
        clock=clock,
        randomness=randomness,
        targets=targets,
        confirm=Confirm(settings.sessions.confirm),
        expire_after=settings.sessions.expire_after,
        horizon=settings.sync.horizon,
        vet=OfferJudge(knowledge_policy_of(configuration)).vet,
        broken={
            one.user_id: f"{one.name} is out of service: {one.reason}"
            for one in configuration.disabled
            if one.user_id is not None
        },
        pauses=KnownPauses(targets, made, clock),
    )
    return StoreAccess(
        configuration=configuration,
        store=store,
        clock=clock,
        knowledge_policy=knowledge_policy_of(configuration),
        desk=desk,
        custody=store.custody,
        app_documents=document_sync(configuration, store, clock, randomness, desk),
    )


def _services(
    configuration: Configuration, store: AnyStore, means: SharedResources, guard: Guard, jumps: Jumps
) -> Services:
    clock, randomness = means.clock, means.randomness
    sources = sources_of(configuration, means)
    view = _view(configuration, store, clock, randomness, lambda names: nullcontext(sources))
    settings, targets = configuration.settings, view.desk.targets
    inspect_after_pull = InspectAfterPull(guard)
    sync = settings.sync
    pull = PullJob(store, clock, randomness, sync.horizon, sync.max_age // 2, inspect_after_pull, means.room)
    deps = BookDeps(
        store=store,
        connectors={name: source.connector for name, source in sources.items()},
        targets=targets,
        clock=clock,
        randomness=randomness,
        identifier=view.custody.identifier,
        fresh_busy=FreshReader(store, clock, view.knowledge_policy, pull, sources),
        store_time=clock.now,
        skipped=jumps.skipped,
        policy=policy_of(configuration),
        refused_offers=OfferJudge(view.knowledge_policy).refused,
    )
    book, watch = BookJob(deps), WatchJob(deps)
    told: dict[OutboxKind, Handler] = {
        OutboxKind.NOTIFICATION: Notices(store),
        OutboxKind.ANALYTICS: Analytics(store),
    }
    inspect_after_pull.watch = watch
    return Services(
        configuration=configuration,
        store=store,
        clock=clock,
        randomness=randomness,
        knowledge_policy=view.knowledge_policy,
        sources=sources,
        targets=targets,
        pull=pull,
        propose=ProposeJob(
            store, clock, randomness, view.knowledge_policy, targets, _after_proposing(view.desk)
        ),
        book=BookDueJob(store, clock, book),
        book_deps=deps,
        expire=ExpireJob(store, clock, targets),
        outbox=OutboxJob(deps, told),
        sweep=SweepJob(deps, book, watch),
        refresh=RefreshJob(store, clock, sources.values(), means.expiries or Expiries(store, clock, _say)),
        desk=view.desk,
        custody=view.custody,
        jumps=jumps,
        app_documents=view.app_documents,
    )


def _after_proposing(desk: SessionDesk) -> AfterProposing | None:
    return desk.choose if desk.confirm is Confirm.AUTO else None


def knowledge_policy_of(configuration: Configuration) -> KnowledgePolicy:
    """Tell how knowledge is judged, and which connectors each user's time is expected from.

    A connector that a broken drop-in disables is expected all the same: its user is unknown, not free.
    """
    sync = configuration.settings.sync
    expected: dict[UserId, list[ConnectorName]] = {}
    for one in configuration.settings.connectors.values():
        if kind_of(one.kind).capabilities.reads and one.read != ():
            expected.setdefault(one.user_id, []).append(one.name)
    for broken in configuration.disabled:
        if broken.user_id is not None and kind_of(broken.kind).capabilities.reads:
            expected.setdefault(broken.user_id, []).append(broken.name)
    return KnowledgePolicy(
        freshness=Freshness(sync.max_age, OnStale(sync.on_stale)),
        expected={user: tuple(names) for user, names in expected.items()},
        rules=constraints_of(configuration.settings),
    )


def policy_of(configuration: Configuration) -> Policy:
    """Tell what is done when somebody else changes what was booked."""
    booking = configuration.settings.booking
    return Policy(
        on_moved=OnMoved(booking.on_moved),
        on_deleted=OnDeleted(booking.on_deleted),
        on_foreign=OnForeign(booking.on_foreign),
    )


def targets_of(configuration: Configuration) -> Targets:
    """Tell where each user's copy goes: the calendar that is written, else the mail, else word only."""
    targets: dict[UserId, Target] = {}
    for one in configuration.settings.connectors.values():
        kind = kind_of(one.kind)
        form = kind.capabilities.id_form
        if kind.capabilities.invites:
            place = CalendarKey(one.name, RemoteCalendarId(one.user))
            targets.setdefault(one.user_id, Target(delivery=Delivery.INVITED, calendar=place, form=form))
        elif one.write is not None:
            place = CalendarKey(one.name, RemoteCalendarId(one.write))
            targets[one.user_id] = Target(
                delivery=Delivery.WRITTEN, calendar=place, form=form, reliability=kind.reliability
            )
    return targets
