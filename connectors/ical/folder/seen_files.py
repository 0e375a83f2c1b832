"""What files with a mark showed when they were read: one that lies as it lay is not read again."""

from collections.abc import Callable, Collection, Hashable, Sequence
from pathlib import Path

from engine.model.booking import Observed


class SeenFiles:
    """Remembers of each file what it showed, with the state in which it lay."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[Hashable, Sequence[Observed]]] = {}

    def shown(
        self, path: Path, state: Callable[[], Hashable], read: Callable[[], Sequence[Observed]]
    ) -> Sequence[Observed]:
        """Give what a file shows; `read` it where its `state` is another than it was.

        One that changes while it is read is read again the next time.
        """
        before = state()
        known = self._seen.get(path)
        if known is not None and known[0] == before:
            return known[1]
        found = read()
        if state() == before:
            self._seen[path] = before, found
        return found

    def forget_others(self, folder: Path, names: Collection[str]) -> None:
        """Let go of files of a folder that are there no more."""
        for path in [one for one in self._seen if one.parent == folder and one.name not in names]:
            self._seen.pop(path, None)
