"""When it is looked whether all holds: each hour, or closely, whenever anything has changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from engine.time.span import DAY, HOUR
from store.sql.store import SqlStore, SqlTransaction
from tests.simulation.daemon import Running
from tests.simulation.holding import Holding
from tests.simulation.known_sessions import KnownSessions
from tests.simulation.mishaps import Mishaps
from tests.simulation.people import People
from tests.simulation.town import BEGIN, Simulated

FSCK_EVERY = 3 * DAY
MOST = 1000


class Watching:
    """Looks at the town, and tells what does not hold; `hours` are how often the hour was full."""

    def __init__(
        self, town: Simulated, people: People, mishaps: Mishaps, known: KnownSessions, *, closely: bool
    ) -> None:
        self.hours = 0
        self.holding = Holding(known)
        self._town = town
        self._people = people
        self._mishaps = mishaps
        self._closely = closely
        self._checked = float(BEGIN)
        self._fsck = float(BEGIN)
        self._seen: object = None
        self._at_once = list[str]()

    @contextmanager
    def at_each_commit(self) -> Iterator[None]:
        """Look, closely, at what is only ever wrong for a moment, after each change of the store."""
        writing = SqlStore.writing

        @contextmanager
        def looked_at(store: SqlStore) -> Iterator[SqlTransaction]:
            with writing(store) as tx:
                yield tx
            with store.reading() as tx:
                self._at_once += self.holding.confirmed_too_soon(tx)

        if not self._closely:
            yield
            return
        with patch.object(SqlStore, "writing", looked_at):
            yield

    def before_work(self, one: Running) -> list[str]:
        """Look, closely, what somebody has just brought about and no worker has come to."""
        return self._changed(one) if self._closely else []

    def at_rest(self, one: Running) -> list[str]:
        """Look once the daemon has done what it could: each hour, now and then at the whole ledger, too."""
        now = self._town.time.at
        is_hour = now - self._checked >= HOUR or not now % HOUR
        if is_hour:
            self._checked, self.hours = now, self.hours + 1
            self._town.forget_requests()
        found = [*self._left_alone(one), *self._changed(one)] if is_hour or self._closely else []
        if is_hour and now - self._fsck >= FSCK_EVERY:
            found += self.examined(one)
        return found

    def _changed(self, one: Running) -> list[str]:
        """Look at it all unless nothing is otherwise than it was."""
        if self._at_once:
            found, self._at_once = self._at_once, []
            return found
        copies = self._town.copies()
        seen = (one, one.services.store.pulse(), tuple(copies))
        if seen == self._seen:
            return []
        self._seen = seen
        found = self.holding.broken(self._town, one.services, copies, self._people, self._mishaps)
        return found or (self.examined(one) if self._closely else [])

    def _left_alone(self, one: Running) -> list[str]:
        with one.services.store.reading() as tx:
            return [*self.holding.left_alone(tx, self._town.time.now())]

    def examined(self, one: Running) -> list[str]:
        """Compare the whole ledger with all calendars, as an operator would."""
        self._fsck = self._town.time.at
        examine = one.services.access.examine
        if examine is None:
            return []
        found = examine(lambda _: None).violations
        with one.services.store.reading() as tx:
            woken = tx.wakes.due(self._town.time.now(), MOST)
        excused = {
            "I2": {session for _, session in self._people.touched},  # not read since its owner took it
            "I11": {str(name) for name in woken},  # about to be offered anew
        }
        return [
            f"fsck: {each.invariant} {each.session} {each.what}"
            for each in found
            if each.session not in excused.get(each.invariant, ())
        ]
