"""Wiring the jobs and use cases of one configuration over what lasts for as long as the process."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial

from config.configuration import Configuration
from daemon.app.examine import examine
from daemon.app.family.owners_edits import OwnersEdits
from daemon.app.offers import OfferJudge
from daemon.app.relations.indexes import Indexes
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
from daemon.knowledge import KnowledgePolicy, knowledge_policy_of
from daemon.notices.connections import ConnectionJob
from daemon.notices.dispatching import DispatchJob, Post
from daemon.notices.event_reminders import EventReminders
from daemon.notices.guest_mail import guest_mail_of
from daemon.notices.notifying import Notices
from daemon.notices.outlets import outlets_of
from daemon.notices.outsiders import invitation_may_go_at, leaving_address, reading_zone
from daemon.notices.rules import NoticeRules, rules_of
from daemon.notices.webhooks import HookPlanner, hooks_of
from daemon.proposals.expire import ExpireJob
from daemon.proposals.habits import Habits
from daemon.proposals.learn import LearnJob, silent_people
from daemon.proposals.propose import ProposeJob
from daemon.relations.embedders import embedder_of
from daemon.relations.relating import relating_of
from daemon.runtime.events import EventLog
from daemon.runtime.guard import Guard
from daemon.runtime.jumps import Jumps
from daemon.runtime.lasting import Lasting
from daemon.runtime.meters import Meters
from daemon.services import Services
from daemon.store_access import StoreAccess, desk_access
from daemon.sync.expiry import Expiries
from daemon.sync.pull import PullJob
from daemon.sync.pulled import AfterPull, WithinPull
from daemon.sync.push import PushJob
from daemon.sync.refresh import RefreshJob
from daemon.sync.source import Source
from daemon.sync.sources import SharedResources, sources_of
from daemon.wire_app_documents import AnyStore
from daemon.wire_family import owners_edits_of
from engine.ids import ConnectorName, UserId
from engine.model.booking import OutboxKind
from engine.model.calendar_object import SyncPlan
from engine.sessions.state_machine import Confirm


@dataclass(frozen=True, slots=True)
class Foundation:
    """What a reload leaves as it is; `alone` where no other process works on the store."""

    store: AnyStore
    means: SharedResources
    guard: Guard
    jumps: Jumps
    alone: bool


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the jobs of one configuration share; `looks` is what looks at a pull once it is over.

    It knows nothing of what was before a reload, which would live on with it.
    """

    configuration: Configuration
    foundation: Foundation
    sources: Mapping[ConnectorName, Source]
    view: StoreAccess
    meters: Meters
    policy: KnowledgePolicy
    rules: NoticeRules
    looks: list[AfterPull]


def services_of(
    configuration: Configuration,
    foundation: Foundation,
    again: Callable[[Services], Services],
    before: Services | None,
) -> Services:
    """Wire services; of those `before` a reload what can go on goes on, and `again` makes the next."""
    ground = _ground(configuration, foundation, before)
    store, means, view = foundation.store, foundation.means, ground.view
    clock, randomness, settings = means.clock, means.randomness, configuration.settings
    indexes = _indexes_of(ground, before)
    relating = relating_of(
        configuration, store, clock, means.run, ground.sources, view.custody, indexes.embedder
    )
    pull = _pull(ground, relating, before)
    deps = _book_deps(ground, pull)
    book, watch = BookJob(deps), WatchJob(deps)
    edits = owners_edits_of(configuration, store, clock, randomness, ground.sources)
    ground.looks.extend(_looks(ground, watch, edits))
    return Services(
        configuration=configuration,
        store=store,
        clock=clock,
        randomness=randomness,
        knowledge_policy=ground.policy,
        sources=ground.sources,
        targets=view.desk.targets,
        pull=pull,
        propose=_propose(ground),
        learn=LearnJob(store, clock, configuration),
        book=BookDueJob(store, clock, book, ground.meters),
        book_deps=deps,
        expire=ExpireJob(store, clock, view.desk.targets, foundation.jumps.skipped),
        outbox=OutboxJob(deps, _told(ground)),
        dispatch=_dispatch(ground),
        connections=ConnectionJob(store, clock, _owners(ground), settings.sync.max_age),
        reminders=EventReminders(store, clock),
        readings=SecondReadings(store, clock, randomness, model_of(configuration, means.machine)),
        hooks=HookPlanner(store, clock, settings.webhooks),
        sweep=SweepJob(deps, book, watch),
        mirror=Mirror(store, clock, ground.sources, view.custody.identifier, edits.overwritten),
        relating=relating,
        refresh=RefreshJob(store, clock, ground.sources.values(), means.expiries or Expiries(store, clock)),
        push=_push(ground),
        desk=view.desk,
        custody=view.custody,
        access=replace(view, examine=partial(examine, deps), kept_indexes=indexes),
        jumps=foundation.jumps,
        again=again,
        events=EventLog(store, clock, shares=not foundation.alone) if before is None else before.events,
        lasting=Lasting(clock) if before is None else before.lasting,
        app_documents=view.app_documents,
    )


