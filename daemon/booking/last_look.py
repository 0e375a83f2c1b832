"""The last look before a write: the required calendars are read again, then the one predicate is asked."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from daemon import knowledge
from daemon.knowledge import Gathered, KnowledgePolicy
from daemon.runtime.traces import carried
from daemon.sync.pull import PullJob
from daemon.sync.source import Source
from engine.booking.last_look import FreshCheck, Held
from engine.errors import HeldBackError
from engine.find.answer import Blocker
from engine.find.request import search_window
from engine.find.search import against
from engine.ids import ConnectorName, UserId
from engine.model.session import EventSession, TimeSlot
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.sessions import proposal
from engine.time.instant import format_instant
from engine.time.span import Span

FRESH = 30
"""Seconds: what was read whole no longer ago than this need not be read again (docs/ledger.md section 5)."""


class FreshReader:
    """Tells whether a slot is still free for everybody who must be there."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        knowledge_policy: KnowledgePolicy,
        pull: PullJob,
        sources: Mapping[ConnectorName, Source],
    ) -> None:
        self._store = store
        self._clock = clock
        self._knowledge_policy = knowledge_policy
        self._pull = pull
        self._sources = sources

    def __call__(self, session: EventSession, slot: Span) -> FreshCheck:
        """Read what is not fresh, then judge; a calendar that cannot be read is unknown, never free.

        The slot is judged wherever it lies: what was accepted is not sought again in the days from now, which
        a clock that was set would move away from it.
        """
        failed, held = self._read(self._aged(session.required_ids))
        with self._store.reading() as tx:
            there = {one.id for one in tx.users.some(session.attendee_ids)}
            gone = [user for user in session.attendee_ids if user not in there]
            if gone:
                return FreshCheck(unknown=tuple(f"{user} (no longer a user)" for user in gone))
            now = self._clock.now()
            reaching = replace(session, search=search_window(session, now).hull(slot))
            gathered = knowledge.for_session(tx, self._knowledge_policy, reaching, now)
        missed = {str(one.user): "it could not be read just now" for one in self._aged(session.required_ids)}
        words = {str(user): str(pause) for user, pause in held.items()}
        unknown = {**_short(session, slot, gathered), **missed, **failed, **words}
        unknown |= proposal.waiting_for(session, gathered.known)
        if unknown:
            told = tuple(f"{user} ({why})" for user, why in unknown.items())
            return FreshCheck(unknown=told, held=tuple(Held(user, why) for user, why in held.items()))
        chosen = session.final_time
        if chosen is None or chosen.span != slot:
            chosen = TimeSlot(start=slot.start, end=slot.end)
        return FreshCheck(busy=tuple(_words(each) for each in against(gathered.request, chosen)))

    def _aged(self, users: Iterable[UserId]) -> list[Source]:
        """Give the sources of these people that were not read whole within the last moments."""
        now = self._clock.now()
        aged = []
        with self._store.reading() as tx:
            for user in users:
                read = {calendar.key: calendar.synced_at for calendar in tx.calendars.of_user(user)}
                for source in self._sources.values():
                    times = [at for key, at in read.items() if key.connector == source.name]
                    fresh = times and all(at is not None and 0 <= now - at <= FRESH for at in times)
                    if source.user == user and source.reads and not fresh:
                        aged.append(source)
        return aged

    def _read(self, sources: list[Source]) -> tuple[dict[str, str], dict[UserId, HeldBackError]]:
        """Read; gives who could not be read and why, and whom a pause kept from being asked."""
        if not sources:
            return {}, {}
        with ThreadPoolExecutor(max_workers=len(sources), thread_name_prefix="fresh") as pool:
            pulled = list(pool.map(carried(self._pull.run), sources))
        each = list(zip(sources, pulled, strict=True))
        failed = {str(source.user): one.error for source, one in each if one.error is not None}
        return failed, {source.user: one.held for source, one in each if one.held is not None}


def _short(session: EventSession, slot: Span, gathered: Gathered) -> dict[str, str]:
    """Tell whose calendars are not read as far as the slot."""
    return {
        str(user): f"calendars are read no further than {format_instant(gathered.known[user].until)}"
        for user in session.required_ids
        if gathered.known[user].until < slot.end
    }


def _words(blocker: Blocker) -> str:
    code = blocker.code.value.replace("_", " ")
    return code if blocker.user is None else f"{blocker.user}: {code}"
