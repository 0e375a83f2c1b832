"""Has seen how a connector's calls went: what was unforeseen stands in `status` until it is over."""

from daemon.jobs.guard import Guard
from engine.ids import ConnectorName, UserId
from engine.model.set_aside import Item, Work
from engine.trouble import Trouble, attempt

CHANGING = ("write", "withdraw")
"""Calls that change one event: never made again where the booking has ended meanwhile."""
SEEING = (*CHANGING, "read", "marked")
"""Calls after which it is known what stands in the calendar: trouble while changing it is over then."""


class CallWitness:
    """`connectors.edge.Witness` for one connector."""

    def __init__(self, guard: Guard, name: ConnectorName, user: UserId) -> None:
        self._guard = guard
        self._name = name
        self._user = user
        self._well: set[str] = set()

    def trouble(self, call: str, trouble: Trouble) -> None:
        """Record it as this connector's."""
        self._well.clear()
        attempt(lambda: self._guard.blame(self._item(call), trouble))

    def well(self, call: str) -> None:
        """Forget what this call has ended; looked up once a process and after each trouble."""
        if call in self._well:
            return
        self._well.add(call)
        for over in {call, *(CHANGING if call in SEEING else ())}:
            attempt(lambda over=over: self._guard.free(self._item(over)))  # type: ignore[misc] # bound at once

    def _item(self, call: str) -> Item:
        return Item(step=Work.CALL, name=f"{self._name} {call}", user=self._user)