def _ground(configuration: Configuration, foundation: Foundation, before: Services | None) -> _Ground:
    store, means = foundation.store, foundation.means
    sources = sources_of(configuration, means, kept=before.sources if before is not None else {})
    meters = means.meters or Meters(means.clock)
    view = desk_access(
        configuration,
        store,
        means.clock,
        means.randomness,
        lambda names: nullcontext(sources),
        meters,
        means.channels,
    )
    return _Ground(
        configuration=configuration,
        foundation=foundation,
        sources=sources,
        view=view,
        meters=meters,
        policy=knowledge_policy_of(configuration),
        rules=rules_of(configuration.settings, view.desk.targets, store.install, view.custody.identifier),
        looks=[],
    )


def _indexes_of(ground: _Ground, before: Services | None) -> Indexes:
    """Give what is in memory of whom people know; it lasts, unless another embedder is asked for."""
    settings = ground.configuration.settings.relations
    if before is not None and before.configuration.settings.relations == settings:
        return before.access.indexes
    return Indexes(embedder_of(ground.configuration, ground.foundation.means.machine))


def _pull(ground: _Ground, within: WithinPull, before: Services | None) -> PullJob:
    means, sync = ground.foundation.means, ground.configuration.settings.sync

    def after(user: UserId, plan: SyncPlan) -> None:
        for look in ground.looks:
            look(user, plan)

    return PullJob(
        ground.foundation.store,
        means.clock,
        means.randomness,
        sync.horizon,
        sync.max_age // 2,
        after,
        means.room,
        alone=ground.foundation.alone,
        before=None if before is None else before.pull,
        meters=ground.meters,
        channels=means.channels,
        within=within,
    )


def _looks(ground: _Ground, watch: WatchJob, edits: OwnersEdits) -> Iterable[AfterPull]:
    """Give what looks at a pull, in this order: what was booked, the family's events."""
    store, means, guard = ground.foundation.store, ground.foundation.means, ground.foundation.guard
    yield partial(watch.inspect_after_pull, guard)
    yield partial(look_after_pull, store, means.clock, ground.policy)
    yield partial(edits.look_after_pull, guard)


def _book_deps(ground: _Ground, pull: PullJob) -> BookDeps:
    store, means, rules = ground.foundation.store, ground.foundation.means, ground.rules
    return BookDeps(
        store=store,
        connectors={name: source.connector for name, source in ground.sources.items()},
        targets=ground.view.desk.targets,
        clock=means.clock,
        randomness=means.randomness,
        identifier=ground.view.custody.identifier,
        fresh_busy=FreshReader(store, means.clock, ground.policy, pull, ground.sources),
        store_time=means.clock.now,
        skipped=ground.foundation.jumps.skipped,
        policy=policy_of(ground.configuration),
        refused_offers=OfferJudge(lambda: ground.policy).refused,
        traces=ground.meters.traces,
        guest_mail=guest_mail_of(ground.configuration, means.clock),
        leaving=partial(leaving_address, rules=rules),
        guest_zone=reading_zone,
        guest_turn=partial(invitation_may_go_at, rules=rules),
    )


def _propose(ground: _Ground) -> ProposeJob:
    means, desk = ground.foundation.means, ground.view.desk
    return ProposeJob(
        ground.foundation.store,
        means.clock,
        means.randomness,
        ground.policy,
        desk.targets,
        desk.choose if desk.confirm is Confirm.AUTO else None,
        Habits(ground.configuration.settings.learning, means.randomness, silent_people(ground.configuration)),
        ground.meters.traces,
    )


def _told(ground: _Ground) -> Mapping[OutboxKind, Handler]:
    store = ground.foundation.store
    return {
        OutboxKind.NOTIFICATION: Notices(store, ground.foundation.means.clock, ground.rules),
        OutboxKind.ANALYTICS: Analytics(store, silent_people(ground.configuration)),
    }


def _dispatch(ground: _Ground) -> DispatchJob:
    means, configuration = ground.foundation.means, ground.configuration
    post = Post(outlets=outlets_of(configuration), hooks=hooks_of(configuration, means.machine))
    return DispatchJob(ground.foundation.store, means.clock, ground.rules, post)


def _push(ground: _Ground) -> PushJob:
    means, api = ground.foundation.means, ground.configuration.settings.api
    return PushJob(
        ground.foundation.store,
        means.clock,
        ground.sources.values(),
        means.channels,
        ground.view.custody.identifier,
        api.public_url and api.base,
    )


def _owners(ground: _Ground) -> Mapping[ConnectorName, UserId]:
    return {name: source.user for name, source in ground.sources.items()}
