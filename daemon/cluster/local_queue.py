"""The queue of a daemon that does itself what it finds: threads of its own, and nothing in between."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial

from engine.ports.work import Do

Take = Callable[[str, Hashable, Callable[[], object]], bool]
"""Begins a piece of a kind of work for a key on its threads; tells whether it was begun."""


class LocalQueue:
    """`engine.ports.work.WorkQueue` within one process."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._does: dict[str, Do] = {}

    def begin(self, does: Mapping[str, Do]) -> None:
        """Do these kinds of work from now on."""
        self._does.update(does)

    def offer(self, kind: str, keys: Sequence[str]) -> bool:
        """Begin each key that is not under way."""
        if kind not in self._does:
            return False
        begun = [self._take(kind, key, partial(self._does[kind], key)) for key in keys]
        return any(begun)

    def finish(self, patience: float) -> bool:
        """End with the threads, which are the daemon's."""
        return True
