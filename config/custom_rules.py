"""Rules that installed packages add: the entry points of the group `gatherly.rules`, loaded when first asked.

A package names a rule in its `[project.entry-points."gatherly.rules"]`: `"School run" = "home.rules:school"`.
What that names is a pure callable `(details, span, zone)` (`engine.model.constraint.Check`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from itertools import islice
from typing import Any

from engine.model.constraint import Check
from engine.rules.custom import MOST_PARTS
from engine.trouble import Trouble, attempt

GROUP = "gatherly.rules"
_Parts = Iterable[tuple[datetime, datetime]]


class InstalledCheck:
    """One package's check; its trouble is told once, and raised, for whoever asks to count it as blocked."""

    def __init__(self, point: EntryPoint) -> None:
        self._point = point
        self._check: Check | None = None
        self._told: str | None = None

    def __call__(self, details: Mapping[str, Any], span: tuple[datetime, datetime], zone: str) -> _Parts:
        """Ask it, loaded when first asked.

        Raises:
            BaseException: whatever its loading, or it itself, raises.
        """
        parts = attempt(lambda: list(islice(self._loaded()(details, span, zone), MOST_PARTS + 1)))
        if isinstance(parts, Trouble):
            self._tell(parts)
            raise parts.raised
        return parts

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """Travel to another process by name: it is installed there too."""
        return _by_name, (self._point.name,)

    def _loaded(self) -> Check:
        if self._check is None:
            check: Check = self._point.load()
            self._check = check
        return self._check

    def _tell(self, trouble: Trouble) -> None:
        if trouble.line != self._told:
            self._told = trouble.line
            # What only looks at the store starts without the log's library.
            import structlog

            structlog.get_logger("gatherly").warning("rule.failed", rule=self._point.name, error=trouble.line)


class InstalledChecks(Mapping[str, Check]):
    """What is installed, looked up only where somebody asks: few have rules of their own."""

    def __getitem__(self, name: str) -> Check:
        return _installed()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_installed())

    def __len__(self) -> int:
        return len(_installed())


def _by_name(name: str) -> Check:
    return _installed()[name]


@cache
def _installed() -> Mapping[str, InstalledCheck]:
    return {point.name: InstalledCheck(point) for point in entry_points(group=GROUP)}


INSTALLED = InstalledChecks()
