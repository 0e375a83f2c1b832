"""Has seen how a connector's calls went: what was unforeseen stands in `status` until it is over."""

import threading
from collections.abc import Callable
from functools import partial

from daemon.runtime.guard import Guard
from engine.errors import SourceExpiredError
from engine.ids import ConnectorName, UserId
from engine.model.set_aside import Item, Work
from engine.trouble import Trouble, attempt

CHANGING = ("write", "withdraw")
"""Calls that change one event: never made again where the booking has ended meanwhile."""
SEEING = "marked"
"""The call that shows what gatherly's changes have come to."""
WRITING_SIDE = frozenset({*CHANGING, SEEING, "read"})
"""Calls whose refusal nobody else puts down: a poll and a renewal put down their own."""


class CallWitness:
    """`connectors.edge.Witness` for one connector; `expired` puts it down as such, with the reason.

    Safe to share between threads.
    """

    def __init__(
        self, guard: Guard, name: ConnectorName, user: UserId, expired: Callable[[str], None]
    ) -> None:
        self._guard = guard
        self._expired = expired
        self._name = name
        self._user = user
        self._well: set[str] = set()
        self._lock = threading.Lock()
        self._changing = frozenset(CHANGING)
        """Of these it is not known that no trouble stands."""
        self._troubles = 0

    def trouble(self, call: str, trouble: Trouble) -> None:
        """Record it as this connector's."""
        self._well.discard(call)
        with self._lock:
            self._troubles += 1
            self._changing |= {call}.intersection(CHANGING)
        attempt(lambda: self._guard.blame(self._item(call), trouble))

    def expired(self, call: str, error: SourceExpiredError) -> None:
        """Put it down where a write or a look at one met it."""
        if call in WRITING_SIDE:
            attempt(lambda: self._expired(str(error)))

    def well(self, call: str) -> None:
        """Forget what the same call once met; looked up once a process and after each trouble."""
        if call not in self._well:
            self._well.add(call)
            attempt(lambda: self._guard.free(self._item(call)))
        if call == SEEING:
            self._look_at_changing()

    def _look_at_changing(self) -> None:
        """Free what is over; bookings do so side by side, and others meet trouble meanwhile."""
        before, asked = self._troubles, self._changing
        over = {one for one in asked if attempt(partial(self._is_over, one)) is True}
        with self._lock:
            if self._troubles == before:
                self._changing -= over

    def _is_over(self, call: str) -> bool:
        return self._guard.free_if_over(self._item(call))

    def _item(self, call: str) -> Item:
        return Item(step=Work.CALL, name=f"{self._name} {call}", user=self._user)
