"""The wired services: every port with its implementation, and the work that the ticks do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from config.configuration import Configuration
from daemon.app.access import Access
from daemon.app.sessions import SessionDesk
from daemon.app_documents.sync import DocumentSync
from daemon.booking.dependencies import BookDeps
from daemon.booking.due import BookDueJob
from daemon.booking.outbox import OutboxJob
from daemon.booking.sweep import SweepJob
from daemon.conversations.second_readings import SecondReadings
from daemon.family.mirroring import Mirror
from daemon.knowledge import KnowledgePolicy
from daemon.notices.connections import ConnectionJob
from daemon.notices.dispatching import DispatchJob
from daemon.notices.event_reminders import EventReminders
from daemon.notices.webhooks import HookPlanner
from daemon.proposals.expire import ExpireJob
from daemon.proposals.learn import LearnJob
from daemon.proposals.propose import ProposeJob
from daemon.relations.relating import Relating
from daemon.runtime.events import EventLog
from daemon.runtime.jumps import Jumps
from daemon.runtime.lasting import Lasting
from daemon.sync.pull import PullJob
from daemon.sync.push import PushJob
from daemon.sync.refresh import RefreshJob
from daemon.sync.source import Source
from engine.booking.target import Targets
from engine.errors import UnknownThingError
from engine.ids import ConnectorName
from engine.model.calendar import CalendarAccount
from engine.model.set_aside import Work
from engine.operations.custody import Pruned, cutoffs
from engine.ports.custody import Custody
from engine.ports.store import Store
from engine.ports.world import Clock, Randomness
from engine.trouble import attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that runs, handed to whoever ticks or asks."""

    configuration: Configuration
    store: Store
    clock: Clock
    randomness: Randomness
    knowledge_policy: KnowledgePolicy
    sources: Mapping[ConnectorName, Source]
    targets: Targets
    pull: PullJob
    propose: ProposeJob
    learn: LearnJob
    book: BookDueJob
    book_deps: BookDeps
    expire: ExpireJob
    outbox: OutboxJob
    connections: ConnectionJob
    dispatch: DispatchJob
    reminders: EventReminders
    readings: SecondReadings
    hooks: HookPlanner
    sweep: SweepJob
    mirror: Mirror
    relating: Relating
    refresh: RefreshJob
    push: PushJob
    desk: SessionDesk
    custody: Custody
    access: Access
    jumps: Jumps
    events: EventLog
    lasting: Lasting
    again: Callable[["Services"], "Services"]
    """Gives services by the files as they are now, in the place of those at work; see `daemon.reload`."""
    app_documents: DocumentSync | None = None
    not_read: set[ConnectorName] = field(default_factory=set)
    """Connectors that the store knows and this daemon does not read: they are claimed no second time."""
    once_read: set[ConnectorName] = field(default_factory=set)
    """Connectors that the store is known to have an account of, so that a tick asks for those due alone."""

    def source(self, name: str) -> Source:
        """Give a connector by its name.

        Raises:
            UnknownThingError: none is configured under it.
        """
        found = self.sources.get(ConnectorName(name))
        if found is None:
            known = ", ".join(self.sources) or "there are none"
            raise UnknownThingError(f"{name!r} is not a connector", f"The configuration's: {known}")
        return found

    def has_stirred(self) -> bool:
        """Tell whether a calendar on this machine was touched; the clock is looked at, in case it was set."""
        self.clock.now()
        return bool(self._stirred())

    def due_sources(self) -> Sequence[Source]:
        """Give the connectors that are due or were touched; one that was never read is looked up once."""
        now = self.clock.now()
        with self.store.reading() as tx:
            due = set(tx.calendars.due(now))
            unread = [name for name in self.sources if name not in self.once_read]
            met = {name: attempt(partial(tx.calendars.account, name)) for name in unread}
            self.once_read.update(name for name, one in met.items() if isinstance(one, CalendarAccount))
            due.update(name for name, one in met.items() if not isinstance(one, CalendarAccount))
            due.update(self._stirred())
        return self._in_time(one for name, one in self.sources.items() if name in due)

    def claimed_sources(self, limit: int) -> Sequence[tuple[Source, CalendarAccount | None]]:
        """Claim at most so many of the connectors that are due, and give them with their claims.

        Those that were never read, or were touched on this machine, come without: each is claimed as it is
        read. What this daemon does not know, or has set aside, is left alone.
        """
        if limit <= 0:
            return ()
        found: list[tuple[Source, CalendarAccount | None]] = []
        for account in self.pull.claims.take_due(limit, self._left_alone()):
            source = self.sources.get(account.connector)
            if source is None or not source.is_polled:
                self.pull.claims.give_up(account)
                self.not_read.add(account.connector)
            else:
                found.append((source, account))
        claimed = {source.name for source, _ in found}
        unread = [one for one in self._untaken() if one.name not in claimed]
        return [*found, *((one, None) for one in unread[: limit - len(found)])]

    def _left_alone(self) -> Sequence[ConnectorName]:
        with self.store.reading() as tx:
            aside = [one.name for one in tx.repositories.set_aside.all() if one.step is Work.READ]
        sources = [one for name in aside if (one := self.sources.get(ConnectorName(name))) is not None]
        return [*self.not_read, *(one.name for one in sources if not self.pull.is_time(one))]

    def _untaken(self) -> Sequence[Source]:
        """Give the connectors that the store has no account of yet, and those that were touched."""
        unread = {name for name in self.sources if name not in self.once_read}
        if unread:
            with self.store.reading() as tx:
                met = {name: attempt(partial(tx.calendars.account, name)) for name in unread}
            self.once_read.update(name for name, one in met.items() if isinstance(one, CalendarAccount))
            unread -= self.once_read
        unread |= self._stirred()
        return self._in_time(one for name, one in self.sources.items() if name in unread)

    def _stirred(self) -> set[ConnectorName]:
        """Look at each calendar on this machine, and give the connectors of those that were touched."""
        local = (one for one in self.sources.values() if one.capabilities.local)
        return {one.name for one in local if self.pull.stirrings.stirred(one)}

    def _in_time(self, sources: Iterable[Source]) -> Sequence[Source]:
        """Leave out what is not polled, what is set aside, and whatever belongs to nobody any more."""
        found = [one for one in sources if one.is_polled and self.pull.is_time(one)]
        if not found:
            return ()
        with self.store.reading() as tx:
            known = {
                user
                for user in {one.user for one in found}
                if attempt(partial(tx.users.get, user)) is not None
            }
        return [one for one in found if one.user in known]

    def prune(self) -> Pruned:
        """Remove what was kept for long enough; a clock that was set forward makes nothing old."""
        now = self.clock.now()
        keep = self.configuration.settings.audit.keep
        return self.custody.prune(cutoffs(now, keep, self.jumps.skipped()), now)
