"""Expire: sessions whose time to answer is over are cancelled, reason `expired`."""

from collections.abc import Callable, Sequence
from functools import partial

from daemon.booking.held_visits import free_lapsed
from daemon.booking.transitions import change_session
from daemon.runtime.guard import Guard
from engine.booking.target import Targets
from engine.ids import SessionId
from engine.model.session import EventSession
from engine.model.set_aside import Item, Work
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.sessions import state_machine
from engine.skipped import believed
from engine.time.span import Instant, Span

AT_A_TIME = 100
"""Sessions ended in one go, beside those that are set aside."""


class ExpireJob:
    """Cancels pending sessions that nobody answered in time; `skipped` is what the clock was set over."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        targets: Targets,
        skipped: Callable[[], Sequence[Span]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._targets = targets
        self._skipped = skipped
        self._guard = Guard(store, clock)

    def run(self) -> int:
        """Expire what is due; give how many sessions were. One that is being booked is left alone."""
        self._free_visits()
        aside = self._guard.count(Work.EXPIRE)
        with self._store.reading() as tx:
            due = tx.sessions.expired(self._believed(), AT_A_TIME + aside)
        ended = self._guard.each((_item(session), partial(self._expire, session)) for session in due)
        return sum(one is True for one in ended)

    def _free_visits(self) -> None:
        """Give back the times that strangers did not confirm."""
        now = self._clock.now()
        with self._store.reading() as tx:
            lapsed = tx.repositories.visits.lapsed(now, 1)
        if lapsed:
            self._guard.run(Item(step=Work.EXPIRE, name="visits"), partial(self._free, now))

    def _free(self, now: Instant) -> None:
        with self._store.writing() as tx:
            free_lapsed(tx, now)

    def _expire(self, session_id: SessionId) -> bool:
        now = self._clock.now()
        expired: list[SessionId] = []

        def command(session: EventSession) -> EventSession:
            if not state_machine.expires(session, now=self._believed()):
                return session
            expired.append(session.id)
            return state_machine.expire(session, now=now)

        change_session(self._store, session_id, command, targets=self._targets, now=now)
        return bool(expired)

    def _believed(self) -> Instant:
        return believed(self._clock.now(), self._skipped())


def _item(session: SessionId) -> Item:
    return Item(step=Work.EXPIRE, name=session, session=session)
