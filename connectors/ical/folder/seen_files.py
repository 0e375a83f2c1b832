"""What files with a mark showed when they were read: one that lies as it lay is not read again."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from pathlib import Path

from engine.model.booking import Observed

Read = Callable[[Sequence[Path]], Iterable[tuple[Path, Sequence[Observed]]]]


class SeenFiles:
    """Remembers of each file what it showed, in which state it lay; safe to share between threads."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[Hashable, Sequence[Observed]]] = {}

    def shown(
        self, paths: Sequence[Path], state: Callable[[Path], Hashable], read: Read
    ) -> list[Sequence[Observed]]:
        """Give what each file shows; those whose `state` is another than it was are `read`, all at once.

        One that changes while it is read is read again the next time.
        """
        known, before = dict(self._seen), {path: state(path) for path in paths}
        fresh = dict(read([path for path in paths if path not in known or known[path][0] != before[path]]))
        for path, found in fresh.items():
            if state(path) == before[path]:
                self._seen[path] = before[path], found
        return [fresh[path] if path in fresh else known[path][1] for path in paths]

    def forget_others(self, folder: Path, names: Collection[str]) -> None:
        """Let go of files of a folder that are there no more."""
        for path in list(self._seen):  # bookings of one calendar look side by side
            if path.parent == folder and path.name not in names:
                self._seen.pop(path, None)
