"""What figures need of each session, kept by its version: a session is opened once, not at every look."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from daemon.app.insight.tally import Tally
from engine.ids import SessionId, UserId
from engine.ports.sessions import Position
from engine.ports.store import Store, Transaction
from engine.trouble import attempt

PAGE = 500
MOST_SESSIONS = 20_000
"""The newest so many are counted."""
AT_ONCE = 1000
LONGEST_WAIT = 1.0
"""Seconds for which a look waits for another one's turn; then it gives what is known."""
BATCH = 100
PAUSE = 0.05
"""Seconds between two batches beside looks, for whatever else the daemon has to do."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The lines that were taken; how many sessions do not open, and how many are still to be looked at."""

    lines: Sequence[bytes]
    unopened: int
    uncounted: int


@dataclass(slots=True)
class Tallies:
    """Those that were taken in this process: at most `at_once` for one look, the rest beside all looks.

    Keys stay here: sessions are opened in this process, and a child that counts is handed their tallies.
    """

    at_once: int = AT_ONCE
    ending: threading.Event = field(default_factory=threading.Event)
    """Once it is set, nothing more is opened."""
    _kept: dict[SessionId, tuple[int, bytes | None]] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _beside: threading.Thread | None = None

    def taken(self, tx: Transaction, attendee: UserId | None) -> Taken:
        """Give those of somebody's newest sessions, or of everybody's."""
        named = _named(tx, attendee)
        if self._turn.acquire(timeout=LONGEST_WAIT):
            try:
                failed = [one for one in named if self._knows(one) and self._kept[one.id][1] is None]
                self._take(tx, [*self._new(named), *failed][: self.at_once])
            finally:
                self._turn.release()
        known = [self._kept[one.id][1] for one in named if self._knows(one)]
        lines = [one for one in known if one is not None]
        return Taken(lines, len(known) - len(lines), len(named) - len(known))

    def go_on(self, store: Store, attendee: UserId | None) -> None:
        """Take what is left of somebody's in a thread beside all looks, unless one is at it."""
        with self._turn:
            if self._beside is None or not self._beside.is_alive():
                count = partial(self._count, store, attendee)
                self._beside = threading.Thread(target=attempt, args=(count,), name="tallies", daemon=True)
                self._beside.start()

    def finish(self) -> None:
        """Wait until nothing is taken beside looks any more."""
        if self._beside is not None:
            self._beside.join()

    def _count(self, store: Store, attendee: UserId | None) -> None:
        with store.reading() as tx:
            left = self._new(_named(tx, attendee))
        for first in range(0, len(left), BATCH):
            if self.ending.is_set():
                return
            with store.reading() as tx, self._turn:
                self._take(tx, self._new(left[first : first + BATCH]))
            self.ending.wait(PAUSE)

    def _new(self, named: Iterable[Position]) -> list[Position]:
        return [one for one in named if not self._knows(one)]

    def _knows(self, one: Position) -> bool:
        return one.id in self._kept and self._kept[one.id][0] == one.version

    def _take(self, tx: Transaction, wanted: Sequence[Position]) -> None:
        if not wanted:
            return
        found = {
            one.id: one for one in tx.sessions.some([each.id for each in wanted], lambda _row, _why: None)
        }
        for each in wanted:
            self._kept.pop(each.id, None)
            session = found.get(each.id)
            self._kept[each.id] = (each.version, None if session is None else Tally.of(session).line)
        for old in list(self._kept)[: max(0, len(self._kept) - MOST_SESSIONS)]:
            del self._kept[old]


def _named(tx: Transaction, attendee: UserId | None) -> list[Position]:
    found = list[Position]()
    for _ in range(MOST_SESSIONS // PAGE):
        page = tx.sessions.page(PAGE, found[-1] if found else None, None, attendee)
        found += page
        if len(page) < PAGE:
            break
    return found
