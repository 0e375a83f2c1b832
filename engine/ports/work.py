"""Work that whichever daemon is free may do: the queue carries it, and what is true stands in the store."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

Do = Callable[[str], object]
"""Does what one kind of work means for one key; raises nothing, and may be called again for the same key."""


class WorkQueue(Protocol):
    """Carries keys of work to who does it.

    Nothing is lost with it: what is due stands in the store, and is offered again by any daemon until it is
    done. Nothing is doubled by it: whoever does a piece takes the store's own lease of it first.
    """

    def begin(self, does: Mapping[str, Do]) -> None:
        """Do these kinds of work from now on."""

    def offer(self, kind: str, keys: Sequence[str]) -> bool:
        """Have it done soon, one piece a key at a time, in the order in which they were offered.

        What waits or is under way for a key is not offered a second time. Tells whether there was any that
        was.
        """

    def finish(self, patience: float) -> bool:
        """Begin nothing more, and wait so many seconds for what is under way; tell whether all ended."""
