"""Has seen how a connector's calls went: what was unforeseen stands in `status` until the same goes well."""

from daemon.jobs.guard import Guard
from engine.ids import ConnectorName, UserId
from engine.model.set_aside import Item, Work
from engine.trouble import Trouble, attempt


class CallWitness:
    """`connectors.edge.Witness` for one connector."""

    def __init__(self, guard: Guard, name: ConnectorName, user: UserId) -> None:
        self._guard = guard
        self._name = name
        self._user = user
        self._well: set[str] = set()

    def trouble(self, call: str, trouble: Trouble) -> None:
        """Record it as this connector's."""
        self._well.discard(call)
        attempt(lambda: self._guard.blame(self._item(call), trouble))

    def well(self, call: str) -> None:
        """Forget what the same call once met; looked up once a process and after each trouble."""
        if call not in self._well:
            self._well.add(call)
            attempt(lambda: self._guard.free(self._item(call)))

    def _item(self, call: str) -> Item:
        return Item(step=Work.CALL, name=f"{self._name} {call}", user=self._user)
