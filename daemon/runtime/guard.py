"""The guard of every job: one item's trouble is recorded as its own, set aside, and stops no other.

What was recorded is seen in `gatherly status` and freed by `gatherly quarantine`. Only the store as a whole
being away ends a job: then nobody's item is to blame, and nothing could be recorded.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from daemon.runtime.doing import DOING
from daemon.runtime.lasting import Lasting
from engine.ids import MessageId, SessionId, UserId
from engine.model.session import Message, MessageRole
from engine.model.set_aside import LONGEST_WAIT, NOBODYS, Item, SetAside, Work, wait_after
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.time.instant import format_instant
from engine.time.span import Instant
from engine.trouble import Trouble, attempt

T = TypeVar("T")

SET_ASIDE = "item.set_aside"
NOT_RECORDED = "item.not_recorded"


class Guard:
    """Does work item by item."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lasting = Lasting(clock)
        self._unrecorded: dict[str, Instant] = {}
        """What could not even be recorded, and from when on it is tried again by this process."""

    def run(self, item: Item, work: Callable[[], T]) -> T | Trouble | None:
        """Do one item's work; None where it is set aside and its time has not come.

        Raises:
            StoreUnavailableError: the store as a whole is away.
        """
        return self._run(item, work, self._of(item))

    def waits(self, item: Item) -> bool:
        """Tell whether an item is set aside and its time has not come."""
        return self._is_set_aside(item, self._of(item))

    def _is_set_aside(self, item: Item, known: SetAside | None) -> bool:
        now = self._clock.now()
        if known is not None and known.waits(now, self._mark(item)):
            return True
        return now < self._unrecorded.get(item.id, now)

    def each(self, items: Iterable[tuple[Item, Callable[[], T]]]) -> Iterator[T | Trouble | None]:
        """Do the work of many items, one after the other; what is set aside is looked up once for all.

        Raises:
            StoreUnavailableError: the store as a whole is away.
        """
        known = {one.id: one for one in self._all()}
        for item, work in items:
            yield self._run(item, work, known.get(item.id))

    def _run(self, item: Item, work: Callable[[], T], known: SetAside | None) -> T | Trouble | None:
        if self._is_set_aside(item, known):
            return None
        outcome = attempt(work)
        if isinstance(outcome, Trouble):
            self.blame(item, outcome)
        elif known is not None:
            attempt(partial(self._free, item))
        return outcome

    def count(self, step: Work) -> int:
        """Count what is set aside of one kind of work: it may lie before what can be done."""
        return sum(one.step is step for one in self._all())

    def note(self, done: Iterable[tuple[Item, object]]) -> None:
        """Record what came of work that was attempted elsewhere.

        Raises:
            StoreUnavailableError: the store as a whole is away.
        """
        known = {one.id for one in self._all()}
        for item, outcome in done:
            if isinstance(outcome, Trouble):
                self.blame(item, outcome)
            elif item.id in known:
                attempt(partial(self._free, item))

    def free(self, item: Item) -> None:
        """Forget an item's trouble, if it had any: it went well."""
        if self._of(item) is not None:
            attempt(partial(self._free, item))

    def free_if_over(self, item: Item) -> bool:
        """Forget an item's trouble if none has come for longer than tries are apart; tells if none stands."""
        known = self._of(item)
        if known is None:
            return True
        if self._clock.now() < known.next_at + LONGEST_WAIT:
            return False
        return not isinstance(attempt(partial(self._free, item)), Trouble)

    def blame(self, item: Item, trouble: Trouble) -> None:
        """Record an item's trouble as its own; a race is none.

        Raises:
            StoreUnavailableError: the store as a whole is away.
        """
        if trouble.is_the_stores:
            raise trouble.raised
        if trouble.is_race:
            return
        self._lasting.broke(SET_ASIDE, trouble.line, level="warning", step=item.step.value, item=item.name)
        for record in (self._record, self._later, self._tell):
            failed = attempt(partial(record, item, trouble))
            if isinstance(failed, Trouble):
                self._unrecorded[item.id] = self._clock.now() + wait_after(1)
                if not failed.is_the_stores:  # that is told once, of all
                    self._lasting.broke(NOT_RECORDED, failed.line, step=item.step.value, item=item.name)

    def _of(self, item: Item) -> SetAside | None:
        """Look up what is recorded of one item; usually nothing is of any, and that is known."""
        if self._is_nothing():
            return None
        return self._known(lambda tx: tx.repositories.set_aside.get(item.id))

    def _all(self) -> Sequence[SetAside]:
        """Give all that is set aside."""
        if self._is_nothing():
            return ()
        return self._known(lambda tx: tx.repositories.set_aside.all()) or ()

    def _is_nothing(self) -> bool:
        """Tell whether nothing is set aside; the store knows, to all guards, until it changes."""
        found = attempt(self._store.sets_nothing_aside)
        if isinstance(found, Trouble):
            if found.is_the_stores:
                raise found.raised
            return False
        return found

    def _known(self, ask: Callable[[Transaction], T]) -> T | None:
        def look() -> T:
            with self._store.reading() as tx:
                return ask(tx)

        found = attempt(look)
        if isinstance(found, Trouble):
            if found.is_the_stores:
                raise found.raised
            return None
        return found

    def _mark(self, item: Item) -> str:
        """Tell which version is meant, so that a change is seen."""
        if item.mark is not None:
            return item.mark

        def look() -> str:
            with self._store.reading() as tx:
                return mark_of(tx, item.session)

        found = attempt(look)
        return "" if isinstance(found, Trouble) else found

    def _record(self, item: Item, trouble: Trouble) -> None:
        mark = self._mark(item)
        with self._store.writing() as tx:
            now = self._clock.now()
            before = tx.repositories.set_aside.get(item.id)
            owner = _owner(tx, item)
            fresh = SetAside(
                id=item.id,
                user_id=owner,
                step=item.step,
                name=item.name,
                session_id=item.session,
                reason=trouble.line,
                mark=mark,
                since=now,
                next_at=now + wait_after(1),
            )
            tx.repositories.set_aside.put(fresh if before is None else _again(before, fresh, now))

    def _later(self, item: Item, trouble: Trouble) -> None:
        """Let what waits before others go behind them: a wake, a booking that is due."""
        session = item.session
        if session is None or item.step not in (Work.PROPOSE, Work.BOOK):
            return
        with self._store.writing() as tx:
            known = tx.repositories.set_aside.get(item.id)
            if known is None:
                return
            if item.step is Work.PROPOSE:
                tx.wakes.done(session)
                tx.wakes.add([session], known.next_at)
                return
            booking = tx.ledger.booking(session)
            if booking is not None and booking.next_at < known.next_at:
                tx.ledger.advance(booking, replace(booking, next_at=known.next_at))

    def _tell(self, item: Item, trouble: Trouble) -> None:
        """Say it once in the session's own messages."""
        session = item.session
        if session is None:
            return
        with self._store.writing() as tx:
            known, found = tx.repositories.set_aside.get(item.id), tx.sessions.get(session)
            if known is None or known.attempts > 1 or found is None:
                return
            what = f"Gatherly met trouble while {DOING[item.step]}: {trouble.line}."
            tx.messages.add(
                Message(
                    id=MessageId(f"set-aside-{item.id}-{known.since}"),
                    session_id=session,
                    role=MessageRole.SYSTEM,
                    content=f"{what} The next try is at {format_instant(known.next_at)}.",
                    timestamp=self._clock.now(),
                )
            )

    def _free(self, item: Item) -> None:
        with self._store.writing() as tx:
            tx.repositories.set_aside.delete(item.id)
        self._lasting.mended(SET_ASIDE, "item.freed", step=item.step.value, item=item.name)


def mark_of(tx: Transaction, session: SessionId | None) -> str:
    """Name the version of a session that something was tried with."""
    found = None if session is None else tx.sessions.get(session)
    return "" if found is None else str(found.version)


def _owner(tx: Transaction, item: Item) -> UserId:
    if item.user is not None or item.session is None:
        return item.user or NOBODYS
    found = attempt(partial(tx.sessions.get, item.session))
    return NOBODYS if isinstance(found, Trouble) or found is None else found.host_user_id


def _again(before: SetAside, fresh: SetAside, now: Instant) -> SetAside:
    """Count one more try; one that has changed since begins anew."""
    attempts = before.attempts + 1 if before.mark == fresh.mark else 1
    return replace(
        before,
        reason=fresh.reason,
        mark=fresh.mark,
        attempts=attempts,
        since=before.since if attempts > 1 else now,
        next_at=now + wait_after(attempts),
        forgotten=before.forgotten and (before.mark, before.reason) == (fresh.mark, fresh.reason),
    )
