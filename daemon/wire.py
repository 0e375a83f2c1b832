"""The one place that chooses implementations: from a configuration to wired services."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import structlog

from config.configuration import Configuration
from connectors.sandbox.pool import ChildPool
from daemon.app.examine import examine
from daemon.app.forgotten import without_forgotten
from daemon.app.offers import OfferJudge
from daemon.app.sessions import SessionDesk
from daemon.booking.configured import policy_of
from daemon.booking.dependencies import BookDeps
from daemon.booking.due import BookDueJob
from daemon.booking.last_look import FreshReader
from daemon.booking.outbox import Handler, OutboxJob
from daemon.booking.outbox_handlers import Analytics
from daemon.booking.sweep import SweepJob
from daemon.booking.watch import WatchJob
from daemon.booking.worker import BookJob
from daemon.conversations.language_model import model_of
from daemon.conversations.second_readings import SecondReadings
from daemon.family.after_pull import look_after_pull
from daemon.family.mirroring import Mirror
from daemon.knowledge import knowledge_policy_of
from daemon.notices.connections import ConnectionJob
from daemon.notices.dispatching import DispatchJob, Post
from daemon.notices.event_reminders import EventReminders
from daemon.notices.guest_mail import guest_mail_of
from daemon.notices.notifying import Notices
from daemon.notices.outlets import outlets_of
from daemon.notices.outsiders import invitation_may_go_at, leaving_address
from daemon.notices.rules import rules_of
from daemon.notices.webhooks import HookPlanner, hooks_of
from daemon.proposals.expire import ExpireJob
from daemon.proposals.habits import Habits
from daemon.proposals.learn import LearnJob, silent_people
from daemon.proposals.propose import AfterProposing, ProposeJob
from daemon.relations.relating import relating_of
from daemon.reload import Reload
from daemon.runtime.clock import StoreClock, SystemClock, SystemRandomness
from daemon.runtime.configured_traces import traces_of
from daemon.runtime.events import EventLog
from daemon.runtime.guard import Guard
from daemon.runtime.jumps import Jumps
from daemon.runtime.lasting import Lasting
from daemon.runtime.logs import to_standard_error
from daemon.runtime.meters import Meters
from daemon.services import Services
from daemon.store_access import desk_access, load_configuration, store_url, stored
from daemon.sync import configured_users
from daemon.sync.expiry import Expiries
from daemon.sync.pull import PullJob
from daemon.sync.push import PushJob
from daemon.sync.read_jobs import end_orphans
from daemon.sync.refresh import RefreshJob
from daemon.sync.sources import SharedResources, sources_of
from daemon.sync.unconfigured import forget_unconfigured, free_claims
from daemon.wire_app_documents import AnyStore
from daemon.wire_family import owners_edits_of
from engine.ids import UserId
from engine.model.booking import OutboxKind
from engine.model.calendar import SyncPlan
from engine.ports.world import Clock, Randomness
from engine.sessions.state_machine import Confirm
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
    with closing(traces), _locked(configuration, lock, machine), opened as store:
        jumps = Jumps(store, lambda words: _LOG.warning("clock.set", text=words))
        clock = clock or StoreClock(store.custody.time, machine, jumps.note)
        configured_users.sync_configured_users(store, store.custody, configuration.settings, clock.now())
        configuration = without_forgotten(configuration, store.custody)
        if lock:
            jumps.begin(clock.now())
            forget_unconfigured(store, configuration, clock.now())
        alone = lock and file_of(store_url(configuration)) is not None
        if alone:
            free_claims(store)
        if lock:
            end_orphans(store, clock.now())
        with closing(ChildPool(SystemClock(), restarted=meters.restarted)) as children:
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
        self._lasting = (store, means, guard, jumps, alone)
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
        return _services(configuration, *self._lasting, self._again, before)

    def close(self) -> None:
        """Close the connectors of the latest."""
        if self._made is None:
            return
        if self._made.app_documents is not None:
            self._made.app_documents.close()
        for source in self._made.sources.values():
            source.connector.close()


def _services(
    configuration: Configuration,
    store: AnyStore,
    means: SharedResources,
    guard: Guard,
    jumps: Jumps,
    alone: bool,
    again: Callable[[Services], Services],
    before: Services | None,
) -> Services:
    clock, randomness = means.clock, means.randomness
    sources = sources_of(configuration, means, kept=before.sources if before is not None else {})
    meters = means.meters or Meters(clock)
    view = desk_access(
        configuration, store, clock, randomness, lambda names: nullcontext(sources), meters, means.channels
    )
    knowledge_policy = knowledge_policy_of(configuration)
    settings, targets = configuration.settings, view.desk.targets
    sync = settings.sync
    pull = PullJob(
        store,
        clock,
        randomness,
        sync.horizon,
        sync.max_age // 2,
        lambda user, plan: after_pull(user, plan),  # it needs what needs the pull
        means.room,
        alone=alone,
        before=None if before is None else before.pull,
        meters=meters,
        channels=means.channels,
    )
    rules = rules_of(settings, targets, store.install, view.custody.identifier)
    deps = BookDeps(
        store=store,
        connectors={name: source.connector for name, source in sources.items()},
        targets=targets,
        clock=clock,
        randomness=randomness,
        identifier=view.custody.identifier,
        fresh_busy=FreshReader(store, clock, knowledge_policy, pull, sources),
        store_time=clock.now,
        skipped=jumps.skipped,
        policy=policy_of(configuration),
        refused_offers=OfferJudge(knowledge_policy).refused,
        traces=meters.traces,
        guest_mail=guest_mail_of(configuration, clock),
        leaving=partial(leaving_address, rules=rules),
        guest_turn=partial(invitation_may_go_at, rules=rules),
    )
    book, watch = BookJob(deps), WatchJob(deps)
    edits = owners_edits_of(configuration, store, clock, randomness, sources)
    relating = relating_of(configuration, store, clock, means.run, sources, view.custody)

    def after_pull(user: UserId, plan: SyncPlan) -> None:
        watch.inspect_after_pull(guard, user, plan)
        look_after_pull(store, clock, knowledge_policy, user, plan)
        edits.look_after_pull(guard, user, plan)
        relating.look_after_pull(user, plan)

    post = Post(outlets=outlets_of(configuration), hooks=hooks_of(configuration, means.machine))
    told: dict[OutboxKind, Handler] = {
        OutboxKind.NOTIFICATION: Notices(store, clock, rules),
        OutboxKind.ANALYTICS: Analytics(store, silent_people(configuration)),
    }
    return Services(
        configuration=configuration,
        store=store,
        clock=clock,
        randomness=randomness,
        knowledge_policy=knowledge_policy,
        sources=sources,
        targets=targets,
        pull=pull,
        propose=ProposeJob(
            store,
            clock,
            randomness,
            knowledge_policy,
            targets,
            _after_proposing(view.desk),
            Habits(configuration.settings.learning, randomness),
            meters.traces,
        ),
        learn=LearnJob(store, clock, configuration),
        book=BookDueJob(store, clock, book, meters),
        book_deps=deps,
        expire=ExpireJob(store, clock, targets, jumps.skipped),
        outbox=OutboxJob(deps, told),
        dispatch=DispatchJob(store, clock, rules, post),
        connections=ConnectionJob(store, clock, sources, sync.max_age),
        reminders=EventReminders(store, clock),
        readings=SecondReadings(store, clock, randomness, model_of(configuration, means.machine)),
        hooks=HookPlanner(store, clock, settings.webhooks),
        sweep=SweepJob(deps, book, watch),
        mirror=Mirror(store, clock, sources, view.custody.identifier),
        relating=relating,
        refresh=RefreshJob(store, clock, sources.values(), means.expiries or Expiries(store, clock)),
        push=PushJob(
            store,
            clock,
            sources.values(),
            means.channels,
            view.custody.identifier,
            settings.api.public_url and settings.api.base,
        ),
        desk=view.desk,
        custody=view.custody,
        access=replace(view, examine=partial(examine, deps)),
        jumps=jumps,
        again=again,
        events=EventLog(store) if before is None else before.events,
        lasting=Lasting(clock) if before is None else before.lasting,
        app_documents=view.app_documents,
    )


def _after_proposing(desk: SessionDesk) -> AfterProposing | None:
    return desk.choose if desk.confirm is Confirm.AUTO else None
