"""`run --once`: every connector is due, then all jobs run until nothing more can be done now."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from daemon.app_documents.sync import LIVE
from daemon.jobs.jobs import work
from daemon.services import Services
from daemon.sync.pulled import Pulled
from daemon.sync.source import Source
from engine.ids import ConnectorName
from engine.trouble import Trouble, attempt

AT_ONCE = 8
"""Connectors read side by side: reading waits, it does not compute."""

ROUNDS = 1000
"""More rounds than any session needs; a guard against two jobs waking each other for ever."""

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What one pass did: stored objects changed, copies written or withdrawn, sources that failed."""

    changed: int
    writes: int
    failed: tuple[Pulled, ...]


def run_once(services: Services, report: Report) -> Pass:
    """Pull everything, then propose, book, expire and tell until all is quiet."""
    pulled = pull(services, services.sources.values(), report)
    changed, writes = _changed(pulled), 0
    apps = _Apps(services, report)
    for _ in range(ROUNDS):
        asked = apps.look()
        done = work(services)
        writes += done.writes
        failed = {one.connector for one in pulled if one.error}
        fresh = pull(services, (one for one in services.due_sources() if one.name not in failed), report)
        changed += _changed(fresh)
        pulled += fresh
        if not asked and not done.moved and not fresh:
            break
    services.learn.run()
    pulled += apps.failed
    return Pass(changed=changed, writes=writes, failed=tuple(one for one in pulled if one.error))


class _Apps:
    """What apps share with gatherly elsewhere, while that can be reached."""

    def __init__(self, services: Services, report: Report) -> None:
        self._live = services.app_documents
        self._report = report
        self.failed: list[Pulled] = []

    def look(self) -> int:
        """Take in what apps have changed and show them what has changed here; once away, it is left alone."""
        if self._live is None or self.failed:
            return 0
        taken = attempt(self._live.look)
        if not isinstance(taken, Trouble):
            return taken
        self.failed.append(Pulled(connector=ConnectorName(LIVE), error=taken.line))
        self._report(self.failed[0].words)
        return 0


def pull(services: Services, sources: Iterable[Source], report: Report) -> list[Pulled]:
    """Pull connectors side by side, and say how each went."""
    chosen = list(sources)
    if not chosen:
        return []
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="pull") as pool:
        pulled = list(pool.map(services.pull.run, chosen))
    for one in pulled:
        report(one.words)
    return pulled


def _changed(pulled: Iterable[Pulled]) -> int:
    return sum(one.changed for one in pulled)
